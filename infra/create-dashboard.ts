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
import { fleetMetric } from './fleet-metric.ts';

/** One page: is all well, what was done to the fleet, how the function does. */
export function createDashboard(
  scope: Construct,
  shown: { readonly target: LambdaFunction; readonly lost: Queue; readonly alarms: readonly Alarm[] },
): Dashboard {
  const { target, lost, alarms } = shown;
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(7),
    widgets: [
      [new AlarmStatusWidget({ title: 'Is all well?', alarms: [...alarms], width: 24, height: 3 })],
      [
        graph('Portals', [
          fleetMetric('UnchangedPortals', HOUR),
          fleetMetric('WrittenPortals', HOUR),
          fleetMetric('FailedPortals', HOUR),
          fleetMetric('SkippedPortals', HOUR),
        ]),
        graph('Invalid policies, completed ticks', [
          fleetMetric('InvalidPolicies', HOUR),
          fleetMetric('TickCompleted', HOUR),
        ]),
        graph('Without a backup, a policy or a key', [
          fleetMetric('UnprotectedPortals', HOUR),
          // Each tick tells these of the whole fleet: a sum would count it again with every tick of the hour.
          fleetMetric('UngovernedKeys', HOUR).with({ statistic: 'Maximum' }),
          fleetMetric('PortalsWithoutKey', HOUR).with({ statistic: 'Maximum' }),
        ]),
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

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}
