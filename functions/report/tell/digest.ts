import type { EventCounts, Trouble } from './events.ts';

/** All of a week, as it was when it was told. */
export type Digest = {
  /** ISO; `null`: since we began to tell. */
  readonly since: string | null;
  readonly policies: number;
  readonly portals: number;
  /** Portals by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** What was told since then. */
  readonly told: EventCounts;
  /** How many portals and policies are in trouble now, and those that are it longest. */
  readonly inTrouble: number;
  readonly longest: readonly LongTrouble[];
};

export type LongTrouble = {
  readonly trouble: Trouble;
  readonly policy: string;
  /** `null`: the policy itself. */
  readonly portal: string | null;
  readonly since: string;
};
