import type { ServerClock } from './portal-setup.ts';
import { instantOf, offsetMs, wallTime } from './portal-time.ts';
import type { StoredCron, StoredSchedule } from './stored-schedule.ts';

/** A look at which a backup starts; `slot` is the wall time of the portal that it is started for. */
export type DueLook = { readonly at: Date; readonly slot: number };

/** The server's own rule (Schedule.cs:39-70): the slot that a look at this instant starts a backup for, if any. */
export function dueSlot(schedule: StoredSchedule, timezone: string, look: Date): number | undefined {
  const slot = nextRun(schedule.cron, countingFrom(schedule, timezone, look.getTime()));
  return slot !== undefined && slot <= wallTime(look, timezone) ? slot : undefined;
}

/**
 * The first look at which a backup starts, after one instant and not after another. The scheduler looks every quarter
 * of an hour (backup.json: Scheduler.Period); this one goes from day to day, and asks only where a slot may be.
 */
export function nextLook(
  schedule: StoredSchedule,
  timezone: string,
  span: { after: Date; until: Date },
  { lookOffsetMs: offset = 0 }: Pick<ServerClock, 'lookOffsetMs'>,
): DueLook | undefined {
  const grid = { timezone, offset };
  const first = lookFrom(span.after.getTime() + 1, offset);
  const last = span.until.getTime();
  if (schedule.lastBackupTime) {
    const slot = nextRun(schedule.cron, countingFrom(schedule, timezone, first));
    return slot === undefined ? undefined : firstPast(slot, { first, last }, grid);
  }
  for (let day = startOfDay(first); day <= last; day += DAY) {
    const slot = nextRun(schedule.cron, countingFrom(schedule, timezone, day));
    if (slot === undefined || slot >= day + DAY + FARTHEST) continue;
    const looks = { first: Math.max(first, lookFrom(day, offset)), last: Math.min(last, day + DAY - 1) };
    const look = firstPast(slot, looks, grid);
    if (look) return look;
  }
  return undefined;
}

/** The first time the cron strikes after a wall time, as a wall time. A month without the day is skipped. */
export function nextRun({ period, hour, day }: StoredCron, after: number): number | undefined {
  const first = startOfDay(after);
  for (let start = first; start <= first + 70 * DAY; start += DAY) {
    const date = new Date(start);
    const fits = period === 0 || (period === 1 ? date.getUTCDay() + 1 : date.getUTCDate()) === day;
    const wall = start + hour * HOUR;
    if (fits && wall > after) return wall;
  }
  return undefined;
}

// --- internal ---

const SECOND = 1_000;
const QUARTER = 900_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** No clock is farther ahead of UTC. */
const FARTHEST = 15 * HOUR;

type Grid = { readonly timezone: string; readonly offset: number };
type Looks = { readonly first: number; readonly last: number };

function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** Never run: a second before the start of today's date in UTC, taken for a wall time of the portal's (Schedule.cs:50). */
function countingFrom({ lastBackupTime }: StoredSchedule, timezone: string, look: number): number {
  return lastBackupTime ? wallTime(lastBackupTime, timezone) : startOfDay(look) - SECOND;
}

/** The first look that is not before an instant. */
function lookFrom(time: number, offset: number): number {
  return Math.ceil((time - offset) / QUARTER) * QUARTER + offset;
}

/** The first of these looks that finds the portal's clocks at a wall time, or past it. */
function firstPast(slot: number, { first, last }: Looks, { timezone, offset }: Grid): DueLook | undefined {
  const guess = instantOf(slot, timezone).getTime();
  const [before, after] = [guess - 3 * HOUR, guess + 3 * HOUR];
  const ahead = offsetMs(new Date(before), timezone);
  let look = Math.max(first, lookFrom(before, offset));
  if (ahead === offsetMs(new Date(after), timezone)) look = Math.max(first, lookFrom(slot - ahead, offset));
  // Near a change of the clocks, a wall time may come twice or not at all: look by look.
  else while (look <= last && look < after && wallTime(new Date(look), timezone) < slot) look += QUARTER;
  return look <= last ? { at: new Date(look), slot } : undefined;
}
