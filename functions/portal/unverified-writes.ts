import { CLOCKS_APART, SEVEN_DAYS } from '../model/durations.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Observed, Unverified } from '../model/portal-memory.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { scheduleHash } from './schedule-hash.ts';

/**
 * A portal that accepts a write and does not show it forgets it, shows it in another way, or hides a part of it. The
 * same write again would come to the same, and may cost it a backup or an archive each time: so what was sent, and what
 * was shown after it, is remembered.
 */

export function unverifiedWrite(
  wish: BackupSchedule | undefined,
  shown: BackupSchedule | undefined,
  now: Date,
): Unverified {
  return { wish: scheduleHash(wish), shown: scheduleHash(shown), at: now.toISOString() };
}

/** Why a write that nobody asks for now is not to be sent: it was, within seven days, and nothing has changed since. */
export function repeatedWriteError(
  { unverified }: Observed,
  wish: BackupSchedule | undefined,
  shown: BackupSchedule | undefined,
  now: Date,
): PortalError | undefined {
  if (!unverified || unverified.wish !== scheduleHash(wish) || unverified.shown !== scheduleHash(shown))
    return undefined;
  const age = now.getTime() - Date.parse(unverified.at);
  if (!(age >= -CLOCKS_APART && age < SEVEN_DAYS)) return undefined;
  const again = new Date(Date.parse(unverified.at) + SEVEN_DAYS).toISOString().slice(0, 10);
  const message = `the portal accepted this very write on ${unverified.at.slice(0, 10)} and still shows what it showed then: not sent again before ${again} while neither changes; look at its backup settings by hand, or run policy-sync apply --portal to send it again`;
  return new PortalError('NOT_VERIFIED', message);
}

/** Not to be retried: a portal that forgets is written again and again, and may start a backup each time. */
export function notShownError(): PortalError {
  const message = 'the portal accepted the write, but does not show it: look at its backup settings by hand';
  return new PortalError('NOT_VERIFIED', message);
}
