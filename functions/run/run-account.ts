import type { GuardVerdict } from '../fleet/judge-changes.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { CoverageCounts, RunLog } from '../model/ports/run-log.ts';
import { maskPortalKeys } from '../model/secret-text.ts';
import { addTotals, NO_TOTALS, type Totals } from '../report/totals.ts';
import type { Coverage } from './measure-coverage.ts';
import type { ReportedRound } from './record-round.ts';
import type { PolicyRun } from './settle-policy.ts';

/** What the function answers: the head of what it did, small whatever the fleet. */
export type RunAccount = {
  readonly schema: 1;
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  readonly totals: Totals;
  /** How many policies were run over. */
  readonly policies: number;
  /** s3:// addresses of their newest reports, the first ones of many. */
  readonly reports: readonly string[];
  /** How many portals have a key and no policy, and the other way round; told by a tick. */
  readonly coverage?: CoverageCounts;
};

/** What a tick answers that has put its policies into the queue: what becomes of them, their own runs tell. */
export type StartAccount = {
  readonly schema: 1;
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  /** How many policies have their message. */
  readonly started: number;
};

export type AccountBook = {
  /** A portal that was treated or skipped now. */
  outcome(policy: string, version: string | null, outcome: PortalOutcome): void;
  round(round: ReportedRound): void;
  end(policy: string, run: PolicyRun): void;
  /** @param newUngoverned how many of the ungoverned keys the last measurement did not have */
  coverage(coverage: Coverage | undefined, newUngoverned: number): void;
  /** Keys that hold no policy. */
  ignore(keys: readonly string[]): void;
  /** Policies that had no turn. */
  leave(policies: readonly string[]): void;
  /** A tick has put so many policies into the queue. */
  start(policies: number): void;
  /** A policy that could not be put there, and why. */
  unsent(policy: string, code: string): void;
  /** A policy that was looked at since its message was sent. */
  old(policy: string): void;
  result(): RunAccount | StartAccount;
};

/** Keeps the account of an invocation, and tells log and metrics of each round and policy. */
export function openRunAccount(log: RunLog, paused: boolean): AccountBook {
  /** The last round of each policy is the one that counts. */
  const rounds = new Map<string, ReportedRound>();
  /** Portals of the round under way that wait for a person, by policy. */
  const held = new Map<string, number>();
  let hasFailed = false;
  let counts: RunAccount['coverage'];
  let started: number | undefined;

  function ignore(keys: readonly string[]): void {
    if (keys.length > 0)
      log.info('ignored: not a policy', {
        count: keys.length,
        keys: keys.slice(0, MOST_TOLD).map(maskPortalKeys),
      });
  }

  return {
    outcome: (policy, version, outcome) => {
      log.portal(policy, version, outcome);
      if (outcome.held) held.set(policy, (held.get(policy) ?? 0) + 1);
    },
    round: (round) => {
      rounds.set(round.policy, round);
      ignore(round.shadowed);
      tell(log, round, held.get(round.policy) ?? 0);
      held.delete(round.policy);
    },
    end: (policy, { kind, error }) => {
      hasFailed ||= kind === 'failed';
      if (kind === 'failed') log.error('the run failed', error, { policy });
      if (kind === 'held') log.info('another run is at this policy', { policy });
      if (kind === 'settled') log.info('an earlier try of this event has left nothing', { policy });
      if (kind === 'nothing') log.info('there is no such policy', { policy });
    },
    coverage: (coverage, newUngoverned) => {
      if (!coverage) return log.warn('the secrets could not be listed: coverage is not known');
      const { ungoverned, withoutKey } = coverage;
      counts = { ungoverned: ungoverned.length, withoutKey: withoutKey.length, newUngoverned };
      log.coverage(counts);
    },
    ignore,
    leave: (policies) => {
      if (policies.length === 0) return;
      hasFailed = true;
      log.warn('no time was left for these policies: the next tick begins with them', {
        count: policies.length,
        policies: policies.slice(0, MOST_TOLD),
      });
    },
    start: (policies) => {
      started = policies;
      log.info('the tick has started', { policies });
    },
    unsent: (policy, code) => log.warn('the policy could not be put into the queue', { policy, code }),
    old: (policy) => log.info('the policy was looked at since its message was sent', { policy }),
    result: () => {
      const mode = paused ? 'plan' : 'apply';
      if (started !== undefined) return { schema: 1, mode, ok: !hasFailed, started };
      const all = [...rounds.values()];
      return {
        schema: 1,
        mode,
        ok: !hasFailed && all.every(({ ok }) => ok),
        totals: all.reduce((sum, { totals }) => addTotals(sum, totals), NO_TOTALS),
        policies: all.length,
        reports: firstOf(all.map(({ report }) => report)),
        ...(counts && { coverage: counts }),
      };
    },
  };
}

// --- internal ---

const MOST_TOLD = 20;

/** Of all addresses together, in UTF-16 units: names of policies may be long, and the result is to stay small. */
const LONGEST_LIST = 2_000;

function firstOf(reports: readonly string[]): string[] {
  let length = 0;
  return reports.slice(0, MOST_TOLD).filter((report) => {
    length += report.length;
    return length <= LONGEST_LIST;
  });
}

function guardSummary({ exceeded, digest, isLetThrough, approval }: GuardVerdict): object {
  const guards = exceeded.map(({ guard, limit, count, portals }) => ({
    guard,
    limit,
    count,
    portals: portals.slice(0, MOST_TOLD),
  }));
  return { digest, approved: isLetThrough, ...(approval && { approval }), guards };
}

function tell(log: RunLog, round: ReportedRound, held: number): void {
  const { policy, state, mode, ok, version, attempt, errors, totals, planned, leftToRetry, report } = round;
  const { shadowed } = round;
  const released = round.released.slice(0, MOST_TOLD);
  const summary = {
    state,
    mode,
    ok,
    version,
    attempt,
    errors,
    totals,
    planned,
    leftToRetry,
    ...(round.unprotected !== undefined && { unprotected: round.unprotected }),
    ...(round.appliedVersion !== undefined && { appliedVersion: round.appliedVersion }),
    ...(round.guard && { guard: guardSummary(round.guard) }),
    released,
    ...(shadowed.length > 0 && { shadowed }),
    report,
  };
  log.summary(policy, summary);
  if (!round.isVersioned) log.unversioned();
  const { create, update, remove, none, failed, skipped } = round.treatedNow;
  log.count(policy, {
    WrittenPortals: create + update + remove - planned,
    UnchangedPortals: none,
    FailedPortals: failed,
    SkippedPortals: skipped,
    HeldPortals: held,
    PlannedPortals: planned,
    // A text that has no effect is as good as an invalid one.
    InvalidPolicies: state === 'invalid' || shadowed.length > 0 ? 1 : 0,
    ...(round.unprotected !== undefined && { UnprotectedPortals: round.unprotected }),
  });
}
