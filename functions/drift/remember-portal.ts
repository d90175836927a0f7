import type { PortalOutcome } from '../model/outcome.ts';
import { isPast } from '../model/past-time.ts';
import type { Observed, StoredOutcome } from '../model/portal-memory.ts';
import { classifyDrift, wasInPlace } from './classify-drift.ts';
import { needsSinceAfter } from './needs-since.ts';
import { type Before, isSameTarget, isStillContested, recentRepairs } from './repair-limit.ts';

/** An outcome with its drift named, and with what the next run has to know. */
export function rememberPortal(
  outcome: PortalOutcome,
  observed: Observed | undefined,
  before: Before,
): StoredOutcome {
  const { last, target } = before;
  const isSame = isSameTarget(before);
  const drift = classifyDrift(last, isSame, {
    action: outcome.action ?? 'none',
    changes: outcome.changes,
  });
  const kept = observed ?? last?.observed;
  const isRepair = (drift !== undefined && outcome.status === 'done') || isUnverified(observed, last);
  const repairs = repairsAfter(outcome, isRepair, before);
  const since = sinceAfter(outcome, before);
  const needsSince = needsSinceAfter(outcome, before);
  const wasRead = outcome.action !== null;
  const governedSince = governedAfter(outcome, before);
  const isContested =
    outcome.error?.code === 'CONTESTED' || (outcome.action !== 'none' && isStillContested(before));
  return {
    ...outcome,
    target,
    ...(governedSince !== undefined && { governedSince }),
    ...(drift && { drift }),
    ...(kept && { observed: kept }),
    ...(since && { since }),
    ...(repairs.length > 0 && { repairs }),
    ...(!wasRead && isSame && last && wasInPlace(last) && { inPlace: true as const }),
    ...(isContested && { contested: true as const }),
    ...(needsSince !== undefined && { needsSince }),
  };
}

/** What the next run has to know of a portal that had no turn. */
export function memoryOf(outcome: StoredOutcome): StoredOutcome {
  const { portal, action, status, error, drift, observed, since, repairs, inPlace, contested } = outcome;
  const { target, governedSince, needsSince } = outcome;
  return {
    ...{ portal, action, status, changes: [], warnings: [], requests: 0, attempts: 0 },
    ...(error && { error: { code: error.code, message: '', retryable: error.retryable } }),
    ...(target !== undefined && { target }),
    ...(governedSince !== undefined && { governedSince }),
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
function sinceAfter({ action, status }: PortalOutcome, before: Before): string | undefined {
  const { last, now } = before;
  if (status === 'done' && (action === 'create' || action === 'update')) {
    return isSameTarget(before) && last?.since !== undefined ? last.since : now.toISOString();
  }
  if (status === 'done' && action === 'remove') return undefined;
  return last?.since ?? (action === 'none' || action === 'update' ? now.toISOString() : undefined);
}

/**
 * A policy governs a portal from when it first reads it, as long as it names it: also while the portal can't be read.
 * A start in the future is none: a clock was wrong.
 */
function governedAfter({ action }: PortalOutcome, { last, governedSince, now }: Before): string | undefined {
  const before = last?.governedSince ?? governedSince;
  if (before !== undefined && isPast(before, now)) return before;
  return action === null ? undefined : now.toISOString();
}

/** A write of this run that was accepted and not shown: it may have cost as much as a repair. */
function isUnverified(observed: Observed | undefined, last: StoredOutcome | undefined): boolean {
  return observed?.unverified !== undefined && observed.unverified.at !== last?.observed?.unverified?.at;
}

function repairsAfter({ action }: PortalOutcome, isRepair: boolean, before: Before): readonly string[] {
  const { last, now } = before;
  // As wanted, though nobody here wrote it: somebody has put it right by hand, and it starts anew.
  if (action === 'none' && last?.contested) return [];
  const recent = isSameTarget(before) ? recentRepairs(last?.repairs ?? [], now) : [];
  return isRepair ? [...recent, now.toISOString()] : recent;
}
