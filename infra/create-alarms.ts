import { Duration } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { FleetMetric } from '../functions/model/metrics.ts';
import { type AlarmThresholds, twoTicks, wholeHours } from './alarm-thresholds.ts';
import { failedPercent } from './failed-percent.ts';
import type { FleetMetrics } from './fleet-metric.ts';
import type { Settings } from './settings.ts';

export type Watched = {
  readonly target: LambdaFunction;
  readonly lost: Queue;
  readonly fleet: FleetMetrics;
  readonly topic: ITopic | undefined;
};

/**
 * One alarm for each thing that somebody has to look at, but those that are switched off. They tell `topic`, if there is
 * one, when they begin and when they end. What each means and what to do stands in docs/operations.md.
 */
export function createAlarms(
  scope: Construct,
  settings: Settings,
  { target, lost, fleet, topic }: Watched,
): readonly Alarm[] {
  const alarms = [
    ...createRunAlarms(scope, target, lost),
    ...createCountAlarms(scope, settings, fleet),
    ...createShareAlarm(scope, settings, fleet),
    ...createTickAlarms(scope, settings, fleet),
  ];
  if (topic !== undefined) {
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
  return alarms;
}

// --- internal ---

const HOUR = Duration.hours(1);

const aboveNumber = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

function createRunAlarms(scope: Construct, target: LambdaFunction, lost: Queue): Alarm[] {
  const period = Duration.minutes(5);
  return [
    new Alarm(scope, 'RunFailed', {
      alarmDescription:
        'A run of policy-sync itself failed: a policy, a key or a report could not be read or written, or it was cut short. Look at the log of the function.',
      metric: target.metricErrors({ period }),
      evaluationPeriods: 1,
      threshold: 0,
      ...aboveNumber,
    }),
    new Alarm(scope, 'EventLost', {
      alarmDescription:
        'Events that policy-sync could not handle wait in its queue. The next tick does their work; the messages say why. Delete them when that is understood.',
      metric: lost.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      evaluationPeriods: 1,
      threshold: 0,
      ...aboveNumber,
    }),
  ];
}

/** Alarm, metric, setting, and what it says. */
const COUNTED: readonly (readonly [string, FleetMetric, keyof AlarmThresholds, string])[] = [
  [
    'PortalsFailed',
    'FailedPortals',
    'failed',
    'Portals could not be brought to their policy within the last tick. Look at latest.json of the policy under reports/.',
  ],
  [
    'PortalsHeld',
    'HeldPortals',
    'held',
    'Changes wait for a person: a guard, a contest, a conflict, or a write that would harm. Look at the portals with held in latest.json of the policy under reports/.',
  ],
  [
    'PortalsPlanned',
    'PlannedPortals',
    'planned',
    'Portals differ from their policy and are not written: mode detect, or a pause. Look at latest.json of the policy under reports/.',
  ],
  [
    'PortalsUnprotected',
    'UnprotectedPortals',
    'unprotected',
    'At the last tick portals had no backup to restore from where there should be one, or nobody could tell. Look at the verdicts in latest.json of the policy under reports/.',
  ],
  [
    'PoliciesInvalid',
    'InvalidPolicies',
    'invalid',
    'Policies have errors, and nothing new is done for them. Look at latest.json of the policy under reports/, or validate the file.',
  ],
  [
    'KeysUngoverned',
    'NewUngovernedKeys',
    'newUngoverned',
    'Since the last tick keys have come that no policy names: their portals are looked after by nobody. Look at ungoverned in the reports.',
  ],
];

function createCountAlarms(scope: Construct, { alarms, tick }: Settings, fleet: FleetMetrics): Alarm[] {
  return COUNTED.flatMap(([name, metric, setting, alarmDescription]) => {
    const threshold = alarms[setting];
    if (threshold === null) return [];
    const { period, ...periods } = sinceLastTick(tick);
    const alarm = { alarmDescription, metric: fleet(metric, period), threshold };
    return [new Alarm(scope, name, { ...alarm, ...periods, ...aboveNumber })];
  });
}

/**
 * One bad hour in the time that a whole tick takes: an alarm stays until a tick went by without, instead of going
 * off and on with every run. Hours, because shorter periods may span a day at most, and these seven days; the time of a
 * tick, where that is shorter: two of them in one period would count each portal twice.
 */
function sinceLastTick(
  tick: Duration,
): Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm'> & { readonly period: Duration } {
  const period = tick.toMinutes() < 60 ? tick : HOUR;
  return {
    period,
    evaluationPeriods: Math.ceil(tick.toMinutes() / period.toMinutes()) + 1,
    datapointsToAlarm: 1,
  };
}

function createShareAlarm(scope: Construct, { alarms, tick }: Settings, fleet: FleetMetrics): Alarm[] {
  if (alarms.failedPercent === null) return [];
  // A whole tick is always in it, however late: what an upload alone did is no share of the fleet.
  const period = Duration.hours(wholeHours(tick.toMinutes()) + 1);
  const alarm = new Alarm(scope, 'ShareFailed', {
    alarmDescription:
      'Of all portals that were treated in the time of a tick, more failed than may. Look for what they have in common: a network, a plan, a key that many share.',
    metric: failedPercent(fleet, period),
    evaluationPeriods: 1,
    threshold: alarms.failedPercent,
    ...aboveNumber,
  });
  return [alarm];
}

function createTickAlarms(scope: Construct, { alarms, tick }: Settings, fleet: FleetMetrics): Alarm[] {
  const hours = twoTicks(tick);
  const missing = new Alarm(scope, 'TickMissing', {
    alarmDescription:
      'No tick of policy-sync ended for longer than two of them should take: drift is not looked for. Look at the schedule, the queue and the log of the function. Right after the first deployment it is red until the first tick has ended.',
    metric: fleet('TickCompleted', HOUR),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: hours,
    datapointsToAlarm: hours,
    treatMissingData: TreatMissingData.BREACHING,
  });
  if (alarms.oldestReportHours === null) return [missing];
  const oldest = new Alarm(scope, 'ReportOld', {
    alarmDescription:
      'A policy was not looked at for longer than two ticks should take, or no tick says how long. Look at latest.json of the policies under reports/ for the oldest, and at the log of the function.',
    // One period over two ticks: it rings as soon as one of them tells too much, and where none tells anything.
    metric: fleet('OldestReportHours', Duration.hours(hours)).with({ statistic: 'Maximum' }),
    threshold: alarms.oldestReportHours,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.BREACHING,
  });
  return [missing, oldest];
}
