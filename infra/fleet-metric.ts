import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, SERVICE_NAME } from './function-environment.ts';

/** The counts that the function writes to its logs over all policies, in embedded metric format. */
export type FleetMetric =
  | 'WrittenPortals'
  | 'UnchangedPortals'
  | 'FailedPortals'
  | 'SkippedPortals'
  | 'InvalidPolicies'
  | 'UnprotectedPortals'
  | 'UngovernedKeys'
  | 'PortalsWithoutKey'
  | 'TickCompleted';

/** The sum of a count over `period`. */
export function fleetMetric(metricName: FleetMetric, period: Duration): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: SERVICE_NAME },
    statistic: 'Sum',
    period,
  });
}
