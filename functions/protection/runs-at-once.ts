import { DAY, HOUR, MINUTE } from '../model/durations.ts';
import type { CronParams } from '../model/schedule.ts';
import { wallTime } from '../model/time-zone.ts';
import { dayOf, isSlotDay } from './backup-slots.ts';

/**
 * Every write makes the server count from today 00:00 in the portal's time zone, so a backup whose hour has passed
 * today starts at once. Which day is today is read in two ways: as the portal's own, or as the date in UTC, which around
 * midnight is another one. Where they differ the answer is yes: it may run.
 * @param timezone IANA name; `undefined`: not known, and the answer is whether it may be so somewhere on earth
 */
export function runsAtOnce(cron: CronParams, now: Date, timezone: string | undefined): boolean {
  if (timezone === undefined) return mayRunSomewhere(cron, now);
  const wall = wallTime(now, timezone);
  for (let day = Math.min(dayOf(wall), dayOf(now.getTime())); day <= dayOf(wall); day++) {
    if (isSlotDay(cron, day * DAY) && day * DAY + cron.hour * HOUR <= wall) return true;
  }
  return false;
}

// --- internal ---

const STEP = 15 * MINUTE; // the finest difference between two time zones
const EARLIEST_ZONE = -12 * HOUR;
const LATEST_ZONE = 14 * HOUR;

function mayRunSomewhere(cron: CronParams, now: Date): boolean {
  for (let offset = EARLIEST_ZONE; offset <= LATEST_ZONE; offset += STEP) {
    const wall = now.getTime() + offset;
    if (wall - dayOf(wall) * DAY >= cron.hour * HOUR && isSlotDay(cron, wall)) return true;
  }
  return false;
}
