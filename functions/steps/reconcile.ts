import type { PortalOutcome } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { inOrder } from './in-order.ts';
import { runBounded } from './run-bounded.ts';
import { skippedOutcome, type Treatment } from './treat-portal.ts';

/** One portal's place in a run: which policy speaks, what it wants, and why the portal must be left alone, if so. */
export type Assignment = {
  /** The policy's index in the run. */
  readonly policy: number;
  readonly target: PortalTarget;
  readonly refusal?: PortalError;
};

export type Reconcile = {
  readonly assignments: Iterable<Assignment>;
  readonly treatment: Treatment;
  readonly concurrency: number;
  /** Once there is a reason, no new portal starts; those in flight end, the rest are skipped with it. */
  readonly stopReason: () => PortalError | undefined;
  /** Called once a portal, in the order of the assignments. */
  readonly onOutcome: (policy: number, outcome: PortalOutcome) => void;
};

/** Treats every portal of a run; one portal's failure is that portal's outcome, and its neighbours go on. */
export function reconcile({
  assignments,
  treatment,
  concurrency,
  stopReason,
  onOutcome,
}: Reconcile): Promise<void> {
  const outcomes = inOrder<Placed>(({ policy, outcome }) => onOutcome(policy, outcome));
  return runBounded({
    items: assignments,
    concurrency,
    work: async ({ policy, target, refusal }) => {
      const reason = refusal ?? stopReason();
      return { policy, outcome: reason ? skippedOutcome(target.portal, reason) : await treatment(target) };
    },
    onResult: outcomes.put,
  });
}

/** Why portals are skipped when a run is told to end, or has no time left. */
export function interrupted(): PortalError {
  return new PortalError('INTERRUPTED', 'the run was ended before this portal’s turn: run it again', {
    retryable: true,
  });
}

// --- internal ---

type Placed = { readonly policy: number; readonly outcome: PortalOutcome };
