import { printable } from '../../functions/model/printable.ts';
import { isBad, VERDICTS, type Verdict } from '../../functions/model/protection.ts';
import type { Verb } from '../request.ts';
import type { Output } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeFinding } from '../words/describe-finding.ts';
import { describeGuard } from '../words/describe-guard.ts';
import { describeOutcome, wordFor } from '../words/describe-outcome.ts';
import { progressBar } from '../words/progress-bar.ts';
import { summaryOf, type Tally } from '../words/summarise-policy.ts';
import type { Reporter } from './reporter.ts';

/** Fleets up to this size have a line for each unchanged portal, too. */
const SMALL_FLEET = 50;

/** For people: what is wrong, a diff for each portal that differs, and a summary. The run's own error goes to `err`. */
export function humanReporter(out: Output, err: Output, useColours: boolean): Reporter {
  const paint = colours(useColours);
  const bar = progressBar(err);
  let verb: Verb = 'plan';
  let startedAt = new Date(0);
  let portals = 0;
  let tally: Tally = new Map();
  let verdicts = new Map<Verdict, number>();
  let isForApply = false;

  function print(text: string): void {
    bar.clear();
    out.write(`${text}\n`);
  }

  return {
    begin: (run) => {
      ({ verb, startedAt, portals } = run);
    },
    policyBegin: ({ file, reading }) => {
      for (const error of reading.errors) print(describeFinding(file, error, paint));
      for (const warning of reading.warnings) {
        const message = `${paint.yellow(`warning ${warning.code}`)}: ${warning.message}`;
        print(describeFinding(file, { ...warning, message }, paint));
      }
    },
    outcome: (outcome, { policy, file }) => {
      if (tally.size === 0) print(paint.bold(`${printable(policy)} (${printable(file)})`));
      const word = wordFor(outcome);
      tally.set(word, (tally.get(word) ?? 0) + 1);
      isForApply ||= outcome.status === 'planned' && outcome.mode !== 'detect';
      if (outcome.protection)
        verdicts.set(outcome.protection.verdict, (verdicts.get(outcome.protection.verdict) ?? 0) + 1);
      const isWorthALine = word !== 'unchanged' || (outcome.protection && isBad(outcome.protection));
      if (isWorthALine || portals <= SMALL_FLEET) print(describeOutcome(outcome, paint));
    },
    policyEnd: (policy, totals, guard) => {
      const line = summaryOf(policy, totals.portals, tally, verb);
      if (line) print(policy.reading.errors.length > 0 ? paint.red(line) : paint.bold(line));
      if (guard) print(paint.yellow(describeGuard(guard)));
      if (verdicts.size > 0)
        print(
          `  protection: ${VERDICTS.filter((verdict) => verdicts.has(verdict))
            .map((verdict) => `${verdicts.get(verdict)} ${verdict}`)
            .join(', ')}`,
        );
      tally = new Map();
      verdicts = new Map();
    },
    progress: (done) => bar.show(done, portals),
    end: ({ finishedAt, exitCode, error }) => {
      bar.clear();
      if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
      else if (portals > 0)
        print(paint.dim(`${((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)} s`));
      if (exitCode === 2) print(verb === 'plan' && isForApply ? MAKE_IT_SO : DETECTED);
    },
  };
}

// --- internal ---

const MAKE_IT_SO = 'Nothing was written. To make it so: policy-sync apply, with the same arguments.';
const DETECTED = 'Nothing was written where the mode is detect: these portals differ from their policy.';
