import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { isBad } from '../../functions/model/protection.ts';
import type { Verb } from '../request.ts';
import type { Output } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeOutcome, wordFor } from '../words/describe-outcome.ts';
import { describeSelected } from '../words/describe-selected.ts';
import { summaryOf } from '../words/summarise-policy.ts';
import { composeMarkdown, type MarkdownItem, type MarkdownPolicy, type Room } from './compose-markdown.ts';
import { describeDeeds } from './describe-deeds.ts';
import { openAccountBook } from './gather-account.ts';
import { markdownHeads } from './markdown-heads.ts';
import { markdownVerdict } from './markdown-verdict.ts';
import type { Reporter } from './reporter.ts';

/** GitHub takes 65,536 characters for a comment; the rest is for what somebody puts around it. */
export const COMMENT: Room = { most: 60_000, sizeOf: (text) => text.length };

/** GitHub takes 1 MiB for the summary of a job's step; earlier lines of the step stand there, too. */
export const JOB_SUMMARY: Room = { most: 1_000_000, sizeOf: (text) => Buffer.byteLength(text) };

/**
 * For a comment of a pull request or a job's summary. Text of files and portals stands in code alone, where it can
 * neither format, nor link, nor mention anybody.
 */
export function markdownReporter(out: Output, room: Room): Reporter {
  const book = openAccountBook();
  const policies: MarkdownPolicy[] = [];
  let verb: Verb = 'plan';
  let details = openDetails(room);

  return {
    begin: (run) => {
      verb = run.verb;
    },
    policyBegin: ({ reading }) => {
      book.policyBegin();
      details = openDetails(room);
      for (const { line, column, message } of reading.errors)
        details.must({
          text: `- ${line}:${column}: ${message}`,
          kind: '- errors',
          name: `${line}:${column}`,
        });
      for (const { line, column, code, message } of reading.warnings)
        details.other(`! ${line}:${column}: ${code}: ${message}`);
    },
    outcome: (outcome) => {
      book.outcome(outcome);
      const kind = mustKindOf(outcome);
      if (kind !== undefined) details.must({ text: diffOf(outcome), kind, name: outcome.portal });
      else if (wordFor(outcome) !== 'unchanged') details.other(diffOf(outcome));
    },
    policyEnd: (loaded, totals, guard) => {
      const policy = book.policyEnd(loaded, totals.portals, guard);
      const title =
        summaryOf(loaded, totals.portals, policy.tally, verb) ?? `${loaded.policy}: no portal was asked`;
      const selected = describeSelected(loaded);
      const { others, ...told } = details.told();
      policies.push({
        title,
        selected: selected.slice(0, MOST_SELECTORS),
        deeds: describeDeeds(policy, verb),
        ...told,
        others: [...selected.slice(MOST_SELECTORS), ...others],
      });
    },
    end: ({ exitCode, error }) => {
      const account = book.account(verb);
      const title = `### policy-sync ${verb}: ${markdownVerdict(account, exitCode)}\n\n`;
      const heads = (left: number) =>
        `${title}${markdownHeads(account, error, left - title.length, room.sizeOf)}`;
      out.write(composeMarkdown(heads, policies, room));
    },
  };
}

// --- internal ---

const PLAIN = colours(false);

/** Of so many selectors it stands above the details what they bring. */
const MOST_SELECTORS = 3;

/** Keeps no more text than could ever be told: a run of 100,000 portals has far more. */
function openDetails({ most }: Room) {
  const musts: MarkdownItem[] = [];
  const others: string[] = [];
  let left = most;
  let lost = 0;
  return {
    must: (item: MarkdownItem) => musts.push(item),
    other: (text: string) => {
      left -= text.length;
      if (left > 0) others.push(text);
      else lost++;
    },
    told: () => ({ musts, others, unkept: lost }),
  };
}

/** Without the margin, and with the signs that a diff block colours: `+`, `-` and `!`. */
function diffOf(outcome: PortalOutcome): string {
  const sign = outcome.action === 'remove' ? '-' : '!';
  return describeOutcome(outcome, PLAIN).slice(2).replace(/^[~?]/, sign);
}

/** Under which heading an outcome is counted that nobody may miss. */
function mustKindOf(outcome: PortalOutcome): string | undefined {
  const { error, protection } = outcome;
  const word = wordFor(outcome);
  if (word === 'failed' || word === 'skipped' || word === 'held')
    return `! ${word}${error ? ` (${error.code})` : ''}`;
  if (word === 'to remove' || word === 'removed') return `- ${word}`;
  return protection && isBad(protection) ? `! ${protection.verdict}` : undefined;
}
