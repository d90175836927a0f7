import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { idOf, onlyProperties, refTo, synthesize } from './synthesize.ts';

const { template } = synthesize();
const mailed = synthesize({ alarmEmail: 'platform@acme.com', tick: 'rate(3 days)', paused: true }).template;
const quick = synthesize({ tick: Duration.minutes(90) }).template;

const service = [
  { Name: 'Deployment', Value: 'PolicySync' },
  { Name: 'service', Value: 'policy-sync' },
];
const tooMany = {
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  TreatMissingData: 'notBreaching',
};

describe('an alarm', () => {
  it.each([
    [
      'a run that failed',
      'Errors',
      {
        Namespace: 'AWS/Lambda',
        Dimensions: [{ Name: 'FunctionName', Value: refTo(template, 'AWS::Lambda::Function') }],
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        ...tooMany,
      },
    ],
    [
      'an event that was lost',
      'ApproximateNumberOfMessagesVisible',
      {
        Namespace: 'AWS/SQS',
        Dimensions: [
          {
            Name: 'QueueName',
            Value: { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'Lost'), 'QueueName'] },
          },
        ],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        ...tooMany,
      },
    ],
    ['a portal that failed', 'FailedPortals', fleetAlarm(7)],
    ['a portal without a backup to restore from', 'UnprotectedPortals', fleetAlarm(7)],
    ['an invalid policy', 'InvalidPolicies', fleetAlarm(7)],
    ['a change that waits for a person', 'HeldPortals', fleetAlarm(7)],
    ['a new key that no policy names', 'NewUngovernedKeys', fleetAlarm(7)],
    [
      'a policy that was not looked at, or no word of how long',
      'OldestReportHours',
      {
        Namespace: 'PolicySync',
        Dimensions: service,
        Statistic: 'Maximum',
        Period: 13 * 3600,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 13,
        TreatMissingData: 'breaching',
      },
    ],
    [
      'two ticks that did not run',
      'TickCompleted',
      {
        Namespace: 'PolicySync',
        Dimensions: service,
        Statistic: 'Sum',
        Period: 3600,
        EvaluationPeriods: 13,
        DatapointsToAlarm: 13,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      },
    ],
  ])('watches for %s', (_, metric, alarm) => {
    expect(alarmOf(template, metric)).toEqual({
      AlarmDescription: expect.any(String),
      MetricName: metric,
      ...alarm,
    });
  });

  it('watches for the share of portals that failed, over all policies of a tick', () => {
    expect(shareAlarm(template)).toEqual({
      AlarmDescription: expect.any(String),
      Metrics: expect.arrayContaining([
        expect.objectContaining({
          Expression: '100 * failed / (written + unchanged + failed + skipped)',
          ReturnData: true,
        }),
        ...Object.entries({
          failed: 'FailedPortals',
          written: 'WrittenPortals',
          unchanged: 'UnchangedPortals',
          skipped: 'SkippedPortals',
        }).map(([Id, MetricName]) => ({
          Id,
          ReturnData: false,
          MetricStat: {
            Metric: { Namespace: 'PolicySync', MetricName, Dimensions: service },
            // The time of a tick, and an hour: one tick is always in it.
            Period: 7 * 3600,
            Stat: 'Sum',
          },
        })),
      ]),
      EvaluationPeriods: 1,
      ...tooMany,
      Threshold: 5,
    });
  });

  it('has the threshold that was asked for, and is not there where none is wanted', () => {
    const alarms = {
      failed: 10,
      failedPercent: 2.5,
      held: null,
      planned: 0,
      unprotected: 3,
      invalid: null,
      newUngoverned: 5,
      oldestReportHours: 30,
    };
    const { template: own } = synthesize({ alarms });
    expect(shareAlarm(own)).toMatchObject({ Threshold: 2.5 });
    expect(
      Object.fromEntries(
        Object.values(own.findResources('AWS::CloudWatch::Alarm')).flatMap(({ Properties }) =>
          Properties.Namespace === 'PolicySync' ? [[Properties.MetricName, Properties.Threshold]] : [],
        ),
      ),
    ).toEqual({
      FailedPortals: 10,
      PlannedPortals: 0,
      UnprotectedPortals: 3,
      NewUngovernedKeys: 5,
      TickCompleted: 1,
      OldestReportHours: 30,
    });
    const none = Object.fromEntries(Object.keys(alarms).map((name) => [name, null]));
    synthesize({ alarms: none }).template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
  });

  it('counts no portal twice where ticks come more often than every hour', () => {
    const often = synthesize({ tick: 'rate(15 minutes)' }).template;
    expect(alarmOf(often, 'FailedPortals')).toMatchObject({ Period: 900, EvaluationPeriods: 2 });
  });

  it.each([
    ['90 minutes', quick, 3, 4],
    ['6 hours', template, 7, 13],
    ['3 days', mailed, 73, 145],
  ])('waits for a whole tick of %s, and for two where none ran', (_, each, one, two) => {
    expect(alarmOf(each, 'FailedPortals')).toMatchObject({ EvaluationPeriods: one, DatapointsToAlarm: 1 });
    expect(alarmOf(each, 'UnprotectedPortals')).toMatchObject({
      EvaluationPeriods: one,
      DatapointsToAlarm: 1,
    });
    expect(alarmOf(each, 'InvalidPolicies')).toMatchObject({ EvaluationPeriods: one, DatapointsToAlarm: 1 });
    expect(alarmOf(each, 'TickCompleted')).toMatchObject({ EvaluationPeriods: two, DatapointsToAlarm: two });
  });

  it.each([
    ['6 hours', template],
    ['90 minutes', quick],
    ['3 days, the longest', mailed],
  ])('looks back no further than CloudWatch allows, at a tick of %s', (_, each) => {
    for (const { Properties } of Object.values(each.findResources('AWS::CloudWatch::Alarm'))) {
      const period = Properties.Period ?? Properties.Metrics[1].MetricStat.Period;
      const span = period * Properties.EvaluationPeriods;
      expect(span).toBeLessThanOrEqual(period < 3600 ? 86_400 : 7 * 86_400);
    }
  });

  it('are never silent, while paused neither: a paused deployment still ticks', () => {
    const alarms = Object.values(mailed.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.filter(({ Properties }) => Properties.ActionsEnabled === false)).toEqual([]);
  });
});

