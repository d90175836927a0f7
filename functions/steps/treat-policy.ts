import type { PortalOutcome } from '../model/outcome.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { type Assignment, reconcile } from './reconcile.ts';
import { NO_TOTALS, type Totals, withOutcome } from './totals.ts';
import type { Treatment } from './treat-portal.ts';

/** One policy's portals, treated: their outcomes as JSON, in the policy's order. */
export type TreatedPolicy = {
  readonly outcomes: readonly string[];
  readonly totals: Totals;
  /** Portals that another try may put right, without anybody changing anything. */
  readonly leftToRetry: number;
  /** Portals that differ and were not written: mode detect, or a pause. */
  readonly planned: number;
};

export type TreatPolicy = {
  readonly targets: readonly PortalTarget[];
  readonly conflicts: ReadonlyMap<string, PortalError>;
  /** Outcomes of the last run, by portal. */
  readonly last: ReadonlyMap<string, PortalOutcome>;
  /** Takes what the last run left undone, and keeps its other outcomes: a retry. */
  readonly onlyUndone: boolean;
  readonly treatment: Treatment;
  readonly concurrency: number;
  /** Why no further portal may start; `undefined`: they may. */
  readonly stopReason: () => PortalError | undefined;
  /** Called for each portal that was treated or skipped now, in no order. */
  readonly onOutcome: (outcome: PortalOutcome) => void;
};

export async function treatPolicy(run: TreatPolicy): Promise<TreatedPolicy> {
  const slots = new Map(run.targets.map(({ portal }, index) => [portal, index]));
  const outcomes: string[] = new Array(run.targets.length).fill('');
  let totals: Totals = NO_TOTALS;
  let leftToRetry = 0;
  let planned = 0;

  function enter(outcome: PortalOutcome): void {
    outcomes[slots.get(outcome.portal) ?? 0] = JSON.stringify(outcome);
    totals = withOutcome(totals, outcome);
    if (isLeftToRetry(outcome)) leftToRetry++;
    if (outcome.status === 'planned') planned++;
  }

  const { now, kept } = divide(run);
  for (const outcome of kept) enter(outcome);
  await reconcile({
    assignments: now.map((target): Assignment => {
      const refusal = run.conflicts.get(target.portal);
      return { policy: 0, target, ...(refusal && { refusal }) };
    }),
    treatment: run.treatment,
    concurrency: run.concurrency,
    stopReason: run.stopReason,
    onOutcome: (_policy, outcome) => {
      enter(outcome);
      run.onOutcome(outcome);
    },
  });
  return { outcomes, totals, leftToRetry, planned };
}

/** Whether a portal was left as it was by something that may pass. */
export function isLeftToRetry({ error }: PortalOutcome): boolean {
  return error?.retryable === true;
}

// --- internal ---

/** Whom to treat now, those that failed last time last; and whose outcome of the last run still stands. */
function divide({ targets, last, onlyUndone }: TreatPolicy): { now: PortalTarget[]; kept: PortalOutcome[] } {
  const first: PortalTarget[] = [];
  const late: PortalTarget[] = [];
  const kept: PortalOutcome[] = [];
  for (const target of targets) {
    const before = last.get(target.portal);
    if (onlyUndone && before && !isLeftToRetry(before)) kept.push(before);
    else if (before?.status === 'failed') late.push(target);
    else first.push(target);
  }
  return { now: [...first, ...late], kept };
}
