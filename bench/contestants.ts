import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Arena, FleetFiles } from './arena.ts';
import { callsOf, READ, WRITE } from './contestants/portal-calls.ts';
import { type Cost, type ProcessOptions, runProcess } from './run-process.ts';

/** One way to read, write and read back a fleet: whole processes, ended when all is done. */
export type Contestant = {
  readonly name: string;
  /** @throws Error where it did not do its work */
  run(portals: number, atOnce: number): Promise<Cost>;
  /** Past so many portals it takes too long. */
  readonly most: number;
};

export const APPLY = 'policy-sync apply';
export const FLOOR = 'floor: node:tls by hand';
export const FLOOR_IN_C = 'floor: C and OpenSSL';
export const FETCH_LIMITED = 'fetch and p-limit';
export const FETCH_SEQUENTIAL = 'fetch, one by one';
export const AXIOS = 'axios';
export const CURL_PARALLEL = 'curl --parallel';
export const XARGS_CURL = 'xargs -P curl';
export const XARGS_CURL_ONE_CA = 'xargs -P curl, one CA';

/** Those that can run here; `tell` hears of each that can't, and why. */
export function findContestants(root: string, arena: Arena, tell: (text: string) => void): Contestant[] {
  const all = [nodeContestant(FLOOR, 'floor-tls', 100_000), applyContestant(root, arena)];
  if (arena.floorInC) all.push(floorInC(arena, arena.floorInC));
  else tell(`without the floor in C: ${arena.withoutC}`);
  all.push(nodeContestant(FETCH_SEQUENTIAL, 'fetch-sequential', 1_000));
  const rivals = installRivals(root, tell);
  if (rivals) {
    all.push(nodeContestant(FETCH_LIMITED, 'fetch-limited', 100_000, rivals));
    all.push(nodeContestant(AXIOS, 'axios', 100_000, rivals));
  }
  if (isThere('curl')) all.push(curlParallel(arena));
  else tell('without curl: there is none');
  if (isThere('curl') && isThere('xargs')) {
    all.push(xargsCurl(XARGS_CURL, arena, arena.certificates.trusted));
    all.push(xargsCurl(XARGS_CURL_ONE_CA, arena, arena.certificates.ca));
  }
  return all;

  function nodeContestant(name: string, file: string, most: number, env = {}): Contestant {
    const entry = `bench/contestants/${file}.ts`;
    return {
      name,
      most,
      run: (portals, atOnce) => {
        const task = [arena.port, portals, atOnce].map(String);
        const command = [process.execPath, join(root, 'cli/run-typescript.mjs'), entry, ...task];
        return succeed([...command, arena.nameServer], { env: { ...trust(arena), ...env } });
      },
    };
  }
}

/** What the project's own command is run with. */
export function applyCommand(root: string, arena: Arena, portals: number, atOnce: number | string): string[] {
  return applyFiles(root, arena.fleetFiles(portals), atOnce);
}

export function applyFiles(root: string, { policy, keys }: FleetFiles, atOnce: number | string): string[] {
  const command = [process.execPath, join(root, 'cli/run-typescript.mjs'), 'bench/apply.ts'];
  return [...command, 'apply', policy, '--keys', keys, '--json', '--concurrency', String(atOnce)];
}

export function applyEnvironment(arena: Arena): Record<string, string> {
  return { ...trust(arena), BENCH_NAME_SERVER: arena.nameServer };
}

/** @throws Error with what the command said, where it failed */
export async function succeed(command: readonly string[], options: ProcessOptions): Promise<Cost> {
  const cost = await runProcess(command, options);
  if (cost.exitCode === 0) return cost;
  const errors = cost.stdout.match(/"error":\{[^}]*\}/g) ?? [];
  const said = [cost.stderr.slice(0, 500), `${errors.length} errors:`, ...errors.slice(0, 3)].join('\n');
  throw new Error(`${command.slice(0, 4).join(' ')} ended with ${cost.exitCode}: ${said}`);
}

// --- internal ---

function applyContestant(root: string, arena: Arena): Contestant {
  return {
    name: APPLY,
    most: 100_000,
    run: (portals, atOnce) =>
      succeed(applyCommand(root, arena, portals, atOnce), { env: applyEnvironment(arena) }),
  };
}

function floorInC({ certificates, port }: Arena, program: string): Contestant {
  const run = (portals: number, atOnce: number) =>
    succeed([program, certificates.ca, String(port), String(portals), String(atOnce)], {});
  return { name: FLOOR_IN_C, most: 100_000, run };
}

/**
 * curl can't order its parallel transfers: all reads, then all writes, then all reads back are three runs, each with
 * its own connections. It looks up no names: it is told the address. It trusts the bench's CA alone: this curl reads the
 * file of CAs again for each connection.
 */
