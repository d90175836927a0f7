import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type FleetMetric, METRICS_NAMESPACE, SERVICE_NAME } from '../functions/model/metrics.ts';

/** The metrics of one deployment. */
export type FleetMetrics = (metricName: FleetMetric, period: Duration) => Metric;

/** The sum of a count over a period, of one deployment: others in the account and region have their own. */
export function fleetMetrics(deployment: string): FleetMetrics {
  return (metricName, period) =>
    new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service: SERVICE_NAME, Deployment: deployment },
      statistic: 'Sum',
      period,
    });
}
