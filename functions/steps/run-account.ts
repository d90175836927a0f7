import type { RunLog } from '../adapters/aws/run-log.ts';
import type { FailedRun } from './run-event.ts';
import type { PolicyRun } from './run-policy.ts';
import type { ReportedRound } from './run-round.ts';
import { addTotals, NO_TOTALS, type Totals } from './totals.ts';

/** What the function answers: the head of what it did, small whatever the fleet. */
export type RunAccount = {
  readonly schema: 1;
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  readonly totals: Totals;
  /** How many policies were run over. */
  readonly policies: number;
  /** s3:// addresses of the reports, the first ones of many. */
  readonly reports: readonly string[];
};

/** Keeps the account of an invocation, and tells log and metrics of each policy. */
export function openRunAccount(log: RunLog, paused: boolean) {
  let totals = NO_TOTALS;
  let ok = true;
  const reports: string[] = [];

  return {
    enter: (policy: string, run: PolicyRun | FailedRun): void => {
      if (run.kind === 'failed') {
        ok = false;
        log.error('the run failed', run.error, { policy });
      } else if (run.kind === 'reported') {
        ok &&= run.ok;
        totals = addTotals(totals, run.totals);
        reports.push(run.report);
        tell(log, run);
      } else {
        log.info(run.kind === 'held' ? 'another run is at this policy' : 'there is no such policy', {
          policy,
        });
      }
    },
    ignore: (keys: readonly string[]): void => {
      if (keys.length > 0)
        log.info('ignored: not a policy', { count: keys.length, keys: keys.slice(0, MOST_TOLD) });
    },
    result: (): RunAccount => ({
      schema: 1,
      mode: paused ? 'plan' : 'apply',
      ok,
      totals,
      policies: reports.length,
      reports: reports.slice(0, MOST_TOLD),
    }),
  };
}

// --- internal ---

const MOST_TOLD = 20;

function tell(log: RunLog, run: ReportedRound): void {
  const {
    policy,
    state,
    mode,
    ok,
    version,
    attempt,
    errors,
    totals,
    planned,
    leftToRetry,
    released,
    report,
  } = run;
  const told = released.slice(0, MOST_TOLD);
  log.summary(policy, {
    state,
    mode,
    ok,
    version,
    attempt,
    errors,
    totals,
    planned,
    leftToRetry,
    released: told,
    report,
  });
  log.count(policy, {
    WrittenPortals: totals.create + totals.update + totals.remove - planned,
    UnchangedPortals: totals.none,
    FailedPortals: totals.failed,
    SkippedPortals: totals.skipped,
    InvalidPolicies: state === 'invalid' ? 1 : 0,
  });
}
