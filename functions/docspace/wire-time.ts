/**
 * A time as portals write one: a text with an offset (`2026-03-04T05:00:00.0000000+01:00`), a text without one, which is
 * UTC, or an object `{ utcTime, timeZoneOffset }`.
 * @returns `undefined` for no time at all: the year 1, or nothing; null for what is none of these
 */
export function timeFromWire(value: unknown): Date | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return parseText(value);
  const utcTime = typeof value === 'object' && 'utcTime' in value ? value.utcTime : undefined;
  return typeof utcTime === 'string' ? parseText(utcTime) : null;
}

// --- internal ---

const TIME = /^(\d{4})(-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

function parseText(text: string): Date | undefined | null {
  const [, year = '', rest = '', fraction = '', offset = 'Z'] = TIME.exec(text) ?? [];
  if (year === '') return null;
  // Read to the millisecond: JavaScript promises no more of a text's digits.
  const time = Date.parse(`${year}${rest}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
  if (Number.isNaN(time)) return null;
  return Number(year) <= 1 ? undefined : new Date(time);
}
