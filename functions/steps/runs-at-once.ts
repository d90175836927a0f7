import type { CronParams } from '../model/schedule.ts';

/**
 * Every write makes the server count from today 00:00 in the portal's time zone, so a backup whose hour has passed
 * today starts at once. Without the zone it can only be said whether that is so somewhere on earth.
 */
export function mayRunAtOnce(cron: CronParams, now: Date): boolean {
  for (let offset = EARLIEST_ZONE; offset <= LATEST_ZONE; offset += STEP) {
    if (isDueToday(cron, new Date(now.getTime() + offset))) return true;
  }
  return false;
}

// --- internal ---

const STEP = 15 * 60_000; // the finest difference between two time zones
const EARLIEST_ZONE = -12 * 3_600_000;
const LATEST_ZONE = 14 * 3_600_000;

/** @param local the portal's wall clock, in the UTC fields of a date */
function isDueToday({ period, hour, day }: CronParams, local: Date): boolean {
  if (local.getUTCHours() < hour) return false;
  if (period === 'EveryWeek') return local.getUTCDay() + 1 === day;
  if (period === 'EveryMonth') return local.getUTCDate() === day;
  return true;
}
