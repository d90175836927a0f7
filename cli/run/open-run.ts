import type { Command } from '../request.ts';
import type { Output, Terminal } from '../terminal.ts';
import { type Colours, colours } from '../words/colours.ts';
import type { World } from '../world.ts';
import { askBeforeWriting } from './ask-before-writing.ts';
import { forAudit } from './audit-reporter.ts';
import { humanReporter } from './human-reporter.ts';
import { jsonLinesReporter, jsonReporter } from './json-reporter.ts';
import { COMMENT, JOB_SUMMARY, markdownReporter } from './markdown-reporter.ts';
import { bothReporters, type Reporter } from './reporter.ts';
import type { RunContext } from './run-command.ts';
import { type SummaryFile, summaryFile } from './summary-file.ts';
import { verboseReporter } from './verbose-reporter.ts';
import { watchRun } from './watch-run.ts';

/** A run, and who is told of it. */
export type OpenRun = {
  readonly context: RunContext;
  /** Takes off what was only for people who waited. @returns whether all could be written that was to be written */
  close(): boolean;
};

/** Puts together what a command needs of its world and its terminal. */
export function openRun(command: Command, terminal: Terminal, world: World): OpenRun {
  const { stop, every, input } = terminal;
  const watch = watchRun({ err: terminal.err, clock: world.clock, every, stop });
  const [out, err] = [watch.over(terminal.out), watch.over(terminal.err)];
  const paint = colours(terminal.useColours);
  const summary = command.summary === undefined ? undefined : summaryFile(command.summary, err);
  const told = reporterFor(command, { ...terminal, out, err }, paint);
  // A question on a screen that nobody sees, or to nobody who could answer, would wait for ever.
  const isAsked = !command.yes && input?.isTerminal === true && out.isTerminal;
  const asks = err.isTerminal ? err : out;
  const context: RunContext = {
    reporter: summary ? bothReporters(told, summaryReporter(command, summary.out, err)) : told,
    clock: world.clock,
    stop,
    openAccess: () => world.openAccess(command.keys, command.concurrency),
    watch,
    ...(isAsked && {
      confirm: async (pending, policies) => {
        watch.pause();
        const refusal = await askBeforeWriting(pending, { out: asks, input, stop, paint, policies });
        watch.goOn();
        return refusal;
      },
    }),
  };
  return { context, close: () => closeAll(watch, summary) };
}

// --- internal ---

function closeAll(watch: { close(): void }, summary: SummaryFile | undefined): boolean {
  watch.close();
  return summary?.hasFailed() !== true;
}

function reporterFor({ verb, output, verbose }: Command, { out, err }: Terminal, paint: Colours): Reporter {
  const reporter = ordinaryReporter(output, verbose, { out, err, paint });
  return verb === 'audit' ? forAudit(reporter, output, { out, err, paint, verbose }) : reporter;
}

function summaryReporter({ verb }: Command, out: Output, err: Output): Reporter {
  const reporter = markdownReporter(out, JOB_SUMMARY);
  const options = { out, err, paint: colours(false), verbose: true };
  return verb === 'audit' ? forAudit(reporter, 'markdown', options) : reporter;
}

type Told = { readonly out: Output; readonly err: Output; readonly paint: Colours };

function ordinaryReporter(
  output: Command['output'],
  isVerbose: boolean,
  { out, err, paint }: Told,
): Reporter {
  switch (output) {
    case 'json':
      return jsonReporter(out);
    case 'lines':
      return jsonLinesReporter(out);
    case 'markdown':
      return markdownReporter(out, COMMENT);
    case 'human':
      return isVerbose ? verboseReporter(out, err, paint) : humanReporter(out, err, paint);
  }
}
