import { join } from 'node:path';
import type { Arena } from './arena.ts';
import { succeed } from './contestants.ts';
import { spreadOf } from './statistics.ts';
import { atMost, type Target } from './target.ts';

const NAMES = 1_000;
const DELAY_MS = 30;

/** What looking up a thousand names takes, all of them at once, when each answer takes its time. */
export async function measureNames(root: string, arena: Arena, rounds: number): Promise<Target[]> {
  const seconds: number[] = [];
  await arena.setLatency(0, DELAY_MS);
  try {
    for (let round = 0; round < rounds; round++) {
      const command = [process.execPath, join(root, 'cli/run-typescript.mjs'), 'bench/resolve-names.ts'];
      const { stdout } = await succeed([...command, arena.nameServer, String(NAMES)], {});
      seconds.push(Number(stdout) / 1000);
    }
  } finally {
    await arena.setLatency(0, 0);
  }
  return [atMost(`${NAMES} names at ${DELAY_MS} ms each`, 1, spreadOf(seconds), ' s')];
}
