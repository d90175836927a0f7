import { DAY, HOUR, MINUTE } from '../model/durations.ts';
import type { BackupSchedule, CronParams } from '../model/schedule.ts';
import { instantOf, offsetOf, wallTime } from '../model/time-zone.ts';
import { dayOf, isSlotDay, nextSlot } from './backup-slots.ts';

/**
 * When the server starts a schedule's backups, by its own rule. It looks every 15 minutes, and runs a schedule whose
 * next slot after a time of reckoning has come on the portal's clock. That time is the last run; for a schedule that
 * never ran it is the start of today's date in UTC, less a second, taken as if the portal's clock had shown it, and
 * computed anew at each look (Schedule.cs:49-51). So west of UTC a late hour may never come: the date in UTC turns
 * before the portal's clock gets there. Every write makes a schedule one that never ran.
 */

/** What of a schedule decides when it runs. */
export type Timed = Pick<BackupSchedule, 'cronParams' | 'dump'>;

/** A time; null: not within 400 days; `undefined`: the zone is not known, and nobody can say. */
export type RunTime = Date | null | undefined;

/**
 * When the server would first run a schedule that is written now, or never ran.
 * @param timezone the portal's (IANA); of a dump schedule it does not matter
 */
export function firstRun(schedule: Timed, now: Date, timezone: string | undefined): RunTime {
  const zone = zoneOf(schedule, timezone);
  if (zone === undefined) return undefined;
  const { period, hour, day } = schedule.cronParams;
  const look = lookAfter(now.getTime());
  const key = `${zone} ${period} ${hour} ${day} ${look}`;
  const known = computed.get(key);
  if (known !== undefined) return known === null ? null : new Date(known);
  const found = findFirstRun(schedule.cronParams, look, zone);
  if (computed.size >= MOST_COMPUTED) computed.clear();
  computed.set(key, found);
  return found === null ? null : new Date(found);
}

/** When the server will run a schedule next, given when it last did so; `undefined`: never, which is its first run. */
export function nextRun(
  schedule: Timed,
  lastBackup: Date | undefined,
  now: Date,
  timezone: string | undefined,
): RunTime {
  if (!lastBackup) return firstRun(schedule, now, timezone);
  const zone = zoneOf(schedule, timezone);
  if (zone === undefined) return undefined;
  const { cronParams } = schedule;
  if (!isHour(cronParams)) return null;
  const from = wallTime(lastBackup, zone);
  for (let day = dayOf(from); day <= dayOf(from) + FARTHEST; day++) {
    const slot = day * DAY + cronParams.hour * HOUR;
    if (slot <= from || !isSlotDay(cronParams, slot)) continue;
    const look = firstLookPast(slot, lookAfter(now.getTime()), zone);
    return look <= now.getTime() + HORIZON ? new Date(look) : null;
  }
  return null;
}

/**
 * Whether the server would run a schedule that is written now, or never ran, later than its own first slot from now on,
 * and half an hour; where the zone is not known nobody can say, and the answer is no.
 */
export function isFirstRunLate(schedule: Timed, now: Date, timezone: string | undefined): boolean {
  const zone = zoneOf(schedule, timezone);
  const first = firstRun(schedule, now, timezone);
  if (zone === undefined || first === undefined) return false;
  const slot = nextSlot(schedule.cronParams, now, zone);
  if (!slot) return false; // it never strikes: a portal may hold such a thing, no policy can want it
  return first === null || first.getTime() > slot.getTime() + TOLERANCE;
}

/** The last of the hours, from 0 on, at which a schedule that is written runs all year in a zone. */
export function lastHourAllYear(now: Date, timezone: string): number {
  let farthestWest = 0;
  for (let days = 0; days <= HORIZON / DAY; days++)
    farthestWest = Math.min(farthestWest, offsetOf(new Date(now.getTime() + days * DAY), timezone));
  return Math.ceil((DAY + farthestWest) / HOUR) - 1;
}

/** The zone that a schedule's hours are of: a dump schedule's tenant has none. */
export function zoneOf({ dump }: { readonly dump: boolean }, timezone: string | undefined) {
  return dump ? 'UTC' : timezone;
}

/** The server's first look after an instant: one at that instant did not see what is written then. Milliseconds. */
export function lookAfter(instant: number): number {
  return Math.floor(instant / LOOK_EVERY + 1) * LOOK_EVERY;
}

/** Between two looks of the server. Milliseconds. */
export const LOOK_EVERY = 15 * MINUTE;

// --- internal ---

/** Longer than a year: what the clocks do in one, they have done by then. */
const HORIZON = 400 * DAY;

/** How much later than its slot a first run is no harm. */
const TOLERANCE = 30 * MINUTE;

/** Between two 31sts, or two 29ths or 30ths around February, lie 62 days at most. */
const FARTHEST = 64;

/** A fleet has few zones and hours, and a year of days costs some milliseconds. */
const computed = new Map<string, number | null>();
const MOST_COMPUTED = 10_000;

/** By day, and by look on the one day that matters: a slot counts until the date in UTC is past its own. */
function findFirstRun(cron: CronParams, from: number, zone: string): number | null {
  if (!isHour(cron)) return null;
  for (let day = dayOf(from); day <= dayOf(from + HORIZON) + 1; day++) {
    const slot = day * DAY + cron.hour * HOUR;
    if (!isSlotDay(cron, slot)) continue;
    const look = firstLookPast(slot, from, zone);
    if (dayOf(look) <= day) return look <= from + HORIZON ? look : null;
  }
  return null;
}

/** The first look, from another one on, at which the clocks of a zone show a wall time or a later one. */
function firstLookPast(wall: number, from: number, zone: string): number {
  let look = Math.max(from, lookAfter(instantOf(wall, zone).getTime() - 1));
  // Around midnight clocks may have shown it, and have been put back.
  while (wallTime(new Date(look), zone) < wall) look += LOOK_EVERY;
  return look;
}

function isHour({ hour }: CronParams): boolean {
  return hour >= 0 && hour <= 23;
}
