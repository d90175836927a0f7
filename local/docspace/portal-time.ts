/**
 * Wall clocks of time zones. A wall time is a number: the milliseconds that its date and time would be in UTC.
 */

/** What the clocks of `timezone` (IANA) show at `instant`. */
export function wallTime(instant: Date, timezone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(timezone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instant at which the clocks of `timezone` show `wall`; in a gap of summer time, one right after the gap. */
export function instantOf(wall: number, timezone: string): Date {
  const guess = new Date(wall - offsetMs(new Date(wall), timezone));
  return new Date(wall - offsetMs(guess, timezone));
}

/** How far the clocks of `timezone` are ahead of UTC, in milliseconds. */
export function offsetMs(instant: Date, timezone: string): number {
  return wallTime(instant, timezone) - Math.floor(instant.getTime() / 1000) * 1000;
}

/** An offset as the server writes one: `05:30:00`, `-03:00:00`. */
export function offsetText(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  return `${ms < 0 ? '-' : ''}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
}

// --- internal ---

function two(value: number): string {
  return String(value).padStart(2, '0');
}

// Making a formatter costs far more than using one, and a fleet shares a few zones.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
