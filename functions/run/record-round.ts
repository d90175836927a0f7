import { memoryOf } from '../drift/remember-portal.ts';
import type { Before } from '../drift/repair-limit.ts';
import { type GuardVerdict, guardEntry } from '../fleet/judge-changes.ts';
import { rememberApprovals } from '../fleet/remember-approvals.ts';
import { type ApprovalMemory, NOTHING_TOLD } from '../model/approval-memory.ts';
import type { RunFailure } from '../model/run-failure.ts';
import type { Settings } from '../model/settings.ts';
import { EDITION } from '../report/earlier-edition.ts';
import type { LastReport } from '../report/last-report.ts';
import type { ReportBody } from '../report/store-report.ts';
import { approvalsEntry } from '../report/stored-approvals.ts';
import type { Totals } from '../report/totals.ts';
import type { KeptCoverage } from './compare-coverage.ts';
import type { RoundDecision } from './decide-round.ts';
import type { Gathered } from './gather-round.ts';
import { coverageEntry } from './measure-coverage.ts';
import type { Tally } from './tally-outcomes.ts';

/** What came of acting on a decision. */
export type Acted = Tally & {
  /** The digests that were approved. */
  readonly approvals: ReadonlySet<string>;
  /** Whether portals were left to the next round, because the policy changed meanwhile. */
  readonly isSuperseded: boolean;
  /** Why no portal could be treated: the keys can't be read. */
  readonly failure: RunFailure | undefined;
};

/** A round that has a report: what the run, the log and the metrics have to know of it. */
export type ReportedRound = Omit<Acted, 'outcomes' | 'days' | 'governed'> & {
  readonly kind: 'reported';
  readonly policy: string;
  /** `gone`: the policy is not in the bucket any more. */
  readonly state: 'applied' | 'invalid' | 'gone';
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  readonly version: string | null;
  readonly isVersioned: boolean;
  readonly attempt: number;
  readonly errors: number;
  readonly totals: Totals;
  readonly guard: GuardVerdict | undefined;
  /** The last valid version, where that was applied in place of an invalid one. */
  readonly appliedVersion: string | undefined;
  /** Portals that this policy governs no more since this change. */
  readonly released: readonly string[];
  /** The same, with those that the run before this try let go. */
  readonly letGo: readonly string[];
  /** Other policies in which a conflict begins or ends with this one's change. */
  readonly concerned: readonly string[];
  /** Keys of the policy's name that do not count. */
  readonly shadowed: readonly string[];
  /** The report's s3:// address. */
  readonly report: string;
};

export type RoundRecord = {
  readonly gathered: Gathered;
  readonly decision: RoundDecision;
  readonly acted: Acted;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly runId: string;
  /** The last measurement of where keys and policies don't meet. */
  readonly coverage: KeptCoverage | undefined;
  readonly settings: Pick<Settings, 'bucket' | 'paused'>;
};

/** Makes the report of a round, and what the run tells of it. Pure. */
export function recordRound(record: RoundRecord): {
  readonly body: ReportBody;
  readonly round: Omit<ReportedRound, 'report'>;
} {
  const { gathered, decision, acted, settings } = record;
  const { policy, state, text } = gathered;
  const { outcomes, days, governed, ...counted } = acted;
  const errors = text?.reading.errors ?? [];
  const version = text?.version ?? null;
  // What a guard would hold is no good plan either.
  const isHeld = acted.guard !== undefined && !acted.guard.isLetThrough;
  const isAllDone = acted.totals.failed + acted.totals.skipped === 0 && !isHeld;
  // A second spelling has no effect: whoever wrote it must not believe that it has.
  const ok = !acted.failure && errors.length === 0 && isAllDone && state.shadowed.length === 0;
  const mode = settings.paused ? 'plan' : 'apply';
  const { attempt, appliedVersion, released, letGo, concerned } = decision;
  return {
    body: {
      head: {
        edition: EDITION,
        mode,
        startedAt: record.startedAt,
        trigger: { kind: gathered.trigger, run: record.runId },
        ...(settings.paused && { paused: true }),
      },
      policy: {
        policy,
        file: state.object ? `s3://${settings.bucket}/${state.object.key}` : (gathered.last?.file ?? ''),
        version,
        errors,
        warnings: text?.reading.warnings ?? [],
      },
      outcomes,
      totals: acted.totals,
      claims: { version, portals: governedPortals(record), selection: decision.selection },
      more: moreMembers(record),
      tail: {
        finishedAt: record.finishedAt,
        ok,
        ...(acted.failure && { error: { code: acted.failure.code, message: acted.failure.message } }),
      },
    },
    round: {
      ...counted,
      ...{ kind: 'reported', policy, mode, ok, version, attempt, errors: errors.length },
      ...{ appliedVersion, released, letGo, concerned, shadowed: state.shadowed },
      state: !text ? 'gone' : text.reading.policy ? 'applied' : 'invalid',
      isVersioned: text?.isVersioned ?? true,
    },
  };
}

// --- internal ---

/** Since when the policy governs what it claims. Where no portal had a turn, nothing has changed. */
function governedPortals({ decision, acted, finishedAt }: RoundRecord): ReadonlyMap<string, string | null> {
  const { claims, beforeOf } = decision;
  const startOf = (portal: string) =>
    acted.outcomes.length > 0 ? acted.governed.get(portal) : startBefore(beforeOf(portal, finishedAt));
  return new Map(claims.map((portal) => [portal, startOf(portal) ?? null]));
}

function startBefore({ last, governedSince }: Before): string | undefined {
  return last?.governedSince ?? governedSince;
}

/** Further members of the policy's entry. */
function moreMembers({ gathered, decision, acted, coverage }: RoundRecord): object {
  const { text, last, state } = gathered;
  const { attempt, claims, released, concerned, wanted, meaning, wantedVersion, appliedVersion } = decision;
  const approvals = approvalsAfter(last, decision, acted);
  return {
    ...{ attempt, claims, released, concerned, meaning },
    validVersion: wanted ? wantedVersion : last?.validVersion,
    ...(appliedVersion !== undefined && { appliedVersion }),
    ...(text && acted.outcomes.length === 0 && rememberedEntry(last)),
    ...(!text && { gone: true }),
    ...(state.shadowed.length > 0 && { shadowed: state.shadowed }),
    ...(coverage && { coverage: coverageEntry(coverage) }),
    ...(acted.guard && { guard: guardEntry({ ...acted.guard, used: approvals.used }) }),
    ...approvalsEntry(approvals, acted.guard),
    ...(text?.isVersioned === false && { unversioned: true }),
  };
}

/**
 * What the next run has to know of digests. Where every portal is as the policy wants it, what its `approve` was for is
 * done, also by somebody else: by a person at a terminal.
 */
function approvalsAfter(
  last: Gathered['last'],
  { wanted, claims }: RoundDecision,
  { guard, approvals, inPlace, totals, planned }: Acted,
): ApprovalMemory {
  const isAllDone = wanted && totals.portals > 0 && totals.failed + totals.skipped + planned === 0;
  const { approve } = wanted ?? {};
  const spent = isAllDone && approve !== undefined && approvals.has(approve) ? [approve] : [];
  return rememberApprovals(last?.approvals ?? NOTHING_TOLD, {
    ...{ verdict: guard, approvals, inPlace, claims, spent },
  });
}

/** What is known of portals outlives a run in which none of them had a turn. */
function rememberedEntry(last: LastReport | undefined): object {
  const outcomes = last?.outcomes.length ? last.outcomes.map(memoryOf) : (last?.remembered ?? []);
  return outcomes.length > 0 ? { remembered: outcomes } : {};
}
