import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../functions/deployment.ts';
import '../functions/patience.ts';
import { synthesize } from './synthesize.ts';

// From an event to the alarm that it rings: what the real function tells in its log, read as CloudWatch reads it, against
// the alarms of the real template.

const PORTALS = ['acme', 'globex', 'initech'];
const KEY = 'policies/fleet.yaml';
const { template } = synthesize({ alarms: { planned: 0 } });
let world: Deployment;

beforeAll(async () => {
  const [{ Properties } = { Properties: {} }] = Object.values(
    template.findResources('AWS::Lambda::Function'),
  );
  const { DEPLOYMENT, POWERTOOLS_SERVICE_NAME } = Properties.Environment.Variables;
  world = await deploy(
    PORTALS.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0', DEPLOYMENT, POWERTOOLS_SERVICE_NAME },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const put = (text: string) => world.put(KEY, text);
const guarded = (text: string) => text.replace('maxWeaken: 100%', 'maxWeaken: 0');

/** Makes it happen, the last run being the one that tells. */
const EVENTS: readonly (readonly [string, readonly string[], () => Promise<unknown>])[] = [
  ['nothing is wrong', [], () => tickOver(policyText(PORTALS))],
  [
    'a portal can not be brought to its policy',
    // Of three portals one: far more than a share of 5 %. Nobody can tell whether it has backups.
    ['PortalsFailed', 'ShareFailed', 'PortalsUnprotected'],
    () => {
      world.aws.secrets.setError('docspace/portals/acme', 'ThrottlingException');
      return tickOver(policyText(PORTALS));
    },
  ],
  [
    'a guard holds changes',
    ['PortalsHeld'],
    async () => {
      await tickOver(policyText(PORTALS, 7));
      await tickOver(guarded(policyText(PORTALS, 5)));
    },
  ],
  [
    'two policies want the same portal',
    ['PortalsHeld', 'PortalsUnprotected'],
    async () => {
      world.put('policies/other.yaml', policyText(['acme'], 5));
      await tickOver(policyText(PORTALS, 7));
    },
  ],
  [
    'a portal drifts in mode detect',
    ['PortalsPlanned', 'PortalsUnprotected'],
    () => tickOver(policyText(PORTALS).replace('defaults:', 'mode: detect\ndefaults:')),
  ],
  ['a policy has errors', ['PoliciesInvalid'], () => tickOver('nonsense')],
  [
    'a key comes that no policy names',
    ['KeysUngoverned'],
    async () => {
      await tickOver(policyText(PORTALS));
      world.aws.secrets.put('docspace/portals/new', '{}');
      await tickOver(policyText(PORTALS));
    },
  ],
  [
    'a policy was not looked at for long',
    ['ReportOld'],
    async () => {
      await tickOver(policyText(PORTALS));
      const key = 'reports/fleet/latest.json';
      const text = world.aws.s3.text(BUCKET, key) ?? '';
      world.aws.s3.put(
        BUCKET,
        key,
        text.replace(/"startedAt":"[^"]+"/, '"startedAt":"2020-01-01T00:00:00.000Z"'),
      );
      await tickOver(policyText(PORTALS));
    },
  ],
  [
    'a tick fails as a whole',
    // Nothing is told at all: that is what these two ring for. The run itself is in Lambda's own metric.
    ['ReportOld', 'TickMissing'],
    async () => {
      world.aws.faults.add({ service: 's3', operation: 'ListObjectsV2', status: 403, code: 'AccessDenied' });
      const answer = await world.tick();
      expect(answer).toMatchObject({ errorType: 'AccessDenied' });
    },
  ],
];

describe('an alarm rings', () => {
  test.each(EVENTS)('when %s: %j', async (_, rings, happen) => {
    await happen();
    expect([...ringing()].sort()).toEqual([...rings].sort());
  });

  test('by every metric of the function that there is one for', () => {
    const reached = new Set(EVENTS.flatMap(([, rings]) => rings));
    expect([...reached].sort()).toEqual(Object.keys(fleetAlarms()).sort());
  });
});

/** Runs a tick whose lines are all that is told. */
async function tickOver(text: string): Promise<void> {
  put(text);
  world.fn.lines.length = 0;
  await world.tick();
}

type Dimension = { readonly Name: string; readonly Value: string };
type Stat = {
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
  readonly Statistic: 'Sum' | 'Maximum';
};

/** The alarms on what the function tells, by the ends of their names. */
function fleetAlarms(): Readonly<Record<string, Record<string, never>>> {
  const found = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([, alarm]) =>
    JSON.stringify(alarm).includes('"Namespace":"PolicySync"'),
  );
  return Object.fromEntries(
    found.map(([id, { Properties }]) => [
      id.replace(/^PolicySync/, '').replace(/[0-9A-F]{8}$/, ''),
      Properties,
    ]),
  );
}

/** The alarms that what was told would ring, each metric taken as one period. */
function ringing(): readonly string[] {
  return Object.entries(fleetAlarms()).flatMap(([name, alarm]) => (isBreached(alarm) ? [name] : []));
}

function isBreached(alarm: Readonly<Record<string, never>>): boolean {
  const { Metrics, Threshold, ComparisonOperator, TreatMissingData } = alarm as unknown as Alarm;
  const value = Metrics ? shareOf(Metrics) : told(alarm as unknown as Stat);
  if (value === undefined || Number.isNaN(value)) return TreatMissingData === 'breaching';
  return ComparisonOperator === 'LessThanThreshold' ? value < Threshold : value > Threshold;
}

type Alarm = {
  readonly Metrics?: readonly MetricQuery[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
};
type MetricQuery = {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: Omit<Stat, 'Statistic'>; readonly Stat: Stat['Statistic'] };
};

/** What CloudWatch makes of the one expression that we have. */
function shareOf(queries: readonly MetricQuery[]): number | undefined {
  const values = Object.fromEntries(
    queries.flatMap(({ Id, MetricStat }) =>
      MetricStat ? [[Id, told({ ...MetricStat.Metric, Statistic: MetricStat.Stat })]] : [],
    ),
  );
  expect(queries.find(({ Expression }) => Expression)?.Expression).toBe(
    '100 * failed / (written + unchanged + failed + skipped)',
  );
  const { failed, written, unchanged, skipped } = values;
  if ([failed, written, unchanged, skipped].includes(undefined)) return undefined;
  const all = Number(written) + Number(unchanged) + Number(failed) + Number(skipped);
  return all === 0 ? undefined : (100 * Number(failed)) / all;
}

/** A statistic over all lines that tell this metric by exactly these dimensions. */
function told({ MetricName, Dimensions, Statistic }: Stat): number | undefined {
  const names = Dimensions.map(({ Name }) => Name).sort();
  const values = world.log().flatMap((line) => {
    const embedded = line._aws as Embedded | undefined;
    const tells = (embedded?.CloudWatchMetrics ?? []).some(
      (each) =>
        each.Namespace === 'PolicySync' &&
        each.Metrics.some(({ Name }) => Name === MetricName) &&
        each.Dimensions.some((set) => JSON.stringify([...set].sort()) === JSON.stringify(names)) &&
        Dimensions.every(({ Name, Value }) => line[Name] === Value),
    );
    return tells ? [Number(line[MetricName])] : [];
  });
  if (values.length === 0) return undefined;
  return Statistic === 'Maximum' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

type Embedded = {
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
};
