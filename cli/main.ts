import { RunFailure } from '../functions/model/run-failure.ts';
import { readSettings, type Settings, SettingsError } from '../functions/model/settings.ts';
import { parseArguments } from './arguments.ts';
import { answerQuestion } from './ask/answer-question.ts';
import { composeCommand } from './compose.ts';
import { helpOn } from './help.ts';
import type { Command } from './request.ts';
import { forAudit } from './run/audit-reporter.ts';
import { humanReporter } from './run/human-reporter.ts';
import { jsonLinesReporter, jsonReporter } from './run/json-reporter.ts';
import { markdownReporter } from './run/markdown-reporter.ts';
import type { Reporter } from './run/reporter.ts';
import { failCommand, runCommand } from './run/run-command.ts';
import { loadPolicies } from './sources/load-policies.ts';
import type { Output, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { colours } from './words/colours.ts';

/** The `policy-sync` command. Gives the exit code; the only place that catches what nobody expected. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const request = parseArguments(argv);
    if (request.kind === 'help') return say(terminal.out, helpOn(request.topic));
    if (request.kind === 'version') return say(terminal.out, `${terminal.version}\n`);
    const world = composeCommand(terminal);
    if (request.kind === 'question')
      return await answerQuestion(request.question, {
        ...terminal,
        ...world,
        teams: () => settingsOf(terminal),
      });
    const { command } = request;
    const context = {
      reporter: reporterFor(command, terminal),
      clock: world.clock,
      stop: terminal.stop,
      openAccess: () => world.openAccess(command.keys),
    };
    const settings = settingsOf(terminal);
    // With keys of one's own the deployment's rules don't count.
    const options = { ignoresApprove: command.keys === 'aws' && settings.approvals === 'bucket' };
    const policies = await loadPolicies(command.files, world.openBucket, settings, options).catch(orFailure);
    if (policies instanceof RunFailure) return failCommand(command, policies, context);
    return await runCommand(command, policies, context);
  } catch (error) {
    if (error instanceof UsageError) {
      const page = error.command === undefined ? '' : ` ${error.command}`;
      terminal.err.write(`policy-sync: ${error.message}\nSee policy-sync${page} --help.\n`);
    } else if (error instanceof RunFailure) {
      terminal.err.write(`policy-sync: ${error.message} (${error.code})\n`);
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

/** What a policy means in the deployment, where its variables are set here too: its teams, and who approves. */
function settingsOf({ env: { TEAMS, SECRETS_PREFIX, APPROVALS } }: Terminal): Settings {
  return readSettings({ TEAMS, SECRETS_PREFIX, APPROVALS, POLICY_BUCKET: 'none' });
}

function say(out: Output, text: string): number {
  out.write(text);
  return 0;
}

function orFailure(error: unknown): RunFailure {
  if (error instanceof RunFailure) return error;
  throw error;
}

function reporterFor({ verb, output, verbose }: Command, terminal: Terminal): Reporter {
  const { out, err, useColours } = terminal;
  const reporter = ordinaryReporter(output, terminal);
  return verb === 'audit'
    ? forAudit(reporter, output, { out, err, paint: colours(useColours), verbose })
    : reporter;
}

function ordinaryReporter(output: Command['output'], { out, err, useColours }: Terminal): Reporter {
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
