import { DAY } from '../model/durations.ts';
import type { Verdict } from '../model/protection.ts';

/**
 * How a policy's portals were protected, day by day: `reports/<policy>/days.json`. Days are UTC's.
 * A portal's text is run-length, oldest first, and ends with the day `until`: `p14b1` is fourteen days well, then a bad one.
 */
export type Days = {
  readonly schema: 1;
  /** The last day that is told of, `2026-11-27`. */
  readonly until: string;
  readonly portals: Readonly<Record<string, string>>;
};

/** p: proven or never. b: late, claimed or unprotected. u: unknown. n: retired. `-`: nobody asked on that day. */
export type DayLetter = 'p' | 'b' | 'u' | 'n' | '-';

/** For so many days a portal is remembered. */
export const MOST_DAYS = 400;

export function letterOf(verdict: Verdict): DayLetter {
  return LETTERS[verdict];
}

/**
 * The days with what a run has just seen: a day's last verdict is the one that stays.
 * What the file says of days that are yet to come counts for nothing. Portals that nobody asked about for 400 days leave.
 * @param seen of the portals that were asked, each with its letter of now
 */
export function foldDays(days: Days | undefined, seen: ReadonlyMap<string, DayLetter>, now: Date): Days {
  const today = dayNumber(now.toISOString());
  const passed = days ? today - dayNumber(days.until) : 0;
  const portals: Record<string, string> = Object.create(null);
  for (const [portal, text] of Object.entries(days?.portals ?? {})) {
    const runs = movedOn(readRuns(text), passed);
    const folded = writeRuns(lastDays(withToday(runs, seen.get(portal)), MOST_DAYS));
    if (folded !== undefined) portals[portal] = folded;
  }
  for (const [portal, letter] of seen) portals[portal] ??= `${letter}1`;
  return { schema: 1, until: now.toISOString().slice(0, 10), portals };
}

/**
 * The last days of a portal, oldest first, as one letter a day.
 * @param text of `Days.portals`
 * @param count days; those that nobody knows of are `-`
 */
export function daysAsLetters(text: string, count: number): string {
  const letters = readRuns(text)
    .map(({ letter, length }) => letter.repeat(length))
    .join('');
  return letters.slice(-count).padStart(count, '-');
}

// --- internal ---

const LETTERS: Readonly<Record<Verdict, DayLetter>> = {
  proven: 'p',
  never: 'p',
  late: 'b',
  claimed: 'b',
  unprotected: 'b',
  unknown: 'u',
  retired: 'n',
};

type Run = { readonly letter: string; readonly length: number };

/** Days since 1970. */
function dayNumber(date: string): number {
  return Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY;
}

/** What is no such text is a portal that nothing is known of. */
function readRuns(text: string): readonly Run[] {
  if (!/^(?:[pbun-][1-9]\d{0,2})*$/.test(text)) return [];
  const runs = Array.from(text.matchAll(/(.)(\d+)/g), ([, letter = '-', length]) => ({
    letter,
    length: Number(length),
  }));
  return lastDays(runs, MOST_DAYS);
}

/** So many days later, or, where the text was ahead of us, without what had not come yet. */
function movedOn(runs: readonly Run[], passed: number): readonly Run[] {
  if (passed >= 0) return joined(runs, { letter: '-', length: Math.min(passed, MOST_DAYS) });
  return withoutLast(runs, -passed);
}

function withToday(runs: readonly Run[], letter: DayLetter | undefined): readonly Run[] {
  return letter === undefined ? runs : joined(withoutLast(runs, 1), { letter, length: 1 });
}

function joined(runs: readonly Run[], next: Run): readonly Run[] {
  const last = runs.at(-1);
  if (next.length === 0) return runs;
  if (last?.letter !== next.letter) return [...runs, next];
  return [...runs.slice(0, -1), { letter: next.letter, length: last.length + next.length }];
}

function withoutLast(runs: readonly Run[], days: number): readonly Run[] {
  const kept = [...runs];
  for (let left = days; left > 0; ) {
    const last = kept.pop();
    if (!last) break;
    if (last.length > left) kept.push({ letter: last.letter, length: last.length - left });
    left -= last.length;
  }
  return kept;
}

function lastDays(runs: readonly Run[], days: number): readonly Run[] {
  const kept: Run[] = [];
  let left = days;
  for (const { letter, length } of [...runs].reverse()) {
    if (left <= 0) break;
    kept.unshift({ letter, length: Math.min(length, left) });
    left -= length;
  }
  return kept;
}

/** `undefined` where nobody asked on any day. */
function writeRuns(runs: readonly Run[]): string | undefined {
  if (runs.every(({ letter }) => letter === '-')) return undefined;
  return runs.map(({ letter, length }) => `${letter}${length}`).join('');
}
