import { SEVEN_DAYS } from '../model/durations.ts';
import { PortalError } from '../model/portal-error.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import { wasInPlace } from './classify-drift.ts';

/** What was known of a portal before this run. */
export type Before = {
  /** Its outcome in the last report of the policy. */
  readonly last: StoredOutcome | undefined;
  /** Stands for what the policy wants of it now. */
  readonly target: string;
  readonly now: Date;
  /** Since when the policy governs it, where no outcome of it is known; ISO. */
  readonly governedSince?: string | undefined;
};

/** Whether a portal's target is what it was. A report that does not tell it, of before this edition, counts as the same. */
export function isSameTarget({ last, target }: Pick<Before, 'last' | 'target'>): boolean {
  return last !== undefined && (last.target === undefined || last.target === target);
}

/**
 * Why a portal that drifted is not to be put right once more: it was three times in seven days, so that somebody, or
 * the server's own billing rule, is fighting the policy.
 */
export function contestedError(before: Before): PortalError | undefined {
  const { last, now } = before;
  const wasWritten = last && (wasInPlace(last) || last.observed?.unverified !== undefined);
  const isNew = wasWritten && isSameTarget(before) && isContested(last.repairs ?? [], now);
  if (!isNew && !isStillContested(before)) return undefined;
  const message =
    'put right three times in seven days, and changed again: find out who or what changes it (a bill?), then change what the policy wants of it, or run policy-sync apply --portal by hand';
  return new PortalError('CONTESTED', message);
}

/** Time alone does not end it: nobody has looked, and the fight would go on once the repairs are old. */
export function isStillContested(before: Before): boolean {
  return isSameTarget(before) && before.last?.contested === true;
}

/** Whether a portal that drifted has been put right so often that something is fighting the policy: no fourth time. */
export function isContested(repairs: readonly string[], now: Date): boolean {
  return recentRepairs(repairs, now).length >= MOST_REPAIRS;
}

/** The repairs (ISO) that still count: those of the last seven days. What is no time counts for nothing. */
export function recentRepairs(repairs: readonly string[], now: Date): readonly string[] {
  return repairs.filter((repair) => Date.parse(repair) > now.getTime() - SEVEN_DAYS);
}

// --- internal ---

const MOST_REPAIRS = 3;
