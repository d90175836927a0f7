/** Pure timing of retries: headers and a count in, milliseconds out. */

/** After so many tries of one call it is given up, however much of the portal's time is left. */
export const MOST_TRIES = 10;

/** Before a name that no host has is looked up once more. Milliseconds. */
export const MISSING_HOST_DELAY = 1_000;

const FIRST_DELAY = 200;
const LONGEST_DELAY = 5_000;

/** Whatever a server asks for, and however the dice fall: two tries never follow at once. */
const LEAST_DELAY = 200;

/**
 * How long to wait before the next try, in milliseconds: full-jitter backoff, and never less than the server asked for.
 * @param failures tries that failed so far, from 1
 * @param retryAfter what `Retry-After` asked for, in milliseconds
 * @param random 0 to 1
 */
export function retryDelay(failures: number, retryAfter: number | undefined, random: number): number {
  const backoff = random * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1));
  return Math.max(LEAST_DELAY, backoff, retryAfter ?? 0);
}

/** `Retry-After` (seconds, or a date) in milliseconds from `now`; `undefined` where there is none that can be read. */
export function retryAfterOf(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  // Only what has the form of a date: Date.parse takes "-1" and the like for one.
  return /^[A-Za-z]{3,9}, /.test(text) && !Number.isNaN(date) ? Math.max(0, date - now.getTime()) : undefined;
}
