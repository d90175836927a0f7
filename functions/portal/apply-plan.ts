import { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalWriter, WriteAnswer } from '../model/ports/portals.ts';
import { isSameSchedule } from './plan-portal.ts';

/**
 * Makes one portal what its target says, and proves it by reading back: the only place that writes.
 *
 * If the process dies after the write and before the read-back, the next run reads the portal and finds it equal, or
 * writes once more. A write that may have been done is looked at before it is ever sent again: a write that repeats
 * another starts a backup for nothing.
 * @throws PortalError where the portal is not, or can't be shown to be, what the target says
 */
export async function applyPlan(target: PortalTarget, portal: PortalWriter): Promise<void> {
  let answer = await portal.send(target.schedule, target.dump);
  for (let failures = 1; ; failures++) {
    if (answer.kind === 'refused') throw answer.error;
    if (answer.kind === 'accepted') return verifyAccepted(target, portal);
    if (answer.kind === 'broken') return verifyDoubtful(target, portal, answer.error);

    const timeForMore = await portal.pause(failures, answer.retryAfter);
    if (answer.kind === 'unknown' && (await isInPlace(target, portal, answer.error))) return;
    if (!timeForMore) throw answer.error;
    answer = await sendAgain(target, portal, answer.error);
  }
}

// --- internal ---

async function verifyAccepted(target: PortalTarget, portal: PortalWriter): Promise<void> {
  let found: boolean;
  try {
    found = await readsBackEqual(target, portal);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const message = `the write was accepted, but could not be verified: ${error.message}`;
    throw new PortalError('NOT_VERIFIED', message, { retryable: error.retryable, cause: error });
  }
  if (!found) {
    // Not to be retried: a portal that forgets is written again and again, and may start a backup each time.
    const message =
      'the portal accepted the write, but does not show it: look at its backup settings by hand';
    throw new PortalError('NOT_VERIFIED', message);
  }
}

/** For a write without a sign that it was done: it may have been. */
async function verifyDoubtful(target: PortalTarget, portal: PortalWriter, error: PortalError): Promise<void> {
  if (!(await isInPlace(target, portal, error))) throw error;
}

/** @throws the write's own `error` where the portal can't be read: it says more than the second failure */
async function isInPlace(target: PortalTarget, portal: PortalWriter, error: PortalError): Promise<boolean> {
  try {
    return await readsBackEqual(target, portal);
  } catch (failure) {
    throw failure instanceof PortalError ? error : failure;
  }
}

async function readsBackEqual(target: PortalTarget, portal: PortalWriter): Promise<boolean> {
  return isSameSchedule(await portal.readBack(target.dump), target.schedule);
}

/** @throws the `error` of the try before where no time is left for another */
async function sendAgain(
  target: PortalTarget,
  portal: PortalWriter,
  error: PortalError,
): Promise<WriteAnswer> {
  try {
    return await portal.send(target.schedule, target.dump);
  } catch (failure) {
    throw failure instanceof PortalError ? error : failure;
  }
}
