import type { GuardVerdict } from '../../functions/fleet/judge-changes.ts';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Totals } from '../../functions/report/totals.ts';
import type { Verb } from '../request.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { ExitCode, RunError } from '../terminal.ts';
import type { HourLoad } from './hour-load.ts';

/**
 * Tells a run to whoever started it, as text for people or as JSON. Called in this order:
 * begin, for each policy (policyBegin, outcome*, policyEnd), end.
 */
export type Reporter = {
  begin(run: RunStart): void;
  policyBegin(policy: LoadedPolicy): void;
  outcome(outcome: PortalOutcome, policy: LoadedPolicy): void;
  /** @param guard what the guards say, where the changes go over one */
  policyEnd(policy: LoadedPolicy, totals: Totals, guard?: GuardVerdict): void;
  end(result: RunResult): void;
};

/** Tells a run to two readers at once. */
export function bothReporters(one: Reporter, other: Reporter): Reporter {
  const both =
    <Told extends readonly unknown[]>(tell: (reporter: Reporter) => (...told: Told) => void) =>
    (...told: Told) => {
      for (const reporter of [one, other]) tell(reporter)(...told);
    };
  return {
    begin: both((reporter) => reporter.begin),
    policyBegin: both((reporter) => reporter.policyBegin),
    outcome: both((reporter) => reporter.outcome),
    policyEnd: both((reporter) => reporter.policyEnd),
    end: both((reporter) => reporter.end),
  };
}

export type RunStart = {
  readonly verb: Verb;
  readonly startedAt: Date;
  /** How many portals will be treated. */
  readonly portals: number;
};

export type RunResult = {
  readonly finishedAt: Date;
  readonly exitCode: ExitCode;
  /** The run's own error: nothing was started. */
  readonly error?: RunError;
  /** Of a plan or an audit: when backups come, as far as that is known. */
  readonly load?: HourLoad;
  /** Of an audit: which portals need somebody, as JSON documents have it. */
  readonly needYou?: object;
};
