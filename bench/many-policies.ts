import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Arena, type FleetFiles, NEAR_AND_WELL, openArena, rootOf } from './arena.ts';
import { applyEnvironment, applyFiles, succeed } from './contestants.ts';
import type { Told } from './measure-memory.ts';
import { printTable } from './print-table.ts';

/**
 * A fleet in several policies: so many whole commands side by side, a process each, no portal in two of them. First all
 * portals are to be written, then nothing is. Every portal has a name, a certificate's check and an address of its own.
 * Usage: node cli/run-typescript.mjs bench/many-policies.ts [policies] [portals each] [ms of a round trip]
 */
const [policies = 4, each = 50_000, latencyMs = 0] = process.argv
  .slice(2)
  .filter((argument) => /^\d+$/.test(argument))
  .map(Number);

/** Fixed: here all portals are one process, in which runs that have room would open thousands, each for itself. */
const AT_ONCE = 64;

/** As many as the network's bench gives the command. */
const DESCRIPTORS = 4_096;

type Pass = {
  readonly what: string;
  /** From the start of the first process to the end of the last. */
  readonly seconds: number;
  /** Of all processes together, start to end. */
  readonly cpuSeconds: number;
  readonly peakMb: readonly number[];
  readonly requests: number;
  readonly writes: number;
  readonly connections: number;
  readonly openAtMost: number;
  readonly serverCpuSeconds: number;
};

const root = rootOf(process.argv[1] ?? '');
const portals = policies * each;
const arena = await openArena(root, portals);
const passes: Pass[] = [];
try {
  if (arena.withoutC) tell(`the fleet is served by Node, and may hold the runs up: ${arena.withoutC}`);
  const files = Array.from({ length: policies }, (_, policy) => arena.fleetFiles(each, policy * each));
  await arena.setNetwork({ ...NEAR_AND_WELL, latencyMs }, true);
  await arena.reset();
  passes.push(await runAll('all to write', arena, files));
  passes.push(await runAll('nothing to change', arena, files));
} finally {
  arena.close();
}
const machine = `Node ${process.version}, ${process.platform}, ${availableParallelism()} cores`;
process.stdout.write(
  `${machine}; ${policies} policies of ${each} portals, ${latencyMs} ms\n\n${tableOf(passes)}\n\n${JSON.stringify({ machine, policies, each, latencyMs, passes })}\n`,
);

/** @throws Error where a command failed, or a portal was not asked or written as it should */
async function runAll(what: string, { counts, folder }: Arena, files: readonly FleetFiles[]): Promise<Pass> {
  tell(`${what}: ${policies} commands, ${each} portals each`);
  const before = await counts();
  const toldFiles = files.map((_, policy) => join(folder, `told-${policy}.json`));
  const start = performance.now();
  const costs = await Promise.all(
    files.map((policy, index) =>
      succeed(applyFiles(root, policy, AT_ONCE), {
        env: { ...applyEnvironment(arena), BENCH_TOLD: toldFiles[index] ?? '' },
        before: `ulimit -n ${DESCRIPTORS}`,
      }),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  const after = await counts();
  const [requests, writes] = [after.requests - before.requests, after.writes - before.writes];
  const isFirst = before.requests === 0;
  if (writes !== (isFirst ? portals : 0) || requests < portals || after.bad > 0 || after.proven < portals)
    throw new Error(`${what}: not every portal was treated as it should: ${JSON.stringify(after)}`);
  return {
    what,
    seconds,
    cpuSeconds: costs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000,
    peakMb: toldFiles.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as Told).maxRssMb),
    requests,
    writes,
    connections: after.connections - before.connections,
    openAtMost: after.mostOpenSockets,
    serverCpuSeconds: (after.cpuMs - before.cpuMs) / 1000,
  };
}

function tableOf(all: readonly Pass[]): string {
  const head = [
    ...['pass', 'seconds', 'portals/s', 'CPU s', 'server CPU s', 'peak MB a run'],
    ...['requests/portal', 'connections/portal', 'open at most'],
  ];
  const lines = all.map((pass) => [
    pass.what,
    pass.seconds.toFixed(1),
    (portals / pass.seconds).toFixed(0),
    pass.cpuSeconds.toFixed(1),
    pass.serverCpuSeconds.toFixed(1),
    pass.peakMb.map((mb) => mb.toFixed(0)).join(', '),
    (pass.requests / portals).toFixed(2),
    (pass.connections / portals).toFixed(2),
    String(pass.openAtMost),
  ]);
  return printTable(head, lines);
}

function tell(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