function curlParallel(arena: Arena): Contestant {
  const config = (portals: number, phase: Phase) => {
    const file = join(arena.folder, `curl-${portals}-${phase}`);
    const { ca } = arena.certificates;
    const transfers = Array.from({ length: portals }, (_, index) => transfer(arena.port, ca, index, phase));
    if (!existsSync(file)) writeFileSync(file, transfers.join('next\n'));
    return file;
  };
  const run = (portals: number, atOnce: number) => {
    const files = (['read', 'write', 'back'] as const).map((phase) => config(portals, phase));
    const script = files
      .map((file) => `curl -s --parallel --parallel-immediate --parallel-max ${atOnce} -K ${file}`)
      .join(' && ');
    return succeed(['sh', '-c', script], {});
  };
  return { name: CURL_PARALLEL, most: 100_000, run };
}

/** One curl a portal, which keeps its connection for the three calls. */
function xargsCurl(name: string, { folder, port }: Arena, ca: string): Contestant {
  const configs = join(folder, name.replace(/\W+/g, '-'));
  const run = (portals: number, atOnce: number) => {
    mkdirSync(configs, { recursive: true });
    const files = Array.from({ length: portals }, (_, index) => {
      const file = join(configs, String(index));
      const calls = (['read', 'write', 'back'] as const).map((phase) => transfer(port, ca, index, phase));
      if (!existsSync(file)) writeFileSync(file, calls.join('next\n'));
      return file;
    });
    return succeed(['xargs', '-P', String(atOnce), '-n', '1', 'curl', '-s', '-K'], {
      input: `${files.join('\n')}\n`,
    });
  };
  return { name, most: 1_000, run };
}

type Phase = 'read' | 'write' | 'back';

function transfer(port: number, ca: string, index: number, phase: Phase): string {
  const { origin, headers, body } = callsOf(index, port);
  const lines = [
    `url = "${origin}${phase === 'write' ? WRITE : READ}"`,
    `connect-to = "::127.0.0.1:${port}"`,
    `cacert = "${ca}"`,
    'output = "/dev/null"',
    'http1.1',
    'fail',
    ...Object.entries(headers).map(([name, value]) => `header = "${name}: ${value}"`),
  ];
  if (phase === 'write') {
    lines.push('header = "Content-Type: application/json"', `data = ${JSON.stringify(body)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** p-limit and axios, into a folder of their own: the project needs neither. @returns how Node finds them */
function installRivals(root: string, tell: (text: string) => void): Record<string, string> | undefined {
  const modules = rivalModules(root);
  const folder = dirname(modules);
  const packages = ['p-limit@7.3.3', 'axios@1.21.1'];
  if (!existsSync(join(modules, 'axios')) || !existsSync(join(modules, 'p-limit'))) {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, ...packages];
      execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch {
      tell(`without fetch and p-limit, and axios: npm could not install ${packages.join(' and ')}`);
      return undefined;
    }
  }
  return { BENCH_RIVALS: modules };
}

/** The command over networks on which portals may fail: how it ended is told by the fleet. */
export function networkApply(
  root: string,
  arena: Arena,
  { name, most, atOnce, descriptors }: { name: string; most: number; atOnce: string; descriptors: number },
): Contestant {
  const env = { ...applyEnvironment(arena), BENCH_TOLD: arena.toldFile };
  const run = (portals: number) =>
    runProcess(applyCommand(root, arena, portals, atOnce), { env, before: `ulimit -n ${descriptors}` });
  return { name, most, run };
}

/** fetch with p-limit, or axios with a width, with ten seconds for each call, and portals that may fail. */
export function networkRival(
  root: string,
  arena: Arena,
  { rival, width, most }: { rival: 'fetch' | 'axios'; width: number; most: number },
): Contestant {
  const entry = `bench/contestants/${rival === 'fetch' ? 'fetch-limited' : 'axios'}.ts`;
  const env = { ...trust(arena), BENCH_RIVALS: rivalModules(root), BENCH_CALL_MS: '10000' };
  const run = (portals: number) => {
    const task = [arena.port, portals, width].map(String);
    const command = [process.execPath, join(root, 'cli/run-typescript.mjs'), entry, ...task];
    return runProcess([...command, arena.nameServer], { env, before: 'ulimit -n 4096' });
  };
  return { name: `${rival}, ${width} at once`, most, run };
}

function rivalModules(root: string): string {
  return join(root, 'node_modules', '.cache', 'policy-sync-bench', 'node_modules');
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function trust({ certificates }: Arena): Record<string, string> {
  return { NODE_EXTRA_CA_CERTS: certificates.ca };
}
