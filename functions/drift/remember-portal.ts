import type { PortalOutcome } from '../model/outcome.ts';
import type { Observed, StoredOutcome } from '../model/portal-memory.ts';
import { classifyDrift, wasInPlace } from './classify-drift.ts';
import { needsSinceAfter } from './needs-since.ts';
import { type Before, isStillContested, recentRepairs } from './repair-limit.ts';

/** An outcome with its drift named, and with what the next run has to know. */
export function rememberPortal(
  outcome: PortalOutcome,
  observed: Observed | undefined,
  before: Before,
): StoredOutcome {
  const { last, isSameMeaning } = before;
  const drift = classifyDrift(last, isSameMeaning, {
    action: outcome.action ?? 'none',
    changes: outcome.changes,
  });
  const kept = observed ?? last?.observed;
  const isRepair = (drift !== undefined && outcome.status === 'done') || isUnverified(observed, last);
  const repairs = repairsAfter(outcome, isRepair, before);
  const since = sinceAfter(outcome, before);
  const needsSince = needsSinceAfter(outcome, before);
  const wasRead = outcome.action !== null;
  const isContested =
    outcome.error?.code === 'CONTESTED' || (outcome.action !== 'none' && isStillContested(before));
  return {
    ...outcome,
    ...(drift && { drift }),
    ...(kept && { observed: kept }),
    ...(since && { since }),
    ...(repairs.length > 0 && { repairs }),
    ...(!wasRead && isSameMeaning && last && wasInPlace(last) && { inPlace: true as const }),
    ...(isContested && { contested: true as const }),
    ...(needsSince !== undefined && { needsSince }),
  };
}

/** What the next run has to know of a portal that had no turn. */
export function memoryOf(outcome: StoredOutcome): StoredOutcome {
  const { portal, action, status, error, drift, observed, since, repairs, inPlace, contested, needsSince } =
    outcome;
  return {
    ...{ portal, action, status, changes: [], warnings: [], requests: 0, attempts: 0 },
    ...(error && { error: { code: error.code, message: '', retryable: error.retryable } }),
    ...(drift && { drift: { kind: drift.kind, fields: [] } }),
    ...(observed && { observed }),
    ...(since !== undefined && { since }),
    ...(repairs && { repairs }),
    ...(inPlace && { inPlace }),
    ...(contested && { contested }),
    ...(needsSince !== undefined && { needsSince }),
  };
}

/** Whether a portal was as the policy wanted it when it was last read. */
export function wasInPlaceAt(last: StoredOutcome | undefined): boolean {
  return last !== undefined && wasInPlace(last);
}

// --- internal ---

/**
 * Since when the portal's schedule can be held against its slots: since what is wanted was written, or first seen. A
 * write that only puts that back starts nothing anew: one that is deleted each week would never have to run.
 */
function sinceAfter(
  { action, status }: PortalOutcome,
  { last, isSameMeaning, now }: Before,
): string | undefined {
  if (status === 'done' && (action === 'create' || action === 'update')) {
    return isSameMeaning && last?.since !== undefined ? last.since : now.toISOString();
  }
  if (status === 'done' && action === 'remove') return undefined;
  return last?.since ?? (action === 'none' || action === 'update' ? now.toISOString() : undefined);
}

/** A write of this run that was accepted and not shown: it may have cost as much as a repair. */
function isUnverified(observed: Observed | undefined, last: StoredOutcome | undefined): boolean {
  return observed?.unverified !== undefined && observed.unverified.at !== last?.observed?.unverified?.at;
}

function repairsAfter(
  { action }: PortalOutcome,
  isRepair: boolean,
  { last, isSameMeaning, now }: Before,
): readonly string[] {
  if (!isSameMeaning) return [];
  // As wanted, though nobody here wrote it: somebody has put it right by hand, and it starts anew.
  if (action === 'none' && last?.contested) return [];
  const recent = recentRepairs(last?.repairs ?? [], now);
  return isRepair ? [...recent, now.toISOString()] : recent;
}
