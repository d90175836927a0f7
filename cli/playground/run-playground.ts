import type { ExitCode, Terminal } from '../terminal.ts';
import { type Colours, colours } from '../words/colours.ts';
import { openWorld, type Playground, UnusableFolderError } from './open-world.ts';
import { parseLine, type Wish } from './parse-line.ts';
import { HELP, tellOpening, tellRun } from './tell-playground.ts';

/** What the playground needs of its terminal, and of the rest of the command. */
export type PlaygroundContext = Pick<Terminal, 'out' | 'err' | 'input' | 'lines' | 'useColours' | 'stop'> & {
  /** Says what the reports in a folder come to. */
  readonly tellStatus: (folder: string) => Promise<unknown>;
};

/** Where it writes, in the folder one is in. */
export const PLAYGROUND_FOLDER = 'playground';

/**
 * Opens the playground and does what is typed until it is to end: by `quit`, by Ctrl-C, at a terminal's Ctrl-D, or after the
 * last line of a script. Where nobody can type a line it stays until it is stopped.
 * @returns 1 where a line of a script could not be done
 */
export async function runPlayground(context: PlaygroundContext): Promise<ExitCode> {
  const { out, err, input, lines: read, stop } = context;
  let world: Playground;
  try {
    world = await openWorld(PLAYGROUND_FOLDER);
  } catch (error) {
    if (!(error instanceof UnusableFolderError)) throw error;
    err.write(`policy-sync: ${error.message}\n`);
    return 1;
  }
  try {
    out.write(`${tellOpening(world, PLAYGROUND_FOLDER)}\n`);
    const isTyped = input?.isTerminal === true;
    const prompt = () => isTyped && !stop.aborted && out.write('playground> ');
    let lines = 0;
    let faults = 0;
    prompt();
    for await (const line of read?.(stop) ?? []) {
      lines += 1;
      const wish = parseLine(line, world.portals);
      if (wish.kind === 'quit') break;
      if (!(await grant(wish, world, context))) faults += 1;
      if (stop.aborted) break;
      prompt();
    }
    if (lines === 0 && !isTyped) await aborted(stop);
    return faults > 0 && !isTyped && !stop.aborted ? 1 : 0;
  } finally {
    await world.close();
  }
}

// --- internal ---

/** @returns whether it could be done */
async function grant(wish: Wish, world: Playground, context: PlaygroundContext): Promise<boolean> {
  const { out, err, useColours } = context;
  switch (wish.kind) {
    case 'break':
      world.breakSchedule(wish.portal);
      out.write(`Somebody changed ${wish.portal}'s schedule: one copy, in the portal's own storage.\n`);
      return true;
    case 'delete': {
      const was = world.deleteSchedule(wish.portal);
      out.write(was ? `${wish.portal}'s schedule is gone.\n` : `${wish.portal} has no schedule.\n`);
      return true;
    }
    case 'pass':
      out.write(tellMeanwhile(world.pass(wish.ms), wish.said));
      return true;
    case 'tick':
      return tick(world, context, colours(useColours));
    case 'help':
      out.write(HELP);
      return true;
    case 'unknown':
      err.write(`${wish.message}\n`);
      return false;
    default:
      return true;
  }
}

async function tick(
  world: Playground,
  { out, stop, tellStatus }: PlaygroundContext,
  paint: Colours,
): Promise<boolean> {
  const runs = await world.tick();
  // Ctrl-C at a terminal ends the function's process, too: that is no failure to tell.
  if (stop.aborted) return true;
  for (const run of runs) out.write(`${tellRun(run, paint)}\n`);
  await tellStatus(PLAYGROUND_FOLDER);
  return runs.every(({ failure }) => failure === undefined);
}

function tellMeanwhile(meanwhile: ReturnType<Playground['pass']>, said: string): string {
  const lines = meanwhile.map(({ portal, made, failed, deleted }) => {
    const parts = [
      `${made} backup${made === 1 ? '' : 's'} made`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(deleted ? ['the server deleted its schedule'] : []),
    ];
    return `  ${portal.padEnd(16)} ${parts.join(', ')}`;
  });
  return [`${said} went by:`, ...lines, ''].join('\n');
}

function aborted(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
