import { minuteText } from '../../functions/model/minute-text.ts';
import { printable } from '../../functions/model/printable.ts';

/** The one way to write a time for people: `2026-11-27 03:00 UTC (5 h ago)`, or `(in 5 h)`. @param time ISO 8601 */
export function tellTime(time: string, now: Date): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return printable(time, 40);
  const seconds = (now.getTime() - at) / 1000;
  return `${tellMinute(time)} (${seconds < 0 ? `in ${tellAge(-seconds)}` : `${tellAge(seconds)} ago`})`;
}

/** A time to the minute, where its age says nothing: `2026-11-27 03:00 UTC`. @param time ISO 8601 */
export function tellMinute(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return printable(time, 40);
  return minuteText(at.toISOString());
}

/** `3 h`: the biggest unit that it has two of. What is begun does not count: it is at least that old. */
export function tellAge(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ['s', 1];
  return `${Math.floor(Math.max(0, seconds) / size)} ${unit}`;
}

// --- internal ---

/** Seconds. */
const UNITS: readonly (readonly [unit: string, length: number])[] = [
  ['days', 86_400],
  ['h', 3_600],
  ['min', 60],
];
