import { DAY, HOUR } from '../model/durations.ts';
import { type Archive, DEFAULT_GRACE_HOURS, type Protection, type Verdict } from '../model/protection.ts';
import type { BackupSchedule, CronParams } from '../model/schedule.ts';
import { instantOf, wallTime } from '../model/time-zone.ts';
import { dayOf, nextSlot, previousSlot } from './backup-slots.ts';

export type Evidence = {
  /** What the portal holds; `undefined`: it has no schedule. */
  readonly schedule: BackupSchedule | undefined | 'unreadable';
  /** When the server last started a backup, as it says; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  /** The portal's history; `undefined`: it could not be read. */
  readonly archives: readonly Archive[] | undefined;
  /** The portal's (IANA); `undefined`: not known, and slots are counted in UTC. */
  readonly timezone: string | undefined;
  readonly now: Date;
  /** How much later than its slot a backup may be there. Hours. */
  readonly graceHours?: number;
  /** When the schedule was set, if that is known. */
  readonly since?: Date;
};

/** Whether a portal has a backup to restore from: what is there counts, not what was promised. */
export function judgeProtection(evidence: Evidence): Protection {
  const { schedule, lastBackup, archives, timezone, now } = evidence;
  const there = (archives ?? [])
    .filter(({ expiresOn }) => expiresOn === undefined || expiresOn > now)
    .map(({ createdOn }) => createdOn)
    .sort((a, b) => a.getTime() - b.getTime());
  const newest = there.at(-1);
  const cron = schedule === 'unreadable' ? undefined : schedule?.cronParams;
  const due = cron && timezone !== undefined ? nextSlot(cron, now, timezone) : undefined;
  return {
    verdict: verdictOf(evidence, newest),
    lastBackup: lastBackup?.toISOString() ?? null,
    lastArchive: newest?.toISOString() ?? null,
    due: due?.toISOString() ?? null,
    ...(newest && cron && isByHand(newest, there, cron, evidence) && { byHand: true as const }),
  };
}

/**
 * How a portal is protected right after its schedule was written. A write resets what the server says of its last
 * backup, and slots count from now; whose the newest archive is does not change by that.
 */
export function judgeAfterWrite(
  evidence: Pick<Evidence, 'schedule' | 'archives' | 'timezone' | 'now' | 'graceHours'>,
  { byHand }: Protection,
): Protection {
  const { schedule, now } = evidence;
  const { byHand: _, ...judged } = judgeProtection({ ...evidence, lastBackup: undefined, since: now });
  return { ...judged, ...(byHand && schedule && { byHand }) };
}

// --- internal ---

function verdictOf(evidence: Evidence, newest: Date | undefined): Verdict {
  const { schedule, lastBackup, archives, now, since, timezone = 'UTC' } = evidence;
  if (schedule === undefined) return 'unprotected';
  if (schedule === 'unreadable' || archives === undefined) return 'unknown';
  const grace = (evidence.graceHours ?? DEFAULT_GRACE_HOURS) * HOUR;
  const oldest = oldestFresh(schedule.cronParams, now, grace, timezone);
  if (!oldest) return 'unknown'; // a schedule that never strikes: there is no time to hold anything against
  if (newest && newest >= oldest) return 'proven';
  if (lastBackup && lastBackup >= oldest) return 'claimed';
  if (newest) return 'late';
  const from = since ?? lastBackup ?? startOfDay(now, timezone);
  const first = nextSlot(schedule.cronParams, new Date(from.getTime() - 1), timezone);
  return first && now.getTime() <= first.getTime() + grace ? 'never' : 'late';
}

/**
 * What is older than this is too old: the distance of the two latest slots, and the grace. Months are not all as long
 * as the one before, so what was made at the last slot whose grace is over, or after it, is never too old.
 */
function oldestFresh(cron: CronParams, now: Date, grace: number, timezone: string): Date | undefined {
  const latest = previousSlot(cron, now, timezone);
  const before = latest && previousSlot(cron, new Date(latest.getTime() - 1), timezone);
  const expected = previousSlot(cron, new Date(now.getTime() - grace), timezone);
  if (!latest || !before || !expected) return undefined;
  const period = latest.getTime() - before.getTime();
  return new Date(Math.min(now.getTime() - period - grace, expected.getTime()));
}

function startOfDay(now: Date, timezone: string): Date {
  return instantOf(dayOf(wallTime(now, timezone)) * DAY, timezone);
}

/** An archive that comes so much later than its backup began was made by somebody. */
const LONGEST_BACKUP = 6 * HOUR;

/** The schedule made it if it is the first one after the server started a backup, or, for an older one, after a slot. */
function isByHand(
  newest: Date,
  there: readonly Date[],
  cron: CronParams,
  { lastBackup, timezone }: Evidence,
): boolean {
  if (!lastBackup) return true;
  if (newest >= lastBackup) {
    return !isWithin(newest, lastBackup) || there.some((other) => other >= lastBackup && other < newest);
  }
  // Before the last run, which left no archive: without the zone nobody can tell whose it is.
  const slot = timezone === undefined ? undefined : previousSlot(cron, newest, timezone);
  return slot !== undefined && !isWithin(newest, slot);
}

function isWithin(made: Date, begun: Date): boolean {
  return made.getTime() - begun.getTime() <= LONGEST_BACKUP;
}
