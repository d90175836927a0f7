import { readFileSync } from 'node:fs';
import { type Arena, NEAR_AND_WELL, type Network } from './arena.ts';
import { type Contestant, networkApply, networkRival } from './contestants.ts';
import type { Told } from './measure-memory.ts';
import { printTable } from './print-table.ts';
import { ratioOf, type Spread, spreadOf, tellSpread } from './statistics.ts';
import { always, atLeast, type Target } from './target.ts';

/** How a contestant did on a network, round by round. */
export type NetworkRow = {
  readonly network: Network;
  readonly name: string;
  readonly portals: number;
  /** Portals that answer, a second, from the start of the process to the last answer of the last of them. */
  readonly rates: readonly number[];
  /** Portals that answer and were not read, written and read back. */
  readonly failed: number;
  readonly connectionsPerPortal: number;
  readonly mostOpenSockets: number;
  readonly serverBusy: number;
  /** Of the event loop, at worst of all rounds; where a contestant tells. Milliseconds. */
  readonly lagP99Ms: number | undefined;
};

export type NetworkOptions = {
  readonly portals: number;
  readonly rounds: number;
  /** All round trips and shares of dead portals; else the two that the aims are about. */
  readonly isWhole: boolean;
  /** Else the command alone. */
  readonly withRivals: boolean;
};

const LATENCIES = [0, 50, 200];
/** Of a thousand portals. */
const DEAD = [0, 30, 100];
/** Those of a thousand that reset each request, and those that drip, wherever some are dead. */
const OTHERS = 5;
const WIDTHS = [64, 256, 1_024];
/** For those that would take very long: what they do a second does not hang on it. */
const FEWER = 2_000;

const AUTO = 'policy-sync apply';
const FIXED = 'policy-sync apply, 64 at once';
const AUTO_1024 = 'policy-sync apply, 1,024 descriptors';

/**
 * Whole runs over networks with a distance, and with portals that never answer. Every portal has an address of its own.
 * Takes long: a portal that never answers takes half a minute.
 */
export async function measureNetwork(
  root: string,
  arena: Arena,
  { portals, rounds, isWhole, withRivals }: NetworkOptions,
  tell: (text: string) => void,
): Promise<{ readonly rows: NetworkRow[]; readonly targets: Target[]; readonly tables: string[] }> {
  const rows = new Map<string, NetworkRow>();
  const networks = isWhole
    ? LATENCIES.flatMap((latencyMs) => DEAD.map((dead) => networkOf(latencyMs, dead)))
    : [networkOf(0, 0), networkOf(200, 30)];
  try {
    for (let round = 0; round < rounds; round++) {
      for (const network of networks) {
        const isJudged = network.latencyMs === 200 && network.dead === 30;
        const able = contestantsOf(
          root,
          arena,
          withRivals && (isJudged || (isWhole && round === 0)),
          isJudged,
        );
        for (const contestant of able) {
          const count = Math.min(portals, contestant.most);
          tell(
            `${tellNetwork(network)}, round ${round + 1} of ${rounds}: ${contestant.name}, ${count} portals`,
          );
          const row = await measure(arena, network, contestant, count);
          const key = `${tellNetwork(network)} ${contestant.name}`;
          rows.set(key, joined(rows.get(key), row));
          tell(
            `  ${row.rates[0]?.toFixed(0)} portals a second, ${row.failed} failed, lag ${row.lagP99Ms?.toFixed(0)} ms`,
          );
        }
      }
    }
  } finally {
    await arena.setNetwork(NEAR_AND_WELL, false);
  }
  const all = [...rows.values()];
  return { rows: all, targets: targetsOf(all), tables: [tableOf(all)] };
}

// --- internal ---

function networkOf(latencyMs: number, dead: number): Network {
  const others = dead > 0 ? OTHERS : 0;
  return { latencyMs, dead, resets: others, drips: others };
}

function contestantsOf(root: string, arena: Arena, withRivals: boolean, withFew: boolean): Contestant[] {
  const apply = (name: string, most: number, atOnce: string, descriptors: number) =>
    networkApply(root, arena, { name, most, atOnce, descriptors });
  const own = [apply(AUTO, Number.POSITIVE_INFINITY, 'auto', 4_096)];
  if (withFew) own.push(apply(AUTO_1024, Number.POSITIVE_INFINITY, 'auto', 1_024));
  if (!withRivals) return own;
  return [
    ...own,
    apply(FIXED, FEWER, '64', 4_096),
    ...WIDTHS.flatMap((width) =>
      (['fetch', 'axios'] as const).map((rival) => networkRival(root, arena, { rival, width, most: FEWER })),
    ),
  ];
}

