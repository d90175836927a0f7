import { DAY, MINUTE } from './durations.ts';

/**
 * Wall clocks of time zones, by the zones that Intl knows. A wall time is a number: the milliseconds that its date and
 * time would be in UTC.
 */

/** Whether this is a time zone (IANA name) that is known here. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of `timezone` show at `instant`, to the second. */
export function wallTime(instant: Date, timezone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(timezone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the clocks of `timezone` are ahead of UTC at `instant`. Milliseconds; negative in the west. */
export function offsetOf(instant: Date, timezone: string): number {
  return wallTime(instant, timezone) - Math.floor(instant.getTime() / 1000) * 1000;
}

/**
 * The first instant at which the clocks of `timezone` show `wall`. Of a time that exists twice that is the earlier one;
 * a time that is skipped comes when the clocks jump over it.
 */
export function instantOf(wall: number, timezone: string): Date {
  const offsets = [offsetOf(new Date(wall - DAY), timezone), offsetOf(new Date(wall + DAY), timezone)];
  const candidates = offsets.map((offset) => wall - offset);
  const shown = candidates.filter((instant) => wallTime(new Date(instant), timezone) === wall);
  if (shown.length > 0) return new Date(Math.min(...shown));
  // The clocks jump between these two: find the minute.
  let [before, after] = [Math.min(...candidates), Math.max(...candidates)];
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / MINUTE / 2) * MINUTE;
    if (wallTime(new Date(middle), timezone) < wall) before = middle;
    else after = middle;
  }
  return new Date(after);
}

// --- internal ---

/** Making a formatter costs far more than using one, and a fleet shares a few zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** There are some 600 zones, but portals may spell one in many ways (`europe/BERLIN`). */
const MOST_FORMATTERS = 1000;

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(timeZone, formatter);
  return formatter;
}
