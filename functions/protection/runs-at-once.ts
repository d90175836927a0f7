import { DAY, HOUR, MINUTE } from '../model/durations.ts';
import type { CronParams } from '../model/schedule.ts';
import { dayOf, isSlotDay } from './backup-slots.ts';
import { firstRun, LOOK_EVERY, lookAfter } from './first-run.ts';

/**
 * Whether the server starts a backup within 15 minutes of a write, at its next look.
 * @param timezone IANA name; `undefined`: not known, and the answer is whether it may be so somewhere on earth
 * @param dump whether it is the server-wide schedule, whose hours are of UTC
 */
export function runsAtOnce(
  cron: CronParams,
  now: Date,
  timezone: string | undefined,
  dump: boolean = false,
): boolean {
  if (timezone === undefined && !dump) return mayRunSomewhere(cron, now);
  const first = firstRun({ cronParams: cron, dump }, now, timezone);
  return first instanceof Date && first.getTime() - now.getTime() <= LOOK_EVERY;
}

// --- internal ---

const STEP = 15 * MINUTE; // the finest difference between two time zones
const EARLIEST_ZONE = -12 * HOUR;
const LATEST_ZONE = 14 * HOUR;

/** A slot counts from the start of the date in UTC, read as the portal's, to what the portal's clock shows. */
function mayRunSomewhere(cron: CronParams, now: Date): boolean {
  const look = lookAfter(now.getTime());
  const today = dayOf(look);
  for (let offset = EARLIEST_ZONE; offset <= LATEST_ZONE; offset += STEP) {
    const wall = look + offset;
    for (let day = today; day <= dayOf(wall); day++) {
      if (isSlotDay(cron, day * DAY) && day * DAY + cron.hour * HOUR <= wall) return true;
    }
  }
  return false;
}
