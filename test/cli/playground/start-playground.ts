import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../infra/project-root.ts';

export type PlaygroundProcess = {
  readonly child: ChildProcess;
  /** What it wrote so far, both streams. */
  text(): string;
  /** Until the text stands there; fails where it ends before. */
  sees(text: string): Promise<void>;
  type(...lines: string[]): void;
  readonly ended: Promise<number | null>;
};

/** Starts the playground in a folder, as a script does: with a pipe for a terminal, or with nothing to read at all. */
export function startPlayground(cwd: string, stdin: 'pipe' | 'ignore' = 'pipe'): PlaygroundProcess {
  const command = join(projectRoot(), 'cli/policy-sync.mjs');
  const child = spawn(process.execPath, [command, 'playground'], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    text: () => text,
    sees: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text.includes(wanted)) return;
          child.stdout?.off('data', look);
          resolve();
        };
        child.stdout?.on('data', look);
        look();
        void ended.then(() => reject(new Error(`it ended without ${wanted}:\n${text}`)));
      }),
    type: (...lines) => child.stdin?.write(`${lines.join('\n')}\n`),
    ended,
  };
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'policy-sync-playground-test-'));
}
