import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openArena, rootOf } from './arena.ts';
import { findContestants } from './contestants.ts';
import { countSecretCalls } from './count-secret-calls.ts';
import { type ColdStart, measureColdStart } from './measure-cold-start.ts';
import { type CpuRow, measureCpu } from './measure-cpu.ts';
import { measureLatency } from './measure-latency.ts';
import { measureMemory, tellingApply } from './measure-memory.ts';
import { measureNames } from './measure-names.ts';
import { measureNetwork, type NetworkRow } from './measure-network.ts';
import { cpuTable, cpuTargets, targetTable } from './report.ts';
import { spreadOf } from './statistics.ts';
import { always, type Target } from './target.ts';

const USAGE = `npm run bench -- [--json] [--portals 1000,10000] [--rounds 5] [--latency 200] [--short] [--own] [--only cpu,latency,names,sockets,secrets,memory,cold-start,network]

Everything, at 1,000 and 10,000 portals, takes half an hour; --portals 1000 --only cpu,names,sockets,secrets some minutes.
--short: in the part network, two of its nine networks. --own: there, the command alone.
--latency: milliseconds of a round trip, in the part latency.
BENCH_NODE: the Node of the cold start, by default this one.
`;
const PARTS = ['cpu', 'latency', 'names', 'sockets', 'secrets', 'memory', 'cold-start', 'network'];
const AT_ONCE = 64;
const MANY_FOR_DESCRIPTORS = 5_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    portals: { type: 'string', default: '1000,10000' },
    rounds: { type: 'string', default: '5' },
    latency: { type: 'string', default: '200' },
    only: { type: 'string', default: PARTS.join(',') },
    short: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const rounds = Number(values.rounds);
const parts = values.only.split(',');
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no part ${unknown.join(', ')}\n\n${USAGE}`);
  process.exit(1);
}
const root = rootOf(process.argv[1] ?? '');
const notes: string[] = [];
const tables: string[] = [];
const targets: Target[] = [];
const cpu: Record<string, readonly CpuRow[]> = {};
const networkRows: NetworkRow[] = [];
let contents: ColdStart['contents'] = [];

const arena = await openArena(root);
try {
  if (arena.withoutC) note(`the fleet is served by Node, and may hold the fastest up: ${arena.withoutC}`);
  const contestants = findContestants(root, arena, note);
  if (parts.includes('cpu')) {
    for (const portals of values.portals.split(',').map(Number)) {
      const rows = await measureCpu(arena, contestants, { portals, atOnce: AT_ONCE, rounds }, tell);
      cpu[portals] = rows;
      tables.push(cpuTable(rows, portals));
      targets.push(...cpuTargets(rows, portals, AT_ONCE));
    }
  }
  if (parts.includes('latency')) {
    const latencyMs = Number(values.latency);
    targets.push(...(await measureLatency(arena, contestants, { latencyMs, rounds }, tell)));
  }
  if (parts.includes('names')) targets.push(...(await measureNames(root, arena, rounds)));
  if (parts.includes('sockets')) {
    tell(`${MANY_FOR_DESCRIPTORS} portals with 1,024 descriptors`);
    await arena.reset();
    // A portal that failed would have ended it with an error.
    const told = await tellingApply(root, arena, MANY_FOR_DESCRIPTORS, AT_ONCE, 'ulimit -n 1024');
    const { writes } = await arena.counts();
    targets.push(
      always(
        `portals of ${MANY_FOR_DESCRIPTORS} that failed with 1,024 descriptors`,
        0,
        spreadOf([MANY_FOR_DESCRIPTORS - writes]),
      ),
      always('handles left behind after a run', 0, spreadOf([told.handlesLeft.length])),
    );
    if (told.handlesLeft.length > 0) note(`left behind: ${[...new Set(told.handlesLeft)].join(', ')}`);
    note(
      `event loop lag: p99 ${told.lagP99Ms.toFixed(1)} ms, longest ${told.lagMaxMs.toFixed(0)} ms (reading the files)`,
    );
  }
  if (parts.includes('secrets')) {
    // Twenty a call, and lists of two hundred, which tell what groups there are.
    const portals = 1_000;
    const { calls, beforeFirst } = await countSecretCalls(portals, AT_ONCE);
    targets.push(always(`calls for ${portals} keys`, portals / 20 + portals / 200, spreadOf([calls])));
    note(`of ${calls} calls for keys, ${beforeFirst} came before the first portal`);
  }
  if (parts.includes('memory')) targets.push(...(await measureMemory(root, arena, tell)));
  if (parts.includes('network')) {
    if (arena.withoutC) note(`without the part network: ${arena.withoutC}`);
    else {
      const most = Math.max(...values.portals.split(',').map(Number));
      const network = await measureNetwork(
        root,
        arena,
        { portals: most, rounds, isWhole: !values.short, withRivals: !values.own },
        tell,
      );
      targets.push(...network.targets);
      tables.push(...network.tables);
      networkRows.push(...network.rows);
    }
  }
  if (parts.includes('cold-start')) {
    tell('cold start');
    const coldStart = measureColdStart(arena.folder, process.env.BENCH_NODE ?? process.execPath);
    targets.push(coldStart.target);
    tables.push(...coldStart.tables);
    contents = coldStart.contents;
  }
} finally {
  arena.close();
}

const machine = `Node ${process.version}, ${process.platform}, ${availableParallelism()} cores, ${rounds} rounds: median (min to max)`;
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ machine, cpu, network: networkRows, targets, contents, notes }, undefined, 2)}\n`,
  );
} else {
  process.stdout.write(
    `${[machine, ...tables, targetTable(targets), ...notes.map((text) => `* ${text}`)].join('\n\n')}\n`,
  );
}

function note(text: string): void {
  notes.push(text);
  tell(text);
}

function tell(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
