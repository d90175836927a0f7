import type { Output } from '../terminal.ts';
import type { Colours } from '../words/colours.ts';
import { closingLines } from './closing-lines.ts';
import { composeScreen } from './compose-screen.ts';
import { openAccountBook } from './gather-account.ts';
import type { Reporter } from './reporter.ts';

/** For people: one screen, told when all is known. The run's own error goes to `err`. */
export function humanReporter(out: Output, err: Output, paint: Colours): Reporter {
  const book = openAccountBook();
  const closing = closingLines(err, paint);
  return {
    begin: closing.begin,
    policyBegin: () => book.policyBegin(),
    outcome: (outcome) => {
      book.outcome(outcome);
      closing.outcome(outcome);
    },
    policyEnd: (policy, totals, guard) => book.policyEnd(policy, totals.portals, guard),
    end: (result) => {
      const account = book.account(closing.verb());
      const screen = composeScreen(account, widthOf(out), paint);
      out.write(`${screen.trim() === '' ? '' : screen}${closing.end(result)}`);
    },
  };
}

/** A terminal that does not say how wide it is is taken for the usual one; below forty columns nothing fits. */
export function widthOf({ isTerminal, columns }: Output): number | undefined {
  return isTerminal ? Math.max(40, columns || 80) : undefined;
}
