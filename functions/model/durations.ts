/** Milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** For so long the repair of a portal counts, and what was seen of it: a week, whatever day it begins with. */
export const SEVEN_DAYS = 7 * DAY;
