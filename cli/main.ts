import { RunFailure } from '../functions/model/run-failure.ts';
import { readSettings, type Settings, SettingsError } from '../functions/model/settings.ts';
import { parseArguments } from './arguments.ts';
import { answerQuestion } from './ask/answer-question.ts';
import { composeCommand } from './compose.ts';
import { helpOn } from './help.ts';
import { runPlayground } from './playground/run-playground.ts';
import type { Command, Question } from './request.ts';
import { openRun } from './run/open-run.ts';
import { failCommand, runCommand } from './run/run-command.ts';
import { loadPolicies } from './sources/load-policies.ts';
import type { Output, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import type { World } from './world.ts';

/** The `policy-sync` command. Gives the exit code; the only place that catches what nobody expected. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const request = parseArguments(argv);
    if (request.kind === 'help') return say(terminal.out, helpOn(request.topic));
    if (request.kind === 'version') return say(terminal.out, `${terminal.version}\n`);
    const world = composeCommand(terminal);
    const ask = (question: Question) =>
      answerQuestion(question, { ...terminal, ...world, teams: () => settingsOf(terminal) });
    if (request.kind === 'question') return await ask(request.question);
    if (request.kind === 'playground') {
      const tellStatus = (place: string) => ask({ kind: 'status', place, output: 'human', verbose: false });
      return await runPlayground({ ...terminal, tellStatus });
    }
    return await run(request.command, terminal, world);
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

async function run(command: Command, terminal: Terminal, world: World): Promise<number> {
  const { context, close } = openRun(command, terminal, world);
  let exitCode: number;
  let isAllWritten = false;
  try {
    const settings = settingsOf(terminal);
    // With keys of one's own the deployment's rules don't count.
    const options = { ignoresApprove: command.keys === 'aws' && settings.approvals === 'bucket' };
    const policies = await loadPolicies(command.files, world.openBucket, settings, options).catch(orFailure);
    exitCode =
      policies instanceof RunFailure
        ? failCommand(command, policies, context)
        : await runCommand(command, policies, context);
  } finally {
    isAllWritten = close();
  }
  return isAllWritten ? exitCode : 1;
}

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

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [error instanceof Error ? error.name : typeof error, ...frames.slice(0, 5)].join('\n');
}
