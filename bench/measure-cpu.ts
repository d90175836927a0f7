import type { Arena } from './arena.ts';
import { APPLY, type Contestant } from './contestants.ts';
import type { FleetCounts } from './fleet-counts.ts';

/** What a contestant cost, round by round. */
export type CpuRow = {
  readonly name: string;
  readonly cpuMsPerPortal: readonly number[];
  readonly portalsPerSecond: readonly number[];
  readonly connectionsPerPortal: number;
  readonly mostOpenSockets: number;
  /** CPU of the fleet server in the same time, of what one core has: what is left shows that it held nobody up. */
  readonly serverBusy: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
};

/**
 * Every contestant in every round, one after the other, so that what else happens on the machine happens to all.
 * @throws Error where a portal was not read, written and read back exactly once
 */
export async function measureCpu(
  arena: Arena,
  contestants: readonly Contestant[],
  { portals, atOnce, rounds }: { portals: number; atOnce: number; rounds: number },
  tell: (text: string) => void,
): Promise<CpuRow[]> {
  const able = contestants.filter(({ most }) => portals <= most);
  const rows = new Map<string, CpuRow>();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of able) {
      tell(`${portals} portals, round ${round + 1} of ${rounds}: ${contestant.name}`);
      const before = await arena.reset();
      const { cpuMs, wallMs } = await contestant.run(portals, atOnce);
      const counts = await arena.counts();
      checkCounts(contestant.name, counts, portals);
      const row = rows.get(contestant.name);
      rows.set(contestant.name, {
        name: contestant.name,
        cpuMsPerPortal: [...(row?.cpuMsPerPortal ?? []), cpuMs / portals],
        portalsPerSecond: [...(row?.portalsPerSecond ?? []), portals / (wallMs / 1000)],
        connectionsPerPortal: Math.max(row?.connectionsPerPortal ?? 0, counts.connections / portals),
        mostOpenSockets: Math.max(row?.mostOpenSockets ?? 0, counts.mostOpenSockets),
        serverBusy: Math.max(row?.serverBusy ?? 0, (counts.cpuMs - before.cpuMs) / wallMs),
        bytesIn: counts.bytesIn,
        bytesOut: counts.bytesOut,
      });
    }
  }
  return [...rows.values()];
}

/** The values of one row; `undefined` where that contestant was not there. */
export function cpuOf(rows: readonly CpuRow[], name: string): readonly number[] | undefined {
  return rows.find((row) => row.name === name)?.cpuMsPerPortal;
}

export function applyRow(rows: readonly CpuRow[]): CpuRow {
  const row = rows.find(({ name }) => name === APPLY);
  if (!row) throw new Error('policy-sync was not measured');
  return row;
}

// --- internal ---

function checkCounts(name: string, { reads, writes, bad }: FleetCounts, portals: number): void {
  if (reads === 2 * portals && writes === portals && bad === 0) return;
  throw new Error(`${name}: ${reads} reads, ${writes} writes and ${bad} bad requests at ${portals} portals`);
}
