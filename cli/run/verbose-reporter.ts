import { printable } from '../../functions/model/printable.ts';
import { isBad } from '../../functions/model/protection.ts';
import type { Output } from '../terminal.ts';
import type { Colours } from '../words/colours.ts';
import { describeFinding } from '../words/describe-finding.ts';
import { describeExceeded } from '../words/describe-guard.ts';
import { describeOutcome, wordFor } from '../words/describe-outcome.ts';
import { describeSelected } from '../words/describe-selected.ts';
import { summaryOf } from '../words/summarise-policy.ts';
import { closingLines } from './closing-lines.ts';
import { describeDeeds, describeHarm, describeVerdicts } from './describe-deeds.ts';
import { openAccountBook } from './gather-account.ts';
import type { Reporter } from './reporter.ts';

/** Fleets up to this size have a line for each unchanged portal, too. */
const SMALL_FLEET = 50;

/** For people who want it all: a block for each portal, as its turn comes, with every finding at its line. */
export function verboseReporter(out: Output, err: Output, paint: Colours): Reporter {
  const closing = closingLines(err, paint);
  let book = openAccountBook();
  let portals = 0;
  let isFirst = true;
  const print = (text: string) => out.write(`${text}\n`);

  return {
    begin: (run) => {
      ({ portals } = run);
      closing.begin(run);
    },
    policyBegin: ({ file, reading }) => {
      book = openAccountBook();
      isFirst = true;
      for (const error of reading.errors) print(describeFinding(file, error, paint));
      for (const warning of reading.warnings) {
        const message = `${paint.yellow(`warning ${warning.code}`)}: ${warning.message}`;
        print(describeFinding(file, { ...warning, message }, paint));
      }
    },
    outcome: (outcome, { policy, file }) => {
      if (isFirst) print(paint.bold(`${printable(policy)} (${printable(file)})`));
      isFirst = false;
      book.outcome(outcome);
      closing.outcome(outcome);
      const isWorthALine =
        wordFor(outcome) !== 'unchanged' || (outcome.protection && isBad(outcome.protection));
      if (isWorthALine || portals <= SMALL_FLEET) print(describeOutcome(outcome, paint));
    },
    policyEnd: (loaded, totals, guard) => {
      const verb = closing.verb();
      const policy = book.policyEnd(loaded, totals.portals, guard);
      const line = summaryOf(loaded, totals.portals, policy.tally, verb);
      if (line) print(loaded.reading.errors.length > 0 ? paint.red(line) : paint.bold(line));
      for (const selected of describeSelected(loaded)) print(`  ${selected}`);
      for (const exceeded of guard ? describeExceeded(guard) : []) print(paint.yellow(`  ${exceeded}`));
      for (const told of [describeHarm(policy), describeDeeds(policy, verb)]) if (told) print(`  ${told}`);
      const verdicts = describeVerdicts(policy);
      if (verdicts) print(`  ${verdicts}`);
    },
    end: (result) => {
      const last = closing.end(result);
      if (last) out.write(last);
    },
  };
}
