import { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalWriter, WriteAnswer } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { isSameSchedule } from './plan-portal.ts';

/** What became of a write. */
export type Written =
  /** It was read back as it was sent. */
  | { readonly kind: 'proven' }
  /** The portal accepted it, and showed something else, or nothing, when it was read back. */
  | { readonly kind: 'unproven'; readonly shown: BackupSchedule | undefined };

/**
 * Makes one portal what its target says, and proves it by reading back: the only place that writes.
 *
 * If the process dies after the write and before the read-back, the next run reads the portal and finds it equal, or
 * writes once more. A write that may have been done is looked at before it is ever sent again: a write that repeats
 * another starts a backup for nothing.
 * @throws PortalError where the portal did not take the write, or can't be shown to be what the target says
 */
export async function writeSchedule(target: PortalTarget, portal: PortalWriter): Promise<Written> {
  let answer = await portal.send(target.schedule, target.dump);
  for (let failures = 1; ; failures++) {
    if (answer.kind === 'refused') throw answer.error;
    if (answer.kind === 'accepted') return verifyAccepted(target, portal);
    if (answer.kind === 'broken') return verifyDoubtful(target, portal, answer.error);

    const timeForMore = await portal.pause(failures, answer.retryAfter);
    if (answer.kind === 'unknown' && (await isInPlace(target, portal, answer.error))) return PROVEN;
    if (!timeForMore) throw answer.error;
    answer = await sendAgain(target, portal, answer.error);
  }
}

// --- internal ---

const PROVEN: Written = { kind: 'proven' };

async function verifyAccepted(target: PortalTarget, portal: PortalWriter): Promise<Written> {
  let shown: BackupSchedule | undefined;
  try {
    shown = await portal.readBack(target.dump);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const message = `the write was accepted, but could not be verified: ${error.message}`;
    throw new PortalError('NOT_VERIFIED', message, { retryable: error.retryable, cause: error });
  }
  return isSameSchedule(shown, target.schedule) ? PROVEN : { kind: 'unproven', shown };
}

/** For a write without a sign that it was done: it may have been. */
async function verifyDoubtful(
  target: PortalTarget,
  portal: PortalWriter,
  error: PortalError,
): Promise<Written> {
  if (!(await isInPlace(target, portal, error))) throw error;
  return PROVEN;
}

/** @throws the write's own `error` where the portal can't be read: it says more than the second failure */
async function isInPlace(target: PortalTarget, portal: PortalWriter, error: PortalError): Promise<boolean> {
  try {
    return isSameSchedule(await portal.readBack(target.dump), target.schedule);
  } catch (failure) {
    throw failure instanceof PortalError ? error : failure;
  }
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
