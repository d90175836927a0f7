import type { GuardVerdict } from '../../functions/fleet/judge-changes.ts';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { isBad } from '../../functions/model/protection.ts';
import { NO_TOTALS, type Totals, withOutcome } from '../../functions/report/totals.ts';
import type { Verb } from '../request.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { ExitCode } from '../terminal.ts';
import { type HourLoad, openLoadBook } from './hour-load.ts';
import type { Reporter } from './reporter.ts';

/** Keeps the account of a run: hands outcomes to the reporter policy by policy, and knows how the run ended. */
export type RunBook = {
  enter(policy: number, outcome: PortalOutcome): void;
  guard(policy: number, verdict: GuardVerdict): void;
  /** When backups come, as far as the outcomes tell. */
  load(): HourLoad | undefined;
  /** Tells the policies that had no outcome, too. */
  close(): void;
  exitCode(verb: Verb): ExitCode;
};

/** @param named how many portals each policy names: told where none is treated */
export function openRunBook(
  policies: readonly LoadedPolicy[],
  reporter: Reporter,
  named: readonly number[],
): RunBook {
  let open = -1;
  let totals: Totals = NO_TOTALS;
  const selectedBy = policies.map(
    ({ reading }) =>
      new Map(
        reading.policy?.targets.flatMap(({ portal, selected }) => (selected ? [[portal, selected]] : [])),
      ),
  );
  const load = openLoadBook(policies);
  const verdicts = new Map<number, GuardVerdict>();
  let wrong = false;
  let planned = false;

  function closePolicy(): void {
    const policy = policies[open];
    if (!policy) return;
    // Where not every portal is told of (validate), its policy names it all the same.
    const portals = Math.max(totals.portals, named[open] ?? 0);
    reporter.policyEnd(policy, { ...totals, portals }, verdicts.get(open));
  }

  function advanceTo(index: number): void {
    while (open < index) {
      closePolicy();
      totals = NO_TOTALS;
      const policy = policies[++open];
      if (policy) reporter.policyBegin(policy);
    }
  }

  return {
    enter: (index, plain) => {
      advanceTo(index);
      load.enter(index, plain);
      const selected = selectedBy[index]?.get(plain.portal);
      const outcome = selected ? { ...plain, selected } : plain;
      totals = withOutcome(totals, outcome);
      wrong ||= outcome.status === 'failed' || outcome.status === 'skipped';
      wrong ||= outcome.protection !== undefined && isBad(outcome.protection);
      planned ||= outcome.status === 'planned';
      const policy = policies[index];
      if (policy) reporter.outcome(outcome, policy);
    },
    guard: (index, verdict) => {
      verdicts.set(index, verdict);
    },
    load: load.load,
    close: () => advanceTo(policies.length),
    exitCode: (verb) => {
      // What apply would hold is as wrong in a plan as it is in an apply; an audit is not about changes.
      const isHeld = verb === 'plan' && [...verdicts.values()].some(({ isLetThrough }) => !isLetThrough);
      return wrong || isHeld ? 1 : planned && verb !== 'audit' ? 2 : 0;
    },
  };
}
