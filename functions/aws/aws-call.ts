import { AwsUnavailableError } from '../model/run-failure.ts';
import { awsFailure } from './aws-failure.ts';

/** When the time for calls is over; `undefined`: nobody sets an end. Asked at each call: a warm function has many runs. */
export type EndOfCalls = () => AbortSignal | undefined;

export type SendOptions = { readonly abortSignal?: AbortSignal };

/**
 * Makes a call that ends, at the latest, when the time for calls does: whatever it waits for then (an answer, its body,
 * credentials, a pause of the SDK's between two tries).
 * @throws AwsUnavailableError where AWS was not asked or did not answer; else what the SDK throws
 */
export async function callAws<T>(
  end: EndOfCalls | undefined,
  send: (options: SendOptions) => Promise<T>,
): Promise<T> {
  const signal = end?.();
  try {
    return await (signal ? untilAborted(signal, () => send({ abortSignal: signal })) : send({}));
  } catch (error) {
    throw awsFailure(error) ?? error;
  }
}

// --- internal ---

async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const tooLate = () => new AwsUnavailableError('no time was left to ask AWS');
  if (signal.aborted) throw tooLate();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(tooLate());
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
