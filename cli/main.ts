import { systemClock } from '../functions/aws/system-clock.ts';
import { SettingsError } from '../functions/model/settings.ts';
import { type Command, HELP, parseArguments } from './arguments.ts';
import { answerQuestion } from './ask/answer-question.ts';
import { humanReporter } from './run/human-reporter.ts';
import { jsonLinesReporter, jsonReporter } from './run/json-reporter.ts';
import { loadPolicies } from './run/load-policies.ts';
import { markdownReporter } from './run/markdown-reporter.ts';
import { openAccess } from './run/open-access.ts';
import type { Output, Reporter } from './run/reporter.ts';
import { runCommand } from './run/run-command.ts';
import { UsageError } from './usage-error.ts';

/** What a command line needs of its process. */
export type Terminal = {
  readonly out: Output;
  readonly err: Output;
  readonly useColours: boolean;
  /** Aborted by SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name servers, as `address:port`, instead of the system's. */
  readonly nameServers?: readonly string[];
  readonly version: string;
};

/** The `policy-sync` command. Gives the exit code; the only place that catches what nobody expected. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const request = parseArguments(argv);
    if (request.kind === 'help') return say(terminal.out, HELP);
    if (request.kind === 'version') return say(terminal.out, `${terminal.version}\n`);
    const { env, nameServers } = terminal;
    const accessTo = (keys: string) => openAccess({ keys, env, nameServers });
    if (request.kind === 'question')
      return await answerQuestion(request.question, { ...terminal, clock: systemClock, accessTo });
    const { command } = request;
    return await runCommand(command, await loadPolicies(command.files), {
      reporter: reporterFor(command, terminal),
      clock: systemClock,
      stop: terminal.stop,
      openAccess: () => accessTo(command.keys),
    });
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err.write(`policy-sync: ${error.message}\nSee policy-sync --help.\n`);
    } else if (error instanceof SettingsError) {
      terminal.err.write(`policy-sync: ${error.message}\n`);
    } else {
      // Its text may hold anything; the stack's first lines name our own files.
      terminal.err.write(`policy-sync: a mistake in policy-sync: please report it\n${placeOf(error)}\n`);
    }
    return 1;
  }
}

// --- internal ---

function say(out: Output, text: string): number {
  out.write(text);
  return 0;
}

function reporterFor({ output }: Command, { out, err, useColours }: Terminal): Reporter {
  switch (output) {
    case 'json':
      return jsonReporter(out);
    case 'lines':
      return jsonLinesReporter(out);
    case 'markdown':
      return markdownReporter(out);
    case 'human':
      return humanReporter(out, err, useColours);
  }
}

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [error instanceof Error ? error.name : typeof error, ...frames.slice(0, 5)].join('\n');
}
