import { DAY, HOUR } from '../model/durations.ts';
import {
  type Archive,
  DEFAULT_GRACE_HOURS,
  isBad,
  type Protection,
  type Verdict,
} from '../model/protection.ts';
import type { BackupSchedule, CronParams } from '../model/schedule.ts';
import { instantOf, wallTime } from '../model/time-zone.ts';
import { dayOf, nextSlot, previousSlot } from './backup-slots.ts';
import { nextRun, zoneOf } from './first-run.ts';

export type Evidence = {
  /** What the portal holds; `undefined`: it has no schedule. */
  readonly schedule: BackupSchedule | undefined | 'unreadable';
  /** Whether the policy wants one. */
  readonly isWanted: boolean;
  /** When the server last started a backup, as it says; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  /** The portal's history; `undefined`: it could not be read. */
  readonly archives: readonly Archive[] | undefined;
  /** The portal's (IANA); `undefined`: not known, and slots are counted in UTC. */
  readonly timezone: string | undefined;
  readonly now: Date;
  /** How much later than its slot a backup may be there. Hours. */
  readonly graceHours?: number;
  /** Since when the schedule is held against its slots, if that is known. */
  readonly since?: Date | undefined;
};

/** Whether a portal has a backup to restore from: what is there counts, not what was promised. */
export function judgeProtection(evidence: Evidence): Protection {
  const { lastBackup, now } = evidence;
  const schedule = evidence.schedule === 'unreadable' ? undefined : evidence.schedule;
  const timezone = schedule ? zoneOf(schedule, evidence.timezone) : evidence.timezone;
  const there = timesOf(evidence.archives ?? [], now);
  const newest = there.at(-1);
  const due = schedule && nextRun(schedule, lastBackup, now, timezone);
  const verdict = verdictOf({ ...evidence, timezone }, newest);
  const byHand =
    newest && schedule && isByHand(newest, there, schedule.cronParams, { ...evidence, timezone });
  return {
    verdict,
    lastBackup: lastBackup?.toISOString() ?? null,
    lastArchive: newest?.toISOString() ?? null,
    due: due?.toISOString() ?? null,
    ...(byHand && { byHand }),
    ...(isBad({ verdict }) && { bad: true }),
  };
}

/**
 * How a portal is protected right after its schedule was written. A write resets what the server says of its last
 * backup; whose the newest archive is does not change by that.
 * @param evidence `since`: the time of the write, but for one that only put back what was to be there all the time
 */
export function judgeAfterWrite(evidence: Omit<Evidence, 'lastBackup'>, { byHand }: Protection): Protection {
  const { byHand: _, ...judged } = judgeProtection({ ...evidence, lastBackup: undefined });
  return { ...judged, ...(byHand && evidence.schedule && { byHand }) };
}

/** Whether an archive may be what it says: one from days ahead is a clock's mistake, and would be proof for ever. */
export function isCredible({ createdOn }: Pick<Archive, 'createdOn'>, now: Date): boolean {
  return createdOn.getTime() <= now.getTime() + DAY;
}

// --- internal ---

/** When the archives that count were made, the oldest first. */
function timesOf(archives: readonly Archive[], now: Date): readonly Date[] {
  return archives
    .filter((archive) => isCredible(archive, now))
    .filter(({ expiresOn }) => expiresOn === undefined || expiresOn > now)
    .map(({ createdOn }) => createdOn)
    .sort((a, b) => a.getTime() - b.getTime());
}

function verdictOf(evidence: Evidence, newest: Date | undefined): Verdict {
  const { schedule, lastBackup, archives, now, since, timezone = 'UTC' } = evidence;
  if (schedule === undefined) return evidence.isWanted ? 'unprotected' : 'retired';
  if (schedule === 'unreadable' || archives === undefined) return 'unknown';
  const grace = (evidence.graceHours ?? DEFAULT_GRACE_HOURS) * HOUR;
  const oldest = oldestFresh(schedule.cronParams, now, grace, timezone);
  if (!oldest) return 'unknown'; // a schedule that never strikes: there is no time to hold anything against
  if (newest && newest >= oldest) return 'proven';
  // A backup under way is none yet, and no failure either.
  const isRunOver = lastBackup !== undefined && now.getTime() - lastBackup.getTime() > grace;
  if (isRunOver && lastBackup >= oldest) return 'claimed';
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

/**
 * The schedule made it if it is the first one after the server started a backup; where that run left none, or the
 * server has forgotten its runs, if it comes after a slot. Where nobody can tell whose it is, it is nobody's.
 */
function isByHand(
  newest: Date,
  there: readonly Date[],
  cron: CronParams,
  { lastBackup, timezone, since }: Evidence,
): true | undefined {
  if (lastBackup && newest >= lastBackup) {
    const isLater = there.some((other) => other >= lastBackup && other < newest);
    return !isWithin(newest, lastBackup) || isLater || undefined;
  }
  // By slots it can be told in a known zone alone, and not of another schedule's.
  if (timezone === undefined || (!lastBackup && since && newest < since)) return undefined;
  const slot = previousSlot(cron, newest, timezone);
  return (slot !== undefined && !isWithin(newest, slot)) || undefined;
}

function isWithin(made: Date, begun: Date): boolean {
  return made.getTime() - begun.getTime() <= LONGEST_BACKUP;
}
