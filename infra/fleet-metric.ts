import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type FleetMetric, METRICS_NAMESPACE, SERVICE_NAME } from '../functions/model/metrics.ts';

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
