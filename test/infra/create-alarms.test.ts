import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { onlyId, onlyProperties, refTo, synthesize } from './synthesize.ts';

const { template } = synthesize();
const mailed = synthesize({ alarmEmail: 'platform@acme.com', tick: 'rate(3 days)', paused: true }).template;
const quick = synthesize({ tick: Duration.minutes(90) }).template;

const service = [{ Name: 'service', Value: 'policy-sync' }];
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
          { Name: 'QueueName', Value: { 'Fn::GetAtt': [onlyId(template, 'AWS::SQS::Queue'), 'QueueName'] } },
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
      const span = Properties.Period * Properties.EvaluationPeriods;
      expect(span).toBeLessThanOrEqual(Properties.Period < 3600 ? 86_400 : 7 * 86_400);
    }
  });

  it('are never silent, while paused neither: a paused deployment still ticks', () => {
    const alarms = Object.values(mailed.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.filter(({ Properties }) => Properties.ActionsEnabled === false)).toEqual([]);
  });
});

describe('an e-mail address', () => {
  it('gets every alarm', () => {
    const topic = refTo(mailed, 'AWS::SNS::Topic');
    expect(onlyProperties(mailed, 'AWS::SNS::Subscription')).toEqual({
      Protocol: 'email',
      Endpoint: 'platform@acme.com',
      TopicArn: topic,
    });
    const alarms = Object.values(mailed.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }) => Properties.AlarmActions)).toEqual(Array(6).fill([topic]));
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
  ])('shows %s over all policies, its %s an hour', (metric, stat) => {
    const shown = metricsShown(template).filter(([, name]) => name === metric);
    expect(shown).toEqual([['PolicySync', metric, 'service', 'policy-sync', { period: 3600, stat }]]);
  });

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
  const { AlarmActions, ...alarm } = alarms[0]?.Properties ?? {};
  return alarm;
}
