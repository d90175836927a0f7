import { rememberPortal } from '../drift/remember-portal.ts';
import type { Before } from '../drift/repair-limit.ts';
import type { GuardVerdict } from '../fleet/judge-changes.ts';
import type { ApprovalMemory } from '../model/approval-memory.ts';
import { hasBadVerdict } from '../model/needs-somebody.ts';
import type { PortalOutcome, PortalWarning } from '../model/outcome.ts';
import type { Observed, StoredOutcome } from '../model/portal-memory.ts';
import { type DayLetter, letterOf } from '../report/fold-days.ts';
import { NO_TOTALS, type Totals, withOutcome } from '../report/totals.ts';
import type { RoundDecision } from './decide-round.ts';

/** What came of a round's portals. */
export type Tally = {
  /** As JSON, in the policy's order. */
  readonly outcomes: readonly string[];
  readonly totals: Totals;
  /** Of the portals that had their turn now. */
  readonly treatedNow: Totals;
  /** Portals that another try may put right, without anybody changing anything. */
  readonly leftToRetry: number;
  /** Portals that accepted a write and did not show it, now or before. */
  readonly unverified: number;
  /** Portals that differ and were not written now: mode detect, or a pause. */
  readonly planned: number;
  /** Portals with a bad verdict: no backup to restore from, as far as can be seen; `undefined`: nobody looked. */
  readonly unprotected: number | undefined;
  /** What the guards say, where the changes go over one. */
  readonly guard: GuardVerdict | undefined;
  /** How each portal that was asked now is protected, for the memory of days. */
  readonly days: ReadonlyMap<string, DayLetter>;
  /** Since when the policy governs the portals that it does; ISO. */
  readonly governed: ReadonlyMap<string, string>;
  /** Of the portals with changes that a digest was told for, those that are as wanted now. */
  readonly inPlace: ReadonlySet<string>;
};

export const NOTHING_TALLIED: Tally = {
  outcomes: [],
  totals: NO_TOTALS,
  treatedNow: NO_TOTALS,
  leftToRetry: 0,
  unverified: 0,
  planned: 0,
  unprotected: undefined,
  guard: undefined,
  days: new Map(),
  governed: new Map(),
  inPlace: new Set(),
};

export type TallyBook = {
  /** An outcome of the last report that still stands. */
  keep(outcome: StoredOutcome): void;
  /** An outcome of now. @returns it as it is stored, with its drift named and what the next run has to know */
  enter(outcome: PortalOutcome, observed: Observed | undefined): StoredOutcome;
  guard(verdict: GuardVerdict): void;
  result(): Tally;
};

/**
 * Counts outcomes as they come, and keeps each as text: a fleet's outcomes as objects would not fit into memory.
 * @param before what was known of a portal
 * @param approvals what was told of guarded changes before
 * @param examines whether portals are asked how they are protected
 */
export function openTally(
  { wanted, keptFromOthers }: RoundDecision,
  before: (portal: string) => Before,
  { told }: ApprovalMemory,
  examines: boolean,
): TallyBook {
  const targets = wanted?.targets ?? [];
  const places = new Map(targets.map(({ portal }, index) => [portal, index]));
  const outcomes: string[] = new Array(targets.length).fill('');
  let { totals, treatedNow, leftToRetry, unverified, planned, guard }: Tally = NOTHING_TALLIED;
  let unprotected = 0;
  const days = new Map<string, DayLetter>();
  const governed = new Map<string, string>();
  const watched = new Set([...told.values()].flatMap((changes) => [...changes.keys()]));
  const inPlace = new Set<string>();

  function keep(outcome: StoredOutcome): void {
    outcomes[places.get(outcome.portal) ?? 0] = JSON.stringify(outcome);
    totals = withOutcome(totals, outcome);
    if (outcome.governedSince !== undefined) governed.set(outcome.portal, outcome.governedSince);
    if (outcome.error?.retryable) leftToRetry++;
    if (outcome.error?.code === 'NOT_VERIFIED') unverified++;
  }

  return {
    keep,
    enter: (plain, observed) => {
      const { selected } = targets[places.get(plain.portal) ?? -1] ?? {};
      const told = {
        ...withWarning(plain, keptFromOthers.get(plain.portal)),
        ...(selected && { selected }),
      };
      const outcome = rememberPortal(told, observed, before(plain.portal));
      keep(outcome);
      treatedNow = withOutcome(treatedNow, outcome);
      if (outcome.protection) days.set(outcome.portal, letterOf(outcome.protection.verdict));
      if (outcome.status === 'planned') planned++;
      if (outcome.status === 'done' && watched.has(outcome.portal)) inPlace.add(outcome.portal);
      if (hasBadVerdict(outcome.protection)) unprotected++;
      return outcome;
    },
    guard: (verdict) => {
      guard = verdict;
      for (const portal of verdict.changes.keys()) watched.add(portal);
    },
    result: () => ({
      outcomes,
      totals,
      treatedNow,
      leftToRetry,
      unverified,
      planned,
      unprotected: examines ? unprotected : undefined,
      guard,
      days,
      governed,
      inPlace,
    }),
  };
}

// --- internal ---

function withWarning(outcome: PortalOutcome, warning: PortalWarning | undefined): PortalOutcome {
  return warning ? { ...outcome, warnings: [...outcome.warnings, warning] } : outcome;
}
