import { PortalError } from '../model/portal-error.ts';
import type { WriteAnswer } from '../model/ports/portals.ts';
import type { HttpAnswer } from './http-answer.ts';

/** What became of one request. */
export type Try = {
  /** 0 where not even that came. */
  readonly status: number;
  readonly answer: HttpAnswer | undefined;
  readonly error: PortalError | undefined;
  readonly retryAfter: number | undefined;
};

/** A whole 2xx is accepted whatever its body says: the schedule read back decides. One that was cut says nothing. */
export function writeAnswer({ status, answer, error, retryAfter }: Try): WriteAnswer {
  if (!error) return { kind: 'accepted' };
  const whole = answer !== undefined || error.code === 'UNEXPECTED_ANSWER';
  if (whole && status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 429) return { kind: 'throttled', error, retryAfter };
  if (status >= 400 && status < 500) return { kind: 'refused', error, retryAfter };
  // A 500 is this API's answer to a body that it can't take: our mistake, which sending it again does not mend.
  if (status === 500) return { kind: 'broken', error: withoutRetry(error), retryAfter };
  return { kind: error.retryable ? 'unknown' : 'broken', error, retryAfter };
}

// --- internal ---

function withoutRetry(error: PortalError): PortalError {
  const { message, httpStatus, cause } = error;
  return new PortalError(error.code, message, { cause, ...(httpStatus !== undefined && { httpStatus }) });
}
