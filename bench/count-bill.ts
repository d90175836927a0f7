import { setTimeout as wait } from 'node:timers/promises';
import { GROUPS } from '../functions/model/key-groups.ts';
import { REPORTS } from '../functions/model/policy-ref.ts';
import type { AwsCall } from '../local/aws/call-log.ts';
import { type Deployment, deploy, policyText } from '../test/functions/deployment.ts';
import { fleetNames, packGroups } from './group-keys.ts';
import { TELLING_COST, type ToldCost, toldCosts } from './told-cost.ts';

/** One run, or a tick with the runs that it makes. */
export type Bill = {
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
  /** Metrics told of: names, each with its dimensions. */
  readonly metrics: number;
  /** Requests that portals got. */
  readonly requests: number;
  /** Bytes put below reports/, by what they are. */
  readonly stored: Readonly<Record<string, number>>;
};

/** A fleet on this machine, with the function in processes of its own, whose runs are counted. */
export type BilledWorld = {
  /** Uploads all policies, one after the other. */
  upload(what: string): Promise<Bill>;
  /** The tick itself, and each message of it as Lambda hands it over. */
  tick(what: string): Promise<Bill>;
  /** The portals' clocks come from ten days ago to now: each has had its backups. */
  letDaysPass(): void;
  /** Takes the schedules of each hundredth portal away. */
  drift(): void;
  close(): Promise<void>;
};

/** @param inGroups keys in groups, as `policy-sync keys pack` makes them; else a secret a portal */
export async function openBilledWorld(
  portals: number,
  policies: number,
  inGroups: boolean,
): Promise<BilledWorld> {
  const names = fleetNames(portals);
  let behindMs = 10 * 24 * 3600 * 1000;
  const world = await deploy(
    names.map((name) => ({ name })),
    {},
    {
      sharedPort: true,
      queue: true,
      now: () => new Date(Date.now() - behindMs),
      execArgv: [...TELLING_COST],
    },
  );
  if (inGroups) packSecrets(world);
  return {
    upload: (what) =>
      count(world, what, async () => {
        for (let policy = 0; policy < policies; policy++) {
          const own = names.filter((_, index) => index % policies === policy);
          await world.upload(`policies/fleet-${policy}.yaml`, policyText(own));
        }
        return policies;
      }),
    tick: (what) =>
      count(world, what, async () => {
        const answers = [await world.tick(), ...(await world.takeMessages())];
        const failed = answers.find(({ errorType }) => errorType !== undefined);
        if (failed) throw new Error(`a run failed: ${failed.errorType}: ${failed.errorMessage}`);
        return answers.length;
      }),
    letDaysPass: () => {
      behindMs = 0;
      world.fleet.runScheduler();
    },
    drift: () => {
      for (let index = 0; index < portals; index += 100) world.fleet.portals[index]?.setSchedule(undefined);
    },
    close: () => world.close(),
  };
}

// --- internal ---

const PREFIX = 'docspace/portals/';

/** Starts with no process, as six hours after the last run. @param run how often the function was started */
async function count(world: Deployment, what: string, run: () => Promise<number>): Promise<Bill> {
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
    metrics: countMetrics(log),
    requests: fleet.requests.counts.all,
    stored,
  };
}

/** Lets the function's processes end, and gives what they say of themselves. */
async function endProcesses({ fn }: Deployment): Promise<readonly ToldCost[]> {
  await fn.close();
  fn.kill();
  for (let tries = 0; toldCosts(fn.lines).length === 0 && tries < 100; tries++) await wait(10);
  return toldCosts(fn.lines);
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
  for (const [group, text] of packGroups(entries)) aws.secrets.put(`${PREFIX}${GROUPS}${group}`, text);
}

type Emf = {
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
};

/** CloudWatch counts each name once for each set of dimensions and their values. */
function countMetrics(log: readonly string[]): number {
  const all = new Set<string>();
  for (const line of log) {
    const entry = JSON.parse(line) as Record<string, unknown> & { readonly _aws?: Emf };
    for (const { Namespace, Dimensions, Metrics } of entry._aws?.CloudWatchMetrics ?? [])
      for (const dimensions of Dimensions)
        for (const { Name } of Metrics)
          all.add([Namespace, Name, ...dimensions.map((name) => `${name}=${entry[name]}`)].join(' '));
  }
  return all.size;
}
