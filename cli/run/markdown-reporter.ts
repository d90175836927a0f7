import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { printable } from '../../functions/model/printable.ts';
import type { Output } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeGuard } from '../words/describe-guard.ts';
import { describeOutcome, wordFor } from '../words/describe-outcome.ts';
import { summaryOf, type Tally } from '../words/summarise-policy.ts';
import type { Reporter } from './reporter.ts';

/** GitHub takes 65,536 characters for a comment; the rest is for what stands around it. */
const MOST_TEXT = 60_000;

/**
 * For a comment of a pull request or a job's summary. Text of files and portals stands in code alone, where it can
 * neither format, nor link, nor mention anybody.
 */
export function markdownReporter(out: Output): Reporter {
  const plain = colours(false);
  const blocks: string[] = [];
  let verb = '';
  let left = MOST_TEXT;
  let lines: string[] = [];
  let untold = 0;
  let tally: Tally = new Map();

  /** Keeps a line, if there is room. */
  function keep(line: string): void {
    left -= line.length + 1;
    if (left > 0) lines.push(line);
    else untold++;
  }

  return {
    begin: (run) => {
      verb = run.verb;
    },
    policyBegin: ({ reading }) => {
      lines = [];
      tally = new Map();
      for (const { line, column, message } of reading.errors) keep(`- ${line}:${column}: ${message}`);
      for (const { line, column, code, message } of reading.warnings)
        keep(`! ${line}:${column}: ${code}: ${message}`);
    },
    outcome: (outcome: PortalOutcome) => {
      const word = wordFor(outcome);
      tally.set(word, (tally.get(word) ?? 0) + 1);
      // Without the margin, a diff block colours the signs.
      if (word !== 'unchanged') keep(describeOutcome(outcome, plain).slice(2));
    },
    policyEnd: (policy, totals, guard) => {
      const summary =
        summaryOf(policy, totals.portals, tally, 'plan') ?? `${policy.policy}: nothing was read`;
      blocks.push(`**${code(summary)}**\n`);
      if (guard) keep(`! ${describeGuard(guard).trimStart()}`);
      if (lines.length > 0)
        blocks.push(
          `<details open><summary>details</summary>\n\n\`\`\`\`\`diff\n${lines.join('\n')}\n\`\`\`\`\`\n\n</details>\n`,
        );
    },
    progress: () => {},
    end: ({ exitCode, error }) => {
      const verdict =
        exitCode === 0 ? 'nothing to change' : exitCode === 2 ? 'changes' : 'something is wrong';
      out.write(`### policy-sync ${verb}: ${verdict}\n\n`);
      if (error) out.write(`${code(`${error.code}: ${error.message}`)}\n\n`);
      out.write(`${blocks.join('\n')}\n`);
      if (untold > 0) out.write(`_${untold} more, not shown: run the command for all of them._\n`);
    },
  };
}

// --- internal ---

function code(text: string): string {
  return `\`${printable(text, 500).replaceAll('`', "'")}\``;
}
