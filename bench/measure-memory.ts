import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Arena, NEAR_AND_WELL } from './arena.ts';
import { applyCommand, applyEnvironment, succeed } from './contestants.ts';
import { spreadOf } from './statistics.ts';
import { always, atMost, type Target } from './target.ts';

const FEW = 1_000;
const MANY = 100_000;

/** How memory grows with the fleet: that of the work alone, and that of the whole command. Takes minutes. */
export async function measureMemory(
  root: string,
  arena: Arena,
  tell: (text: string) => void,
): Promise<Target[]> {
  const sizes: number[] = [];
  for (const portals of [FEW, MANY]) {
    tell(`memory of the work at ${portals} portals`);
    await arena.reset();
    // A heap held small: else V8 leaves garbage lying about, the more the longer it runs.
    const node = [process.execPath, '--max-old-space-size=64', join(root, 'cli/run-typescript.mjs')];
    const task = [arena.port, portals, 64].map(String);
    const command = [...node, 'bench/work.ts', ...task, arena.nameServer];
    const { stdout } = await succeed(command, { env: applyEnvironment(arena) });
    sizes.push((JSON.parse(stdout) as { maxRssMb: number }).maxRssMb);
  }
  const [few = Number.NaN, many = Number.NaN] = sizes;

  tell(`memory of the command at ${MANY} portals`);
  // An address each: else they would wait for each other.
  await arena.setNetwork(NEAR_AND_WELL, true);
  await arena.reset();
  const { maxRssMb } = await tellingApply(root, arena, MANY, 'auto');
  await arena.setNetwork(NEAR_AND_WELL, false);
  return [
    atMost(
      `memory of the work, ${MANY} portals to ${FEW} (${few.toFixed(0)} MB)`,
      1.3,
      spreadOf([many / few]),
    ),
    always(`memory of the whole process at ${MANY} portals`, 512, spreadOf([maxRssMb]), ' MB'),
  ];
}

/** What a run tells of itself. */
export type Told = {
  readonly maxRssMb: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly handlesLeft: readonly string[];
};

export async function tellingApply(
  root: string,
  arena: Arena,
  portals: number,
  atOnce: number | 'auto',
  before = ':',
): Promise<Told> {
  const env = { ...applyEnvironment(arena), BENCH_TOLD: arena.toldFile };
  await succeed(applyCommand(root, arena, portals, atOnce), { env, before });
  return JSON.parse(readFileSync(arena.toldFile, 'utf8')) as Told;
}