describe('an e-mail address', () => {
  it('gets every alarm, when it begins and when it ends', () => {
    const topic = refTo(mailed, 'AWS::SNS::Topic');
    expect(onlyProperties(mailed, 'AWS::SNS::Subscription')).toEqual({
      Protocol: 'email',
      Endpoint: 'platform@acme.com',
      TopicArn: topic,
    });
    const alarms = Object.values(mailed.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }) => Properties.AlarmActions)).toEqual(Array(10).fill([topic]));
    expect(alarms.map(({ Properties }) => Properties.OKActions)).toEqual(Array(10).fill([topic]));
  });

  it('is reached through a topic that takes TLS alone', () => {
    const policy = JSON.stringify(onlyProperties(mailed, 'AWS::SNS::TopicPolicy'));
    expect(policy).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
  });

  it('is the only reason for a topic', () => {
    template.resourceCountIs('AWS::SNS::Topic', 0);
    template.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});

describe('the dashboard', () => {
  const body = JSON.stringify(onlyProperties(template, 'AWS::CloudWatch::Dashboard'));

  it.each([
    ['UnchangedPortals', 'Sum'],
    ['WrittenPortals', 'Sum'],
    ['FailedPortals', 'Sum'],
    ['SkippedPortals', 'Sum'],
    ['InvalidPolicies', 'Sum'],
    ['TickCompleted', 'Sum'],
    ['UnprotectedPortals', 'Sum'],
    ['UngovernedKeys', 'Maximum'],
    ['PortalsWithoutKey', 'Maximum'],
    ['HeldPortals', 'Sum'],
    ['PlannedPortals', 'Sum'],
    ['NewUngovernedKeys', 'Sum'],
    ['OldestReportHours', 'Maximum'],
  ])('shows %s over all policies, its %s an hour', (metric, stat) => {
    const shown = metricsShown(template).filter(([, name]) => name === metric);
    const dimensions = ['Deployment', 'PolicySync', 'service', 'policy-sync'];
    expect(shown[0]).toEqual(['PolicySync', metric, ...dimensions, { period: 3600, stat }]);
  });

  it.each(['Proven', 'Never', 'Late', 'Claimed', 'Unprotected', 'Unknown', 'Retired', 'Unasked'])(
    'shows the portals that are %s when a tick ends: all of them in the time of a tick',
    (verdict) => {
      const [shown] = metricsShown(template).filter(([, name]) => name === `${verdict}Verdicts`);
      expect(shown?.at(-1)).toMatchObject({ period: 6 * 3600, stat: 'Maximum' });
    },
  );

  it('shows every alarm', () => {
    for (const id of Object.keys(template.findResources('AWS::CloudWatch::Alarm')))
      expect(body).toContain(id);
  });
});

/** The metrics of all graphs, as CloudWatch writes them: namespace, name, dimensions, options. */
function metricsShown(each: Template): readonly (readonly unknown[])[] {
  const { DashboardBody } = onlyProperties(each, 'AWS::CloudWatch::Dashboard') as {
    DashboardBody: { 'Fn::Join': [string, readonly unknown[]] };
  };
  const [separator, parts] = DashboardBody['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'later')).join(separator);
  const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  return widgets.flatMap(({ properties }) => properties.metrics ?? []);
}

function fleetAlarm(hours: number): object {
  return {
    Namespace: 'PolicySync',
    Dimensions: service,
    Statistic: 'Sum',
    Period: 3600,
    EvaluationPeriods: hours,
    DatapointsToAlarm: 1,
    ...tooMany,
  };
}

function alarmOf(each: Template, metric: string): object {
  const alarms = Object.values(
    each.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: metric } }),
  );
  if (alarms.length !== 1) throw new Error(`${alarms.length} alarms for ${metric}`);
  const { AlarmActions, OKActions, ...alarm } = alarms[0]?.Properties ?? {};
  return alarm;
}

function shareAlarm(each: Template): object {
  const [alarm] = Object.values(each.findResources('AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties.Metrics !== undefined,
  );
  return alarm?.Properties;
}
