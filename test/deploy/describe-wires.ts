import { describe, expect, it } from 'vitest';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { DELIVERY_RETRIES, MAX_EVENT_AGE, RUN_RETRIES } from '../../infra/delivery.ts';
import type { DeployedWorld } from './deployed-world.ts';
import { LAMBDA_NODE_MAJOR } from './lambda-node.ts';
import type { SignedCall } from './signed-call.ts';
import type { StackHandle } from './stack-handle.ts';

/** What is connected to what, as the services themselves tell it. */
export function describeWires(world: () => DeployedWorld): void {
  const ask = async <T>(call: SignedCall): Promise<T> => (await world().call(call)).body as T;
  const functionArn = async (): Promise<string> => (await describeFunction(world())).FunctionArn;
  const queueArn = async (): Promise<string> => {
    const { Attributes } = await ask<{ Attributes: { QueueArn: string } }>({
      service: 'sqs',
      target: 'AmazonSQS.GetQueueAttributes',
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: { QueueUrl: world().outputs.Queue, AttributeNames: ['QueueArn'] },
    });
    return Attributes.QueueArn;
  };

  describe('the wires', () => {
    it('deploys one bundle for the Node.js that it is tested on', async () => {
      const { Runtime, Architectures, CodeSize } = await describeFunction(world());
      expect({ Runtime, Architectures }).toEqual({
        Runtime: `nodejs${LAMBDA_NODE_MAJOR}.x`,
        Architectures: ['arm64'],
      });
      world().figures.set('bundle, zipped (bytes)', CodeSize);
    });

    it('hands uploads to the function, and what it can’t hand over to the queue', async () => {
      const { Name } = await uploadsRule(world());
      const { Targets } = await ask<{ Targets: Target[] }>({
        service: 'events',
        target: 'AWSEvents.ListTargetsByRule',
        body: { Rule: Name },
      });
      expect(Targets).toMatchObject([
        {
          Arn: await functionArn(),
          DeadLetterConfig: { Arn: await queueArn() },
          RetryPolicy: {
            MaximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
            MaximumRetryAttempts: DELIVERY_RETRIES,
          },
        },
      ]);
    });

    it('hands ticks to the function, and what it can’t hand over to the queue', async () => {
      const { Target, State } = await describeTick(world());
      expect(State).toBe('ENABLED');
      expect(Target).toMatchObject({
        Arn: await functionArn(),
        DeadLetterConfig: { Arn: await queueArn() },
        Input: JSON.stringify(TICK_EVENT),
      });
    });

    it('sends runs that failed to the end to the queue', async () => {
      const config = await ask<object>({
        service: 'lambda',
        method: 'GET',
        path: `/2019-09-25/functions/${world().outputs.FunctionName}/event-invoke-config?Qualifier=%24LATEST`,
      });
      expect(config).toMatchObject({
        MaximumRetryAttempts: RUN_RETRIES,
        MaximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
        DestinationConfig: { OnFailure: { Destination: await queueArn() } },
      });
    });
  });
}

/** Alarms and log against each other: an alarm on a metric that nobody tells would stay silent for ever. */
export function describeAlarms(world: () => DeployedWorld, stack: StackHandle): void {
  describe('the alarms', () => {
    it('look at metrics that the function tells, by the same dimensions', async () => {
      const { body } = await world().call({
        service: 'monitoring',
        target: 'GraniteServiceVersion20100801.DescribeAlarms',
        headers: { 'content-type': 'application/x-amz-json-1.0' },
      });
      const { MetricAlarms } = body as { MetricAlarms: MetricAlarm[] };
      const watched = MetricAlarms.filter(({ Namespace }) => Namespace === 'PolicySync');
      expect(watched.map(({ MetricName }) => MetricName).sort()).toEqual([
        'FailedPortals',
        'HeldPortals',
        'InvalidPolicies',
        'NewUngovernedKeys',
        'OldestReportHours',
        'TickCompleted',
        'UnprotectedPortals',
      ]);
      for (const { MetricName, Dimensions } of watched) {
        await stack.logged(`${MetricName} by ${JSON.stringify(Dimensions)} alone`, (lines) =>
          lines.find((line) => tells(line, MetricName, Dimensions)),
        );
      }
    });
  });
}

export type FunctionConfiguration = {
  readonly FunctionArn: string;
  readonly Role: string;
  readonly LoggingConfig: { readonly LogGroup: string };
  readonly Runtime: string;
  readonly Architectures: readonly string[];
  readonly CodeSize: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
};

export async function describeFunction({ call, outputs }: DeployedWorld): Promise<FunctionConfiguration> {
  const path = `/2015-03-31/functions/${outputs.FunctionName}/configuration`;
  return (await call({ service: 'lambda', method: 'GET', path })).body as FunctionConfiguration;
}

/** The only rule of the account. */
export async function uploadsRule({ call }: DeployedWorld): Promise<{ readonly Name: string }> {
  const { body } = await call({ service: 'events', target: 'AWSEvents.ListRules' });
  const { Rules } = body as { Rules: { Name: string }[] };
  return only(Rules);
}

export type Tick = {
  readonly ScheduleExpression: string;
  readonly State: string;
  readonly Target: { readonly Input: string };
};

/** The only schedule of the account. */
export async function describeTick({ call }: DeployedWorld): Promise<Tick> {
  const list = await call({ service: 'scheduler', method: 'GET', path: '/schedules' });
  const { Name } = only((list.body as { Schedules: { Name: string }[] }).Schedules);
  return (await call({ service: 'scheduler', method: 'GET', path: `/schedules/${Name}` })).body as Tick;
}

// --- internal ---

type Target = { readonly Arn: string };

type Dimension = { readonly Name: string; readonly Value: string };

type MetricAlarm = {
  readonly Namespace?: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
};

type EmbeddedMetrics = {
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
};

/** Whether a line in embedded metric format tells a metric by exactly these dimensions. */
function tells(
  line: Readonly<Record<string, unknown>>,
  metric: string,
  dimensions: readonly Dimension[],
): boolean {
  const embedded = line._aws as EmbeddedMetrics | undefined;
  const names = dimensions.map(({ Name }) => Name).sort();
  return (embedded?.CloudWatchMetrics ?? []).some(
    ({ Namespace, Dimensions, Metrics }) =>
      Namespace === 'PolicySync' &&
      Metrics.some(({ Name }) => Name === metric) &&
      Dimensions.some((set) => JSON.stringify([...set].sort()) === JSON.stringify(names)) &&
      dimensions.every(({ Name, Value }) => line[Name] === Value),
  );
}

function only<T>(list: readonly T[]): T {
  const [first, ...more] = list;
  if (first === undefined || more.length > 0) throw new Error(`${list.length} of them, not one`);
  return first;
}
