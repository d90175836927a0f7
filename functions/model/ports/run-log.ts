import type { PolicyMetric, VERDICT_METRICS } from '../metrics.ts';
import type { PortalOutcome } from '../outcome.ts';

/** What a run says while it goes: JSON lines, and metrics in embedded metric format. Names, counts and outcomes alone. */
export type RunLog = {
  /** Everything said from now on belongs to this run. */
  begin(run: string, trigger: string): void;
  /**
   * One line for a portal that is not plainly unchanged, or has a bad verdict; nothing for the others. A warning where
   * it waits for somebody.
   */
  portal(policy: string, version: string | null, outcome: PortalOutcome): void;
  /** One line for a policy's run. */
  summary(policy: string, summary: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  /** Names and messages of our own errors; of others the name alone, since their text may hold anything. */
  error(message: string, error: unknown, details?: object): void;
  /** Counts of one policy's run; told for the policy, and added up over all policies. */
  count(policy: string, counts: Readonly<Partial<Record<PolicyMetric, number>>>): void;
  /** How many portals have a key and no policy, and the other way round; and how many keys are new among the first. */
  coverage(counts: CoverageCounts): void;
  /** Portals by verdict, when a tick ends; told over all policies alone. */
  verdicts(counts: Readonly<Record<keyof typeof VERDICT_METRICS, number>>): void;
  /** How long the policy that waits longest was not looked at when a tick began. Hours; 0 where there is none. */
  oldestReport(hours: number): void;
  tickCompleted(): void;
  /** The bucket keeps no versions: told once, with what to do. */
  unversioned(): void;
};

export type CoverageCounts = {
  readonly ungoverned: number;
  readonly withoutKey: number;
  /** Ungoverned keys that the last measurement did not have. */
  readonly newUngoverned: number;
};
