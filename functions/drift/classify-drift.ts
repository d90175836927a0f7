import type { Drift } from '../model/drift.ts';
import { SEVEN_DAYS } from '../model/durations.ts';
import type { Action, Change, Status } from '../model/outcome.ts';

/** What the last report of a policy says of a portal, as far as drift hangs on it. */
export type LastSeen = {
  readonly status: Status;
  /** It had drifted already, and was not put right. */
  readonly drift?: Drift;
  /** It was as the policy wants it when it was last read, though this outcome could not read it. */
  readonly wasInPlace?: boolean;
};

/**
 * Whether what differs is drift. It is where the policy wants what it wanted, and the portal had it: one that never got
 * so far (it failed, or is only watched) did not drift.
 * @param isSameMeaning whether the policy means what it meant in the last report
 */
export function classifyDrift(
  last: LastSeen | undefined,
  isSameMeaning: boolean,
  plan: { readonly action: Action; readonly changes: readonly Change[] },
): Drift | undefined {
  if (plan.action === 'none' || !isSameMeaning || !last || !wasInPlace(last)) return undefined;
  if (plan.action === 'create') return { kind: 'deleted', fields: [] };
  return { kind: 'edited', fields: plan.changes.map(({ field }) => field) };
}

/** Whether a portal once was as the policy wants it: to be carried on by an outcome that can't read it. */
export function wasInPlace({ status, drift, wasInPlace = false }: LastSeen): boolean {
  return status === 'done' || drift !== undefined || wasInPlace;
}

/** How many of a portal's repairs (ISO) were made within the last seven days. */
export function countRepairs(repairs: readonly string[], now: Date): number {
  return recentRepairs(repairs, now).length;
}

/** The repairs that still count. What is no time counts for nothing. */
export function recentRepairs(repairs: readonly string[], now: Date): readonly string[] {
  return repairs.filter((repair) => Date.parse(repair) > now.getTime() - SEVEN_DAYS);
}

/** Whether a portal that drifted has been put right so often that something is fighting the policy: no fourth time. */
export function isContested(repairs: readonly string[], now: Date): boolean {
  return countRepairs(repairs, now) >= MOST_REPAIRS;
}

// --- internal ---

const MOST_REPAIRS = 3;
