import { contestedError } from '../drift/repair-limit.ts';
import { stricterGuard } from '../fleet/check-guards.ts';
import { approvalsOf } from '../fleet/judge-changes.ts';
import { type Assignment, interrupted, reconcileFleet } from '../fleet/reconcile-fleet.ts';
import { NOTHING_TOLD } from '../model/approval-memory.ts';
import type { PortalError } from '../model/portal-error.ts';
import { RunFailure } from '../model/run-failure.ts';
import { keepDays } from '../report/keep-days.ts';
import { storeReport } from '../report/store-report.ts';
import { NO_TOTALS } from '../report/totals.ts';
import { readCoverage } from './compare-coverage.ts';
import { decideRound, type RoundDecision } from './decide-round.ts';
import { type Gathered, gatherRound } from './gather-round.ts';
import { openTreatment } from './open-treatment.ts';
import type { PolicyState } from './policy-state.ts';
import { readApprovals } from './read-approvals.ts';
import { type Acted, type ReportedRound, recordRound } from './record-round.ts';
import type { RoundContext } from './round-context.ts';
import { NOTHING_TALLIED, openTally } from './tally-outcomes.ts';
import { watchPolicy } from './watch-policy.ts';

/** What a round went by. */
export type Seen = {
  readonly state: PolicyState;
  /** Of the policy's text; `undefined`: there is none. */
  readonly version: string | undefined;
};

/**
 * One pass over one text of a policy. `nothing`: there is no such policy, and there was none. `settled`: another try of
 * what an earlier one has done whole.
 */
export type RoundResult = (
  | ({ readonly kind: 'nothing' | 'settled' } & Pick<RoundDecision, 'concerned' | 'letGo'>)
  | ReportedRound
) & { readonly seen: Seen };

/**
 * One round: gathers everything, decides, acts on the portals, records what came of it and stores the report.
 * @param isFirst whether it is the run's first round: only that one can be a retry
 */
export async function runRound(
  policy: string,
  isFirst: boolean,
  context: RoundContext,
): Promise<RoundResult> {
  const { bucket, clock, settings, runId } = context;
  const startedAt = clock.date();
  const gathered = await gatherRound(policy, isFirst, context);
  const decision = decideRound(gathered);
  const seen = { state: gathered.state, version: gathered.text?.version };
  if (decision.kind !== 'round') return { ...decision, seen };
  const [acted, coverage] = await Promise.all([act(gathered, decision, context), readCoverage(bucket)]);
  const finishedAt = clock.date();
  const record = { gathered, decision, acted, startedAt, finishedAt, runId, coverage, settings };
  const { body, round } = recordRound(record);
  const report = await storeReport(bucket, policy, body, gathered.last);
  // A report is what counts; a day that could not be kept is one that nobody asked on.
  await keepDays(bucket, policy, acted.days, startedAt).catch(() => false);
  return { ...round, report: `s3://${settings.bucket}/${report}`, seen };
}

// --- internal ---

const NOT_ACTED: Acted = {
  ...NOTHING_TALLIED,
  approvals: new Set(),
  isSuperseded: false,
  failure: undefined,
};

/** Treats a valid policy's portals until they are done, the time is nearly over, or the policy has changed. */
async function act(
  { policy, text, state, last, keys }: Gathered,
  decision: RoundDecision,
  context: RoundContext,
): Promise<Acted> {
  const { wanted, now, already, claims, failure } = decision;
  if (!wanted) return NOT_ACTED;
  if (failure) return { ...NOT_ACTED, totals: { ...NO_TOTALS, portals: claims.length }, failure };
  const { settings, clock, trigger } = context;
  const portals = wanted.targets.length;
  const before = (portal: string) => decision.beforeOf(portal, clock.date());
  const memory = last?.approvals ?? NOTHING_TOLD;
  const tally = openTally(decision, before, memory, trigger === 'tick');
  const watch = watchPolicy(policy, state, context);
  try {
    for (const outcome of decision.kept) tally.keep(outcome);
    const coming = wanted === text?.reading.policy ? keys : undefined;
    const opened = await openTreatment(policy, wanted.targets, decision, context, coming);
    const { treatment, conflicts } = opened;
    const { guard, approve } = wanted;
    const said = {
      approve,
      approvals: settings.approvals === 'bucket' ? await readApprovals(policy, context.bucket) : undefined,
      memory,
    };
    await reconcileFleet({
      assignments: now.map((one) => withRefusal(one, conflicts.get(one.target.portal))),
      treatments: [treatment],
      writes: !settings.paused,
      examines: trigger === 'tick',
      guards: [{ guard: stricterGuard(guard, settings.guard, portals), portals, ...said, already }],
      concurrency: context.portals.places ?? settings.concurrency,
      stopReason: () => (context.isOutOfTime() ? interrupted() : watch.superseded()),
      refuse: ({ portal }) => contestedError(before(portal)),
      onOutcome: (_policy, outcome, observed) =>
        context.onOutcome(policy, text?.version ?? null, tally.enter(outcome, observed)),
      onGuard: (_policy, verdict) => tally.guard(verdict),
    });
    const isSuperseded = watch.superseded() !== undefined;
    return { ...tally.result(), approvals: approvalsOf(said), isSuperseded, failure: undefined };
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    return { ...NOT_ACTED, totals: { ...NO_TOTALS, portals }, failure: error };
  } finally {
    await watch.end();
  }
}

function withRefusal(assignment: Assignment, refusal: PortalError | undefined): Assignment {
  return assignment.refusal || !refusal ? assignment : { ...assignment, refusal };
}
