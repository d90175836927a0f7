import { DAY, HOUR } from '../model/durations.ts';
import type { CronParams } from '../model/schedule.ts';
import { instantOf, wallTime } from '../model/time-zone.ts';

/**
 * The times at which a schedule strikes, its slots, in a time zone (IANA). Days are counted as the server counts them:
 * 1 is Sunday in EveryWeek, and EveryMonth skips a month without the day. An hour that the clocks skip strikes when
 * they jump, one that comes twice strikes the first time.
 */

/** The first slot after an instant; `undefined` for a schedule that never strikes (a portal may hold one). */
export function nextSlot(cron: CronParams, after: Date, timezone: string): Date | undefined {
  const today = dayOf(wallTime(after, timezone));
  for (let day = today - MARGIN; day <= today + FARTHEST; day++) {
    const slot = slotOn(day, cron, timezone);
    if (slot && slot > after) return slot;
  }
  return undefined;
}

/** The last slot up to an instant, that instant included; `undefined` as in `nextSlot`. */
export function previousSlot(cron: CronParams, until: Date, timezone: string): Date | undefined {
  const today = dayOf(wallTime(until, timezone));
  for (let day = today + MARGIN; day >= today - FARTHEST; day--) {
    const slot = slotOn(day, cron, timezone);
    if (slot && slot <= until) return slot;
  }
  return undefined;
}

/** Whether a schedule strikes on the date of a wall time. */
export function isSlotDay({ period, day }: CronParams, wall: number): boolean {
  const date = new Date(wall);
  if (period === 'EveryWeek') return date.getUTCDay() + 1 === day;
  if (period === 'EveryMonth') return date.getUTCDate() === day;
  return true;
}

/** The number of the day that a wall time lies on. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY);
}

// --- internal ---

/** Days to look at before the first that can be the one: a skipped slot comes later than its date says. */
const MARGIN = 2;

/** Between two 31sts, or two 29ths or 30ths around February, lie 62 days at most. */
const FARTHEST = 64;

function slotOn(day: number, cron: CronParams, timezone: string): Date | undefined {
  const { hour } = cron;
  if (hour < 0 || hour > 23 || !isSlotDay(cron, day * DAY)) return undefined;
  return instantOf(day * DAY + hour * HOUR, timezone);
}
