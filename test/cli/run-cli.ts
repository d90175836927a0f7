import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '../../local/docspace/fleet.ts';

export type CliResult = { readonly code: number | null; readonly out: string; readonly err: string };

export type CliRun = {
  readonly child: ChildProcess;
  readonly done: Promise<CliResult>;
  /** Until the text stands on stderr. */
  sees(text: string): Promise<void>;
};

/** Starts `policy-sync` as a user does: in a process of its own, with pipes for a terminal. */
export function startCli(args: readonly string[], env: Record<string, string> = {}): CliRun {
  const child = spawn(process.execPath, ['cli/policy-sync.mjs', ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return {
    child,
    done: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))),
    sees: (text) =>
      new Promise((resolve) => {
        const look = () => err.includes(text) && resolve();
        child.stderr.on('data', look);
        look();
      }),
  };
}

export function runCli(args: readonly string[], env?: Record<string, string>): Promise<CliResult> {
  return startCli(args, env).done;
}

/**
 * Runs `policy-sync` with stdout in a file, as a shell's `>` does.
 * @param mostBlocks the most that may be in a file, in blocks of 512 bytes: a disk that gets full on the way
 */
export function runCliInto(
  file: string,
  args: readonly string[],
  { mostBlocks, env = {} }: { mostBlocks?: number; env?: Record<string, string> } = {},
): Promise<CliResult> {
  const limit = mostBlocks === undefined ? '' : `ulimit -f ${mostBlocks}; `;
  const script = `${limit}exec "$0" cli/policy-sync.mjs "$@" > '${file}'`;
  const child = spawn('sh', ['-c', script, process.execPath, ...args], {
    env: environment(env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, out: file === FULL ? '' : readFileSync(file, 'utf8'), err })),
  );
}

/** A disk without any room. */
export const FULL = '/dev/full';

/** Writes files into a new folder and gives their paths. */
export function writeFiles<Names extends string>(
  files: Record<Names, string | Uint8Array>,
): Record<Names, string> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-cli-'));
  const paths = {} as Record<Names, string>;
  for (const name of Object.keys(files) as Names[]) {
    paths[name] = join(folder, name);
    writeFileSync(paths[name], files[name]);
  }
  return paths;
}

export function keyFile(fleet: Fleet): string {
  return JSON.stringify(fleet.keys());
}

// --- internal ---

/** No warning of Node is silenced: whoever reads a pipeline's log would see it. */
function environment(env: Record<string, string>) {
  return { PATH: process.env.PATH, ...env };
}
