import type { GuardVerdict } from '../../functions/fleet/judge-changes.ts';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { isBad } from '../../functions/model/protection.ts';
import type { Verb } from '../request.ts';
import type { ExitCode, Output } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeGuard } from '../words/describe-guard.ts';
import { describeOutcome, wordFor } from '../words/describe-outcome.ts';
import { summaryOf, type Tally } from '../words/summarise-policy.ts';
import { composeMarkdown, type MarkdownItem, type MarkdownPolicy, markdownCode } from './compose-markdown.ts';
import type { Reporter } from './reporter.ts';

/** GitHub takes 65,536 characters for a comment; the rest is for what somebody puts around it. */
const MOST_TEXT = 60_000;

/**
 * For a comment of a pull request or a job's summary. Text of files and portals stands in code alone, where it can
 * neither format, nor link, nor mention anybody.
 */
export function markdownReporter(out: Output): Reporter {
  const policies: MarkdownPolicy[] = [];
  let verb: Verb = 'plan';
  let musts: MarkdownItem[] = [];
  let others: string[] = [];
  let tally: Tally = new Map();
  let isMade = false;

  return {
    begin: (run) => {
      verb = run.verb;
    },
    policyBegin: ({ reading }) => {
      musts = reading.errors.map(({ line, column, message }) => ({
        text: `- ${line}:${column}: ${message}`,
        kind: '- errors',
        name: `${line}:${column}`,
      }));
      others = reading.warnings.map(
        ({ line, column, code, message }) => `! ${line}:${column}: ${code}: ${message}`,
      );
      tally = new Map();
    },
    outcome: (outcome) => {
      const word = wordFor(outcome);
      tally.set(word, (tally.get(word) ?? 0) + 1);
      isMade ||= outcome.status === 'done' && outcome.action !== 'none';
      const kind = mustKindOf(outcome);
      // Without the margin, a diff block colours the signs.
      const text = () => describeOutcome(outcome, PLAIN).slice(2);
      if (kind !== undefined) musts.push({ text: text(), kind, name: outcome.portal });
      else if (word !== 'unchanged') others.push(text());
    },
    policyEnd: (policy, totals, guard) => {
      const title = summaryOf(policy, totals.portals, tally, verb) ?? `${policy.policy}: no portal was asked`;
      policies.push({ title, guard: guard && guardOf(guard), musts, others });
    },
    progress: () => {},
    end: ({ exitCode, error }) => {
      const why = error ? `${markdownCode(`${error.code}: ${error.message}`)}\n\n` : '';
      const head = `### policy-sync ${verb}: ${VERDICTS[verb](exitCode, isMade)}\n\n${why}`;
      out.write(composeMarkdown(head, policies, MOST_TEXT));
    },
  };
}

// --- internal ---

const PLAIN = colours(false);
const WRONG = 'something is wrong';

const VERDICTS: Readonly<Record<Verb, (exitCode: ExitCode, isMade: boolean) => string>> = {
  validate: (exitCode) => (exitCode === 0 ? 'valid' : 'errors'),
  plan: (exitCode) => [NOTHING, WRONG, 'changes'][exitCode] ?? WRONG,
  apply: (exitCode, isMade) => {
    if (exitCode === 1) return WRONG;
    if (exitCode === 2) return isMade ? `changes made, and ${DETECTED}` : DETECTED;
    return isMade ? 'changes made' : NOTHING;
  },
  audit: (exitCode) => (exitCode === 0 ? 'nothing is wrong' : WRONG),
};
const NOTHING = 'nothing to change';
const DETECTED = 'changes not written where the mode is detect';

/** Under which heading an outcome is counted that nobody may miss. */
function mustKindOf(outcome: PortalOutcome): string | undefined {
  const { error, protection } = outcome;
  const word = wordFor(outcome);
  if (word === 'failed' || word === 'skipped') return `! ${word}${error ? ` (${error.code})` : ''}`;
  if (word === 'to remove' || word === 'removed') return `- ${word}`;
  return protection && isBad(protection) ? `! ${protection.verdict}` : undefined;
}

function guardOf(guard: GuardVerdict) {
  const kinds = guard.exceeded.map((exceeded) => exceeded.guard).join(', ');
  const how = guard.isLetThrough ? 'approved' : 'approve';
  return {
    text: `! ${describeGuard(guard).trimStart()}`,
    short: `! GUARDED: ${kinds}: ${how}: ${guard.digest}`,
  };
}
