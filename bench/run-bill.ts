import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { assignGroups, groupText } from '../functions/keys/assign-groups.ts';
import { GROUPS } from '../functions/model/key-groups.ts';
import { REPORTS } from '../functions/model/policy-ref.ts';
import type { AwsCall } from '../local/aws/call-log.ts';
import { type Deployment, deploy, policyText } from '../test/functions/deployment.ts';
import { printTable } from './print-table.ts';

/**
 * What AWS bills for a run, counted at the local endpoints: calls by kind, bytes of reports and of the log, and what the
 * function's process takes. Each run starts in a new process, as six hours after the last one. Keys are in groups, or
 * with `singles` one secret a portal.
 * Usage: node cli/run-typescript.mjs bench/run-bill.ts [portals] [policies] [singles]
 */
const args = process.argv.slice(2);
const [count = 1_000, policies = 1] = args.filter((argument) => /^\d+$/.test(argument)).map(Number);
const inGroups = !args.includes('singles');
const PREFIX = 'docspace/portals/';

/** One run, or a tick with the runs that it makes. */
type Bill = {
  readonly what: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly invocations: number;
  /** S3: PUT, COPY, POST and LIST are one price, GET and HEAD another. */
  readonly puts: number;
  readonly gets: number;
  readonly secretLists: number;
  readonly secretReads: number;
  readonly queueCalls: number;
  readonly logLines: number;
  readonly logBytes: number;
  /** Requests that portals got. */
  readonly requests: number;
  /** Bytes put below reports/, by what they are. */
  readonly stored: Readonly<Record<string, number>>;
};

