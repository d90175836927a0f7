import { printable } from '../../functions/model/printable.ts';
import type { Command } from '../request.ts';
import type { Output } from '../terminal.ts';
import type { Colours } from '../words/colours.ts';
import { describeFinding } from '../words/describe-finding.ts';
import { describeMorning } from '../words/describe-morning.ts';
import { describeOutcome } from '../words/describe-outcome.ts';
import { morningEntry } from '../words/morning.ts';
import { morningMarkdown } from '../words/morning-markdown.ts';
import { needEntry } from '../words/portal-need.ts';
import { tellCount } from '../words/tell-count.ts';
import { openAuditBook } from './audit-book.ts';
import { describeLoad } from './hour-load.ts';
import type { Reporter, RunStart } from './reporter.ts';

export type AuditOptions = {
  readonly out: Output;
  readonly err: Output;
  readonly paint: Colours;
  /** A block for each portal, too. */
  readonly verbose: boolean;
};

/** What tells an audit. @param reporter tells other runs in that form */
export function forAudit(reporter: Reporter, output: Command['output'], options: AuditOptions): Reporter {
  switch (output) {
    case 'json':
    case 'lines':
      return withNeeds(reporter);
    case 'markdown':
      return auditMarkdownReporter(options.out, reporter);
    case 'human':
      return auditReporter(options);
  }
}

/** An audit for people: what is wrong in the files, then the answer to the morning's question, when all are asked. */
export function auditReporter({ out, err, paint, verbose }: AuditOptions): Reporter {
  let run: RunStart = { verb: 'audit', startedAt: new Date(0), portals: 0 };
  let now = new Date(0);
  const book = openAuditBook(() => now);
  const print = (text: string) => {
    out.write(`${text}\n`);
  };
  return {
    begin: (start) => {
      run = start;
    },
    policyBegin: ({ file, reading }) => {
      for (const error of reading.errors) print(describeFinding(file, error, paint));
      for (const warning of reading.warnings) {
        const message = `${paint.yellow(`warning ${warning.code}`)}: ${warning.message}`;
        print(describeFinding(file, { ...warning, message }, paint));
      }
    },
    outcome: (outcome, policy) => {
      book.outcome(outcome, policy);
      if (verbose) print(describeOutcome(outcome, paint));
    },
    policyEnd: (policy) => {
      book.policyEnd(policy);
      const errors = policy.reading.errors.length;
      if (errors > 0)
        print(paint.red(`${tellCount(errors, 'error')} in ${printable(policy.file)}: nothing was started`));
    },
    end: ({ finishedAt, error, load }) => {
      now = finishedAt;
      if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
      else if (run.portals > 0) {
        if (verbose) print('');
        const layout = { columns: out.columns, paint, now, isVerbose: verbose };
        for (const line of describeMorning(book.morning(), layout)) print(line);
        if (load?.isWorthTelling) print(describeLoad(load));
      }
    },
  };
}

/** An audit for a comment or a job's summary. */
export function auditMarkdownReporter(out: Output, otherwise: Reporter): Reporter {
  let now = new Date(0);
  let hasPortals = false;
  const book = openAuditBook(() => now);
  return {
    ...otherwise,
    begin: (start) => {
      hasPortals = start.portals > 0;
      otherwise.begin(start);
    },
    outcome: (outcome, policy) => book.outcome(outcome, policy),
    policyEnd: (policy, totals, guard) => {
      book.policyEnd(policy);
      otherwise.policyEnd(policy, totals, guard);
    },
    end: (result) => {
      now = result.finishedAt;
      if (hasPortals && !result.error) out.write(morningMarkdown('policy-sync audit', book.morning(), now));
      else otherwise.end(result);
    },
  };
}

/** An audit's document with the answer at its end. @param reporter writes the rest */
export function withNeeds(reporter: Reporter): Reporter {
  let now = new Date(0);
  const book = openAuditBook(() => now);
  return {
    ...reporter,
    outcome: (outcome, policy) => {
      book.outcome(outcome, policy);
      reporter.outcome(outcome, policy);
    },
    end: (result) => {
      now = result.finishedAt;
      const needYou = morningEntry(book.morning(), (need) => needEntry(need, now));
      reporter.end({ ...result, needYou });
    },
  };
}
