import type { Spread } from './statistics.ts';

/** What was aimed at, and what was measured. */
export type Target = {
  readonly name: string;
  readonly aim: string;
  readonly measured: Spread;
  readonly unit: string;
  readonly isMet: boolean;
};

export function atMost(name: string, limit: number, measured: Spread, unit = ''): Target {
  return { name, aim: `at most ${limit}${unit}`, measured, unit, isMet: measured.median <= limit };
}

export function atLeast(name: string, limit: number, measured: Spread, unit = ''): Target {
  return { name, aim: `at least ${limit}${unit}`, measured, unit, isMet: measured.median >= limit };
}

/** For counts: every round has to hold it. */
export function always(name: string, limit: number, measured: Spread, unit = ''): Target {
  return { name, aim: `never more than ${limit}${unit}`, measured, unit, isMet: measured.max <= limit };
}
