import { type Before, contestedError, rememberPortal } from '../drift/remember-portal.ts';
import type { GuardVerdict, PolicyGuard } from '../fleet/judge-changes.ts';
import { type Assignment, reconcile } from '../fleet/reconcile.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { HeldChange } from '../model/planned-change.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { isBad } from '../model/protection.ts';
import type { Treatment } from '../portal/treat-portal.ts';
import { NO_TOTALS, type Totals, withOutcome } from '../report/totals.ts';

/** One policy's portals, treated: their outcomes as JSON, in the policy's order. */
export type TreatedPolicy = {
  readonly outcomes: readonly string[];
  readonly totals: Totals;
  /** Of the portals that had their turn now. */
  readonly treatedNow: Totals;
  /** Portals that another try may put right, without anybody changing anything. */
  readonly leftToRetry: number;
  /** Portals that differ and were not written now: mode detect, or a pause. */
  readonly planned: number;
  /** Portals without a backup to restore from, as far as can be seen; `undefined`: nobody looked. */
  readonly unprotected: number | undefined;
  /** What the guards say, where the changes go over one. */
  readonly guard: GuardVerdict | undefined;
};

export type TreatPolicy = {
  readonly targets: readonly PortalTarget[];
  readonly conflicts: ReadonlyMap<string, PortalError>;
  /** Outcomes of the last run, by portal. */
  readonly last: ReadonlyMap<string, StoredOutcome>;
  /** What is known of portals that had no turn in it. */
  readonly remembered: ReadonlyMap<string, StoredOutcome>;
  /** Whether the policy means what it meant in that run. */
  readonly isSameMeaning: boolean;
  readonly now: () => Date;
  /** Takes what the last run left undone, and keeps its other outcomes: a retry. */
  readonly onlyUndone: boolean;
  /** Called once, with the portals that will have a turn, in its order. */
  readonly openTreatment: (portals: readonly string[]) => Promise<Treatment>;
  /** Whether that treatment writes. */
  readonly writes: boolean;
  /** Whether it asks portals how they are protected. */
  readonly examines: boolean;
  readonly guard: PolicyGuard;
  readonly concurrency: number;
  /** Why no further portal may start; `undefined`: they may. */
  readonly stopReason: () => PortalError | undefined;
  /** Called for each portal that was treated or skipped now, in no order. */
  readonly onOutcome: (outcome: PortalOutcome) => void;
};

/** @throws what `openTreatment` throws */
export async function treatPolicy(run: TreatPolicy): Promise<TreatedPolicy> {
  const { targets, conflicts } = run;
  const slots = new Map(targets.map(({ portal }, index) => [portal, index]));
  const wantsBackups = new Set(targets.filter(({ schedule }) => schedule).map(({ portal }) => portal));
  const outcomes: string[] = new Array(targets.length).fill('');
  let totals: Totals = NO_TOTALS;
  let treatedNow: Totals = NO_TOTALS;
  let leftToRetry = 0;
  let planned = 0;
  let unprotected = 0;
  let guard: GuardVerdict | undefined;

  const before = (portal: string): Before => ({
    last: run.last.get(portal) ?? run.remembered.get(portal),
    isSameMeaning: run.isSameMeaning,
    now: run.now(),
  });

  function enter(outcome: StoredOutcome): void {
    outcomes[slots.get(outcome.portal) ?? 0] = JSON.stringify(outcome);
    totals = withOutcome(totals, outcome);
    if (isLeftToRetry(outcome)) leftToRetry++;
  }

  const { now, kept } = divide(run);
  for (const outcome of kept) enter(outcome);
  const free = now.filter(({ portal }) => !conflicts.has(portal));
  const treatment = await run.openTreatment(free.map(({ portal }) => portal));
  await reconcile({
    assignments: now.map((target): Assignment => {
      const refusal = conflicts.get(target.portal);
      return { policy: 0, target, ...(refusal && { refusal }) };
    }),
    treatment,
    writes: run.writes,
    examines: run.examines,
    guards: [{ ...run.guard, already: kept.flatMap(changeMade) }],
    concurrency: run.concurrency,
    stopReason: run.stopReason,
    refuse: ({ portal }) => contestedError(before(portal)),
    onOutcome: (_policy, plain, observed) => {
      const outcome = rememberPortal(plain, observed, before(plain.portal));
      enter(outcome);
      if (wantsBackups.has(outcome.portal) && outcome.protection && isBad(outcome.protection)) unprotected++;
      treatedNow = withOutcome(treatedNow, outcome);
      if (outcome.status === 'planned') planned++;
      run.onOutcome(outcome);
    },
    onGuard: (_policy, verdict) => {
      guard = verdict;
    },
  });
  const counted = run.examines ? unprotected : undefined;
  return { outcomes, totals, treatedNow, leftToRetry, planned, unprotected: counted, guard };
}

// --- internal ---

/** Whether a portal was left as it was by something that may pass. */
function isLeftToRetry({ error }: PortalOutcome): boolean {
  return error?.retryable === true;
}

/** Whom to treat now, those that failed last time last; and whose outcome of the last run still stands. */
function divide(run: TreatPolicy): { now: PortalTarget[]; kept: StoredOutcome[] } {
  const first: PortalTarget[] = [];
  const late: PortalTarget[] = [];
  const kept: StoredOutcome[] = [];
  for (const target of run.targets) {
    const before = run.last.get(target.portal);
    if (run.onlyUndone && before && stillStands(before, run.conflicts)) kept.push(before);
    else if (before?.status === 'failed') late.push(target);
    else first.push(target);
  }
  return { now: [...first, ...late], kept };
}

/** A conflict may have begun or ended since, and a pause may be over. */
function stillStands(before: PortalOutcome, conflicts: TreatPolicy['conflicts']): boolean {
  const wasInConflict = before.error?.code === 'CONFLICT';
  if (wasInConflict !== conflicts.has(before.portal)) return false;
  // What a guard held is looked at again: with what others are left to do, and for the guard to be told again.
  return !isLeftToRetry(before) && before.status !== 'planned' && before.error?.code !== 'GUARDED';
}

/** The change that an outcome tells of, if it was made. */
function changeMade({ portal, status, action, effect, warnings }: StoredOutcome): HeldChange[] {
  if (status !== 'done' || action === 'none' || !effect) return [];
  return [{ portal, effect, runsAtOnce: warnings.some(({ code }) => code === 'RUNS_AT_ONCE') }];
}
