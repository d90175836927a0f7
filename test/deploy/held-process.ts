import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../infra/project-root.ts';

/** A process with all that it starts. It goes when it is released, or when this process goes, in whatever way. */
export type HeldProcess = {
  /** What it wrote, line by line. */
  readonly lines: readonly string[];
  readonly hasEnded: () => boolean;
  /** Resolves when it has ended. */
  readonly release: () => Promise<void>;
};

export function holdProcess(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string = projectRoot(),
): HeldProcess {
  const holder = join(projectRoot(), 'test/deploy/hold-process.mjs');
  const child = spawn(process.execPath, [holder, JSON.stringify(env), ...command], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  let ended = false;
  const end = once(child, 'close').then(() => {
    ended = true;
  });
  return {
    lines,
    hasEnded: () => ended,
    release: async () => {
      child.stdin.end();
      await end;
    },
  };
}

/** A port of loopback that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