const names = Array.from({ length: count }, (_, index) => `portal-${String(index).padStart(6, '0')}`);
const tellCost =
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write(["cost", maxRSS, userCPUTime + systemCPUTime].join(" ") + "\\n"); })';
/** The portals' clocks start ten days ago and come to now before the first tick: then each has had its backups. */
let behindMs = 10 * 24 * 3600 * 1000;
const world = await deploy(
  names.map((name) => ({ name })),
  {},
  {
    sharedPort: true,
    queue: true,
    now: () => new Date(Date.now() - behindMs),
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(tellCost)}`],
  },
);
const bills: Bill[] = [];
try {
  if (inGroups) packSecrets(world);
  bills.push(await bill('upload, all created', uploadAll));
  behindMs = 0;
  world.fleet.runScheduler();
  bills.push(await bill('tick, archives asked for', tick));
  bills.push(await bill('tick, quiet', tick));
  for (let index = 0; index < count; index += 100) world.fleet.portals[index]?.setSchedule(undefined);
  bills.push(await bill('tick, 1 % deleted', tick));
} finally {
  await world.close();
}
const keys = inGroups ? 'keys in groups' : 'single secrets';
process.stdout.write(
  `Node ${process.version}, ${availableParallelism()} cores; ${count} portals, ${policies} policies, ${keys}\n\n${callTable(bills)}\n\n${byteTable(bills)}\n\n${JSON.stringify({ count, policies, inGroups, bills })}\n`,
);

async function uploadAll(): Promise<number> {
  for (let policy = 0; policy < policies; policy++) {
    const own = names.filter((_, index) => index % policies === policy);
    await world.upload(`policies/fleet-${policy}.yaml`, policyText(own));
  }
  return policies;
}

/** The tick itself, and each message of it as Lambda hands it over. */
async function tick(): Promise<number> {
  const answers = [await world.tick(), ...(await world.takeMessages())];
  const failed = answers.find(({ errorType }) => errorType !== undefined);
  if (failed) throw new Error(`a run failed: ${failed.errorType}: ${failed.errorMessage}`);
  return answers.length;
}

async function bill(what: string, run: () => Promise<number>): Promise<Bill> {
  const { aws, fn, fleet } = world;
  aws.calls.clear();
  fn.lines.length = 0;
  fleet.requests.clear();
  const stored: Record<string, number> = {};
  const forget = aws.s3.onChange(({ kind, key, size = 0 }) => {
    if (kind !== 'created' || !key.startsWith(REPORTS)) return;
    const of = kindOf(key);
    stored[of] = (stored[of] ?? 0) + size;
  });
  const start = performance.now();
  const invocations = await run();
  const seconds = (performance.now() - start) / 1000;
  forget();
  const costs = await endProcesses(world);
  const calls = aws.calls.all;
  const log = fn.lines.filter((line) => line.startsWith('{'));
  return {
    what,
    seconds,
    cpuSeconds: costs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMb: Math.max(...costs.map(({ peakMb }) => peakMb)),
    invocations,
    puts: countOf(calls, 's3', /^(Put|List)/),
    gets: countOf(calls, 's3', /^(Get|Head)/),
    secretLists: countOf(calls, 'secretsmanager', /^List/),
    secretReads: countOf(calls, 'secretsmanager', /^(Batch)?Get/),
    queueCalls: countOf(calls, 'sqs', /./),
    logLines: log.length,
    logBytes: log.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    requests: fleet.requests.counts.all,
    stored,
  };
}

/** Lets the function's processes end, and gives what they say of themselves. */
async function endProcesses({ fn }: Deployment) {
  await fn.close();
  fn.kill();
  const told = () => fn.lines.flatMap((line) => /^cost (\d+) (\d+)$/.exec(line) ?? []);
  for (let tries = 0; told().length === 0 && tries < 100; tries++) await wait(10);
  return fn.lines.flatMap((line) => {
    const [, kilobytes, microseconds] = /^cost (\d+) (\d+)$/.exec(line) ?? [];
    return kilobytes === undefined
      ? []
      : [{ peakMb: Number(kilobytes) / 1024, cpuSeconds: Number(microseconds) / 1e6 }];
  });
}

function countOf(calls: readonly AwsCall[], service: AwsCall['service'], operation: RegExp): number {
  return calls.filter((call) => call.service === service && operation.test(call.operation)).length;
}

function kindOf(key: string): string {
  const file = key.slice(key.lastIndexOf('/') + 1);
  return /^\d{4}-/.test(file) ? 'dated' : file;
}

/** As `policy-sync keys pack` would. */
function packSecrets({ aws, fleet }: Deployment): void {
  const entries = new Map(Object.entries(fleet.keys()).map(([name, key]) => [name, JSON.stringify(key)]));
  for (const { name } of aws.secrets.all()) aws.secrets.remove(name);
  for (const [group, texts] of assignGroups(entries, new Map()))
    aws.secrets.put(`${PREFIX}${GROUPS}${group}`, groupText(texts));
}

function callTable(all: readonly Bill[]): string {
  const head = [
    ...['run', 'seconds', 'CPU s', 'peak MB', 'invocations', 'S3 PUT, LIST', 'S3 GET, HEAD'],
    ...['secrets: lists', 'reads', 'SQS sends', 'log lines', 'log bytes', 'requests/portal'],
  ];
  const lines = all.map((one) => [
    ...[one.what, one.seconds.toFixed(2), one.cpuSeconds.toFixed(2), one.peakMb.toFixed(0)],
    ...[one.invocations, one.puts, one.gets, one.secretLists, one.secretReads, one.queueCalls].map(String),
    ...[String(one.logLines), String(one.logBytes), (one.requests / count).toFixed(2)],
  ]);
  return printTable(head, lines);
}

function byteTable(all: readonly Bill[]): string {
  const kinds = [...new Set(all.flatMap(({ stored }) => Object.keys(stored)))].sort();
  const lines = kinds.map((kind) => [kind, ...all.map(({ stored }) => String(stored[kind] ?? 0))]);
  const sums = all.map(({ stored }) => Object.values(stored).reduce((sum, bytes) => sum + bytes, 0));
  return printTable(
    ['bytes put below reports/', ...all.map(({ what }) => what)],
    [...lines, ['in all', ...sums.map(String)], ['a portal', ...sums.map((sum) => (sum / count).toFixed(0))]],
  );
}
