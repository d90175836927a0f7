import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { VERDICT_METRICS } from '../functions/model/metrics.ts';
import { failedPercent } from './failed-percent.ts';
import type { FleetMetrics } from './fleet-metric.ts';

/** One page: is all well, what was done to the fleet, how the function does. */
export function createDashboard(
  scope: Construct,
  shown: {
    readonly target: LambdaFunction;
    readonly lost: Queue;
    readonly fleet: FleetMetrics;
    readonly tick: Duration;
    readonly alarms: readonly Alarm[];
  },
): Dashboard {
  const { target, lost, fleet, alarms, tick } = shown;
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(7),
    widgets: [
      [new AlarmStatusWidget({ title: 'Is all well?', alarms: [...alarms], width: 24, height: 3 })],
      [verdictGraph(fleet, tick)],
      [
        graph('Portals', [
          fleet('UnchangedPortals', HOUR),
          fleet('WrittenPortals', HOUR),
          fleet('FailedPortals', HOUR),
          fleet('SkippedPortals', HOUR),
        ]),
        graph('Waits for a person, or is only told', [
          fleet('HeldPortals', HOUR),
          fleet('PlannedPortals', HOUR),
          fleet('InvalidPolicies', HOUR),
        ]),
        graph('Without a backup, a policy or a key', [
          fleet('UnprotectedPortals', HOUR),
          // Each tick tells these of the whole fleet: a sum would count it again with every tick of the hour.
          fleet('UngovernedKeys', HOUR).with({ statistic: 'Maximum' }),
          fleet('NewUngovernedKeys', HOUR),
          fleet('PortalsWithoutKey', HOUR).with({ statistic: 'Maximum' }),
        ]),
      ],
      [
        graph('Completed ticks', [fleet('TickCompleted', HOUR)]),
        graph('Longest not looked at (hours)', [
          fleet('OldestReportHours', HOUR).with({ statistic: 'Maximum' }),
        ]),
        graph('Failed, of all in an hour (percent)', [failedPercent(fleet, HOUR)]),
      ],
      [
        graph('Runs', [target.metricInvocations({ period: HOUR }), target.metricErrors({ period: HOUR })]),
        graph('Longest run (ms)', [target.metricDuration({ period: HOUR, statistic: 'Maximum' })]),
        graph('Lost events', [
          lost.metricApproximateNumberOfMessagesVisible({ period: HOUR, statistic: 'Maximum' }),
        ]),
      ],
    ],
  });
}

// --- internal ---

const HOUR = Duration.hours(1);

/**
 * How the fleet is protected: told of all portals when a tick ends, so that the highest of a period is all of them, also
 * where there were two ticks in it.
 */
function verdictGraph(fleet: FleetMetrics, tick: Duration): GraphWidget {
  const minutes = Math.min(Math.max(tick.toMinutes(), 1), 24 * 60);
  const statistic = 'Maximum';
  const left = SHOWN_VERDICTS.map(([verdict, label, color]) =>
    fleet(VERDICT_METRICS[verdict], Duration.minutes(minutes)).with({ statistic, label, color }),
  );
  return new GraphWidget({
    title: 'Portals by verdict, when a tick ends',
    left,
    stacked: true,
    width: 24,
    leftYAxis: { min: 0 },
  });
}

const SHOWN_VERDICTS = [
  ['proven', 'proven', '#2ca02c'],
  ['never', 'never: the first backup is yet to come', '#98df8a'],
  ['retired', 'retired', '#c7c7c7'],
  ['unasked', 'not asked', '#7f7f7f'],
  ['unknown', 'unknown', '#bcbd22'],
  ['late', 'late', '#ff7f0e'],
  ['claimed', 'claimed', '#d62728'],
  ['unprotected', 'unprotected', '#8c1515'],
] as const;

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}
