import type { PortalOutcome } from '../model/outcome.ts';
import type { ChangeToMake } from '../model/planned-change.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { Concurrency, Places } from '../model/ports/places.ts';
import { UNKNOWN_PROTECTION } from '../model/protection.ts';
import { changeDigest } from '../portal/change-digest.ts';
import { heldOutcome, skippedOutcome, withheldOutcome, withUsage } from '../portal/outcomes.ts';
import type { Gate, Treatment } from '../portal/treat-portal.ts';
import type { Treated } from '../portal/visit-portal.ts';
import { isGuarded } from './check-guards.ts';
import { inOrder } from './in-order.ts';
import {
  countChanges,
  type GuardVerdict,
  guardedError,
  movedOnError,
  type PolicyGuard,
} from './judge-changes.ts';
import { runBounded } from './run-bounded.ts';

/** One portal's place in a run: which policy speaks, what it wants, and why the portal must be left alone, if so. */
export type Assignment = {
  /** The policy's index in the run. */
  readonly policy: number;
  readonly target: PortalTarget;
  readonly refusal?: PortalError;
};

export type FleetRun = {
  readonly assignments: Iterable<Assignment>;
  /** By policy. */
  readonly treatments: readonly Treatment[];
  /** Whether the treatments write: held changes of those that do not are told as planned. */
  readonly writes: boolean;
  /** Whether portals are asked how they are protected: then one that has no turn is told as unknown. */
  readonly examines: boolean;
  /** By policy. */
  readonly guards: readonly PolicyGuard[];
  /** Why a change must not be written, whatever the guards say. */
  readonly refuse?: (change: ChangeToMake) => PortalError | undefined;
  readonly concurrency: Concurrency | Places;
  /** Once there is a reason, no new portal starts; those in flight end, the rest are skipped with it. */
  readonly stopReason: () => PortalError | undefined;
  /**
   * Asked once, when every portal was read and before the first write, where some changes may be written: why none of
   * them may be, if so. Where it is there, every change is held until then.
   */
  readonly confirm?: (pending: readonly PendingChange[]) => Promise<PortalError | undefined>;
  /** Called once a portal, in the order of the assignments. */
  readonly onOutcome: (policy: number, outcome: PortalOutcome, observed: Observed | undefined) => void;
  /** Called for each policy whose changes go over a guard, before the outcome of the first change that was held. */
  readonly onGuard: (policy: number, verdict: GuardVerdict) => void;
};

/** A change that the guards let through, and that is not written yet. */
export type PendingChange = { readonly policy: number; readonly outcome: PortalOutcome };

/**
 * Treats every portal of a run; one portal's failure is that portal's outcome, and its neighbours go on.
 *
 * Changes of a guarded kind are held until every portal has been read. Then the guards see all of them, and they are
 * written, each after another read, or none of them is but those that an approval covers. If the process dies before that, none of them was written; the
 * next run counts anew.
 */
export async function reconcileFleet(run: FleetRun): Promise<void> {
  const { treatments, guards, refuse, concurrency, stopReason } = run;
  const outcomes = inOrder<Placed>(({ policy, outcome, observed }) =>
    run.onOutcome(policy, outcome, observed),
  );
  const counts = guards.map(countChanges);
  const held: Held[] = [];

  const gateOf = (policy: number): Gate => {
    const { guard, portals } = at(guards, policy);
    return (change) =>
      refuse?.(change) ?? (run.confirm || isGuarded(change.effect, guard, portals) ? 'hold' : 'write');
  };
  await runBounded({
    items: run.assignments,
    concurrency,
    work: async ({ policy, target, refusal }) => {
      const reason = refusal ?? stopReason();
      const treated = reason
        ? skipped(target, reason, run.examines)
        : await at(treatments, policy)(target, gateOf(policy), undefined, stopReason);
      return { policy, target, treated };
    },
    onResult: (index, { policy, target, treated }) => {
      const { outcome, observed, heard, change, isHeld } = treated;
      if (change && outcome.status !== 'skipped') at(counts, policy).add(change, index);
      if (isHeld && change) held.push({ index, policy, target, outcome, observed, heard, change });
      else outcomes.put(index, { policy, outcome, observed });
    },
  });

  const verdicts = counts.map((count) => count.judge());
  for (const [policy, verdict] of verdicts.entries())
    if (verdict.exceeded.length > 0) run.onGuard(policy, verdict);
  const isLetThrough = ({ policy, change }: Held) =>
    at(verdicts, policy).mayGo(change.portal) ||
    !isGuarded(change.effect, at(guards, policy).guard, at(guards, policy).portals);
  const pending = run.confirm ? held.filter(isLetThrough) : [];
  const unconfirmed = pending.length > 0 ? await run.confirm?.(pending) : undefined;
  await runBounded({
    items: held,
    concurrency,
    work: async (waiting) => {
      const { policy, target, outcome, observed, heard, change } = waiting;
      const isFree = isLetThrough(waiting);
      if (!run.writes) return { outcome: isFree ? outcome : heldOutcome(outcome), observed };
      const reason = stopReason() ?? (isFree ? unconfirmed : guardedError(at(verdicts, policy)));
      if (reason) return { outcome: withheldOutcome(outcome, reason), observed };
      const gate: Gate = (now) => refuse?.(now) ?? (isSameChange(now, change) ? 'write' : movedOnError());
      const second = await at(treatments, policy)(target, gate, heard, stopReason);
      const late = second.outcome.status === 'skipped' && second.outcome.action === null && stopReason();
      if (late) return { outcome: withheldOutcome(outcome, late), observed };
      return { outcome: withUsage(second.outcome, outcome), observed: second.observed ?? observed };
    },
    onResult: (place, { outcome, observed }) => {
      const { index, policy } = at(held, place);
      outcomes.put(index, { policy, outcome, observed });
    },
  });
}

/** Why portals are skipped when a run is told to end, or has no time left. */
export function interrupted(): PortalError {
  return new PortalError('INTERRUPTED', 'the run was ended before this portal’s turn: run it again', {
    retryable: true,
  });
}

// --- internal ---

type Placed = {
  readonly policy: number;
  readonly outcome: PortalOutcome;
  readonly observed: Observed | undefined;
};

/** A change that waits for the guards. */
type Held = Placed & {
  readonly index: number;
  readonly target: PortalTarget;
  readonly change: ChangeToMake;
  /** What its portal said, so that it is not asked twice. */
  readonly heard: Treated['heard'];
};

function skipped({ portal, mode }: PortalTarget, reason: PortalError, examines: boolean): Treated {
  const outcome: PortalOutcome = {
    ...skippedOutcome(portal, reason),
    ...(mode === 'detect' && { mode }),
    ...(examines && { protection: UNKNOWN_PROTECTION }),
  };
  return { outcome, isHeld: false };
}

function isSameChange(one: ChangeToMake, other: ChangeToMake): boolean {
  return changeDigest([one]) === changeDigest([other]);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}
