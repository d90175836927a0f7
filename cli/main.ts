import { openPortals } from '../functions/adapters/docspace/open-portals.ts';
import { readKeyFile } from '../functions/adapters/key-file.ts';
import { systemClock } from '../functions/adapters/system-clock.ts';
import { anyAddress } from '../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS, type Limits } from '../functions/model/limits.ts';
import { type Command, HELP, parseArguments, UsageError } from './arguments.ts';
import { humanReporter } from './human-reporter.ts';
import { jsonLinesReporter, jsonReporter } from './json-reporter.ts';
import { loadPolicies } from './load-policies.ts';
import type { Output, Reporter } from './reporter.ts';
import { type Access, runCommand } from './run-command.ts';

/** What a command line needs of its process. */
export type Terminal = {
  readonly out: Output;
  readonly err: Output;
  readonly useColours: boolean;
  /** Aborted by SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
  readonly limits?: Limits;
  readonly version: string;
};

/** The `policy-sync` command. Gives the exit code; the only place that catches what nobody expected. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const request = parseArguments(argv);
    if (request.kind === 'help') return say(terminal.out, HELP);
    if (request.kind === 'version') return say(terminal.out, `${terminal.version}\n`);
    const { command } = request;
    return await runCommand(command, await loadPolicies(command.files), {
      reporter: reporterFor(command, terminal),
      clock: systemClock,
      stop: terminal.stop,
      openAccess: () => openAccess(command, terminal.limits ?? DEFAULT_LIMITS),
    });
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err.write(`policy-sync: ${error.message}\nSee policy-sync --help.\n`);
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
    case 'human':
      return humanReporter(out, err, useColours);
  }
}

/** With one's own key file every host, address and destination is one's own choice. */
async function openAccess({ keys }: Command, limits: Limits): Promise<Access> {
  const source = await readKeyFile(keys);
  const portals = openPortals({
    limits,
    clock: systemClock,
    random: Math.random,
    isAllowedAddress: anyAddress,
  });
  return {
    portals,
    keys: source,
    hosts: { allowedHosts: undefined, insecureLoopback: true },
    destinations: undefined,
  };
}

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [error instanceof Error ? error.name : typeof error, ...frames.slice(0, 5)].join('\n');
}
