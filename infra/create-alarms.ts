import { Duration } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { fleetMetric } from './fleet-metric.ts';
import type { Settings } from './settings.ts';

/** One alarm for each thing that somebody has to look at. They tell `topic`, if there is one. */
export function createAlarms(
  scope: Construct,
  settings: Settings,
  watched: { readonly target: LambdaFunction; readonly lost: Queue; readonly topic: ITopic | undefined },
): readonly Alarm[] {
  const { target, lost, topic } = watched;
  const soon = Duration.minutes(5);
  const alarms = [
    new Alarm(scope, 'RunFailed', {
      alarmDescription:
        'A run of policy-sync itself failed: a policy, a key or a report could not be read or written, or it was cut short. Look at the log of the function.',
      metric: target.metricErrors({ period: soon }),
      evaluationPeriods: 1,
      ...anyIsTooMuch,
    }),
    new Alarm(scope, 'EventLost', {
      alarmDescription:
        'Events that policy-sync could not handle wait in its queue. The next tick does their work; the messages say why. Delete them when that is understood.',
      metric: lost.metricApproximateNumberOfMessagesVisible({ period: soon, statistic: 'Maximum' }),
      evaluationPeriods: 1,
      ...anyIsTooMuch,
    }),
    new Alarm(scope, 'PortalsFailed', {
      alarmDescription:
        'At least one portal could not be brought to its policy within the last tick. Look at latest.json of the policy under reports/.',
      metric: fleetMetric('FailedPortals', HOUR),
      ...sinceLastTick(settings.tick),
      ...anyIsTooMuch,
    }),
    new Alarm(scope, 'PortalsUnprotected', {
      alarmDescription:
        'At the last tick at least one portal had no backup to restore from where there should be one, or nobody could tell. Look at the verdicts in latest.json of the policy under reports/.',
      metric: fleetMetric('UnprotectedPortals', HOUR),
      ...sinceLastTick(settings.tick),
      ...anyIsTooMuch,
    }),
    new Alarm(scope, 'PoliciesInvalid', {
      alarmDescription:
        'At least one policy has errors, and nothing is done for it. Look at latest.json of the policy under reports/, or validate the file.',
      metric: fleetMetric('InvalidPolicies', HOUR),
      ...sinceLastTick(settings.tick),
      ...anyIsTooMuch,
    }),
    createTickAlarm(scope, settings),
  ];
  if (topic !== undefined) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  return alarms;
}

// --- internal ---

const HOUR = Duration.hours(1);

const anyIsTooMuch = {
  threshold: 0,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/**
 * One bad hour in the time that a whole tick takes: an alarm stays until a tick went by without, instead of going
 * off and on with every run. Whole hours, because shorter periods may span a day at most, and these seven days.
 */
function sinceLastTick(tick: Duration): Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm'> {
  return { evaluationPeriods: wholeHours(tick.toMinutes()) + 1, datapointsToAlarm: 1 };
}

/** Two ticks, and an hour for the second to end (or to be delivered late). */
function createTickAlarm(scope: Construct, { tick }: Settings): Alarm {
  const hours = wholeHours(2 * tick.toMinutes()) + 1;
  return new Alarm(scope, 'TickMissing', {
    alarmDescription:
      'No tick of policy-sync ended for longer than two of them should take: drift is not looked for. Look at the schedule, the queue and the log of the function. Right after the first deployment it is red until the first tick has ended.',
    metric: fleetMetric('TickCompleted', HOUR),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: hours,
    datapointsToAlarm: hours,
    treatMissingData: TreatMissingData.BREACHING,
  });
}

function wholeHours(minutes: number): number {
  return Math.ceil(minutes / 60);
}