async function measure(
  arena: Arena,
  network: Network,
  contestant: Contestant,
  portals: number,
): Promise<NetworkRow> {
  await arena.setNetwork(network, true);
  const before = await arena.reset();
  const { wallMs } = await contestant.run(portals, 0);
  const counts = await arena.counts();
  const well = portals - unwellOf(network, portals);
  return {
    network,
    name: contestant.name,
    portals,
    rates: [well / (counts.lastAnswerMs / 1000)],
    failed: well - counts.proven,
    connectionsPerPortal: counts.connections / portals,
    mostOpenSockets: counts.mostOpenSockets,
    serverBusy: (counts.cpuMs - before.cpuMs) / wallMs,
    lagP99Ms: readLag(arena),
  };
}

/** As fleet-server.c scatters them. */
function unwellOf({ dead, resets, drips }: Network, portals: number): number {
  const share = dead + resets + drips;
  let unwell = 0;
  for (let portal = 0; portal < portals; portal++) if ((portal * 7919) % 1_000 < share) unwell++;
  return unwell;
}

function readLag({ toldFile }: Arena): number | undefined {
  try {
    return (JSON.parse(readFileSync(toldFile, 'utf8')) as Told).lagP99Ms;
  } catch {
    return undefined;
  }
}

function joined(before: NetworkRow | undefined, now: NetworkRow): NetworkRow {
  if (!before) return now;
  const most = (a: number, b: number) => Math.max(a, b);
  return {
    ...now,
    rates: [...before.rates, ...now.rates],
    failed: before.failed + now.failed,
    connectionsPerPortal: most(before.connectionsPerPortal, now.connectionsPerPortal),
    mostOpenSockets: most(before.mostOpenSockets, now.mostOpenSockets),
    serverBusy: most(before.serverBusy, now.serverBusy),
    lagP99Ms: most(before.lagP99Ms ?? 0, now.lagP99Ms ?? 0) || undefined,
  };
}

function targetsOf(rows: readonly NetworkRow[]): Target[] {
  const find = (name: string, latencyMs: number, dead: number) =>
    rows.find((row) => row.name === name && row.network.latencyMs === latencyMs && row.network.dead === dead);
  const near = find(AUTO, 0, 0);
  const far = find(AUTO, 200, 30);
  const few = find(AUTO_1024, 200, 30);
  const fixed = find(FIXED, 200, 30);
  if (!near || !far || !few) return [];
  const where = '200 ms, 3 % dead';
  const targets = [
    atLeast(`${where}: of the portals a second of 0 ms, none dead`, 0.8, ratioOf(far.rates, near.rates)),
    atLeast(`the same with 1,024 descriptors`, 0.55, ratioOf(few.rates, near.rates)),
  ];
  if (fixed) targets.push(atLeast(`${where}: times 64 at once`, 4, ratioOf(far.rates, fixed.rates)));
  const fetches = rows.filter(({ name, network }) => name.startsWith('fetch') && network === far.network);
  const best = bestOf(fetches);
  if (best)
    targets.push(atLeast(`${where}: times ${best.name}, its best`, 3, ratioOf(far.rates, best.rates)));
  const own = rows.filter(({ name }) => name.startsWith(AUTO));
  return [
    ...targets,
    always('portals that answer and failed, all networks', 0, spreadOf(own.map(({ failed }) => failed))),
    always('event loop lag p99, all networks', 100, spreadOf(own.map(({ lagP99Ms = 0 }) => lagP99Ms)), ' ms'),
  ];
}

function bestOf(rows: readonly NetworkRow[]): NetworkRow | undefined {
  const median = ({ rates }: NetworkRow): number => spreadOf(rates).median;
  return [...rows].sort((a, b) => median(b) - median(a))[0];
}

function tableOf(rows: readonly NetworkRow[]): string {
  const base = rows.find(({ name, network }) => name === AUTO && network.latencyMs + network.dead === 0);
  const lines = rows.map((row) => {
    const share: Spread | undefined = base && ratioOf(row.rates, base.rates);
    return [
      tellNetwork(row.network),
      row.name,
      String(row.portals),
      spreadOf(row.rates).median.toFixed(0),
      share ? tellSpread(share) : '',
      String(row.failed),
      row.connectionsPerPortal.toFixed(2),
      String(row.mostOpenSockets),
      row.lagP99Ms === undefined ? '' : row.lagP99Ms.toFixed(0),
      `${(row.serverBusy * 100).toFixed(0)} %`,
    ];
  });
  const head = [
    ...[
      'network',
      'contestant',
      'portals',
      'portals/s',
      'of 0 ms, none dead',
      'failed',
      'connections/portal',
    ],
    ...['open at most', 'lag p99 ms', 'server busy'],
  ];
  return printTable(head, lines);
}

function tellNetwork({ latencyMs, dead }: Network): string {
  return `${latencyMs} ms, ${dead / 10} % dead`;
}
