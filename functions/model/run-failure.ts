/**
 * What ends a whole run, or answer, before any portal was asked: no portal's failure, but the run's own. Told once, and
 * safe to print: it says what is missing and what helps, and holds no key.
 */
export abstract class RunFailure extends Error {
  abstract readonly code: string;
}

/**
 * AWS was not asked, or did not answer: no region, no login or one that is over, no way there, or no time left. To be
 * told apart from an answer that refuses something.
 */
export class AwsUnavailableError extends RunFailure {
  override readonly name = 'AwsUnavailableError';
  readonly code = 'AWS_UNAVAILABLE';
}
