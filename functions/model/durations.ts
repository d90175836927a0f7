/** Milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** So far the clocks of two machines may be apart without anything being wrong: what is dated later is from the future. */
export const CLOCKS_APART = 5 * MINUTE;

/** For so long the repair of a portal counts, and what was seen of it: a week, whatever day it begins with. */
export const SEVEN_DAYS = 7 * DAY;
