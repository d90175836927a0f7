import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Certificates, makeCertificates } from './certificates.ts';
import { compileC } from './compile-c.ts';
import { apiKey, portalName } from './contestants/portal-calls.ts';
import type { FleetCounts } from './fleet-counts.ts';
import { startLineProcess } from './line-process.ts';

/** Where contestants meet: a fleet, a name server, certificates, and files for them; all made for this one bench. */
export type Arena = {
  readonly folder: string;
  readonly port: number;
  readonly nameServer: string;
  readonly certificates: Certificates;
  /** The floor in C, or why there is none. */
  readonly floorInC: string | undefined;
  readonly withoutC: string | undefined;
  /** All portals as they were at first, counts at zero. */
  reset(): Promise<FleetCounts>;
  counts(): Promise<FleetCounts>;
  /** Milliseconds of a round trip to a portal, and of an answer of the name server. */
  setLatency(portals: number, names: number): Promise<void>;
  /** @param areApart whether every portal has an address of its own */
  setNetwork(network: Network, areApart: boolean): Promise<void>;
  /** Where contestants tell of themselves; it is gone with each reset. */
  readonly toldFile: string;
  /**
   * A policy that every portal differs from, and keys for these portals.
   * @param first the number of the first of them, by default 0
   */
  fleetFiles(portals: number, first?: number): FleetFiles;
  close(): void;
};

/** How far portals are, and how many of a thousand never answer, reset each request, or answer by drips. */
export type Network = {
  readonly latencyMs: number;
  readonly dead: number;
  readonly resets: number;
  readonly drips: number;
};

/** Nobody is far, and nobody unwell. */
export const NEAR_AND_WELL: Network = { latencyMs: 0, dead: 0, resets: 0, drips: 0 };

export type FleetFiles = { readonly policy: string; readonly keys: string };

export const MOST_PORTALS = 100_000;

/** @param mostPortals portals that the fleet has */
export async function openArena(root: string, mostPortals = MOST_PORTALS): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-bench-'));
  const certificates = makeCertificates(folder);
  const programs = compileC(join(root, 'bench/c'), folder);
  const run = (entry: string) => [process.execPath, join(root, 'cli/run-typescript.mjs'), entry];
  const server = 'missing' in programs ? run('bench/serve-fleet.ts') : [programs.fleetServer];
  const files = [certificates.certificate, certificates.key, String(mostPortals)];
  const fleet = await startLineProcess([...server, ...files]);
  const names = await startLineProcess(run('bench/serve-names.ts'));
  const port = Number(fleet.greeting);
  const toldFile = join(folder, 'told.json');
  const made = new Map<string, FleetFiles>();
  const ask = async (line: string) => JSON.parse(await fleet.ask(line)) as FleetCounts;

  return {
    folder,
    port,
    nameServer: names.greeting,
    certificates,
    floorInC: 'missing' in programs ? undefined : programs.floor,
    withoutC: 'missing' in programs ? programs.missing : undefined,
    toldFile,
    reset: () => {
      rmSync(toldFile, { force: true });
      return ask('reset');
    },
    counts: () => ask('counts'),
    setLatency: async (portals, delay) => {
      await fleet.ask(`latency ${portals}`);
      await names.ask(String(delay));
    },
    setNetwork: async ({ latencyMs, dead, resets, drips }, areApart) => {
      await fleet.ask(`latency ${latencyMs}`);
      await fleet.ask(`bad ${dead} ${resets} ${drips}`);
      await names.ask(`0 ${areApart ? 'apart' : 'together'}`);
    },
    fleetFiles: (portals, first = 0) => {
      const which = `${first}-${portals}`;
      const known = made.get(which) ?? writeFleet(join(folder, which), first, portals, port);
      made.set(which, known);
      return known;
    },
    close: () => {
      fleet.close();
      names.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function rootOf(entry: string): string {
  return dirname(dirname(entry));
}

// --- internal ---

function writeFleet(folder: string, first: number, portals: number, port: number): FleetFiles {
  mkdirSync(folder);
  const policy = join(folder, 'fleet.yaml');
  const keys = join(folder, 'keys.json');
  const names = Array.from({ length: portals }, (_, index) => portalName(first + index));
  writeFileSync(policy, POLICY_HEAD + names.map((name) => `  ${name}:\n`).join(''));
  const entries = names.map((name, index) => [
    name,
    { url: `https://${name}.bench.test:${port}`, apiKey: apiKey(first + index) },
  ]);
  writeFileSync(keys, JSON.stringify(Object.fromEntries(entries)));
  return { policy, keys };
}

const POLICY_HEAD = `version: 1
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
portals:
`;
