import type { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { FleetMetrics } from './fleet-metric.ts';

/**
 * Of the portals of all policies that were treated in a period, how many in a hundred failed. Where none was treated
 * there is no such number, and CloudWatch makes none.
 */
export function failedPercent(fleet: FleetMetrics, period: Duration): MathExpression {
  return new MathExpression({
    label: 'FailedPercent',
    expression: '100 * failed / (written + unchanged + failed + skipped)',
    usingMetrics: {
      failed: fleet('FailedPortals', period),
      written: fleet('WrittenPortals', period),
      unchanged: fleet('UnchangedPortals', period),
      skipped: fleet('SkippedPortals', period),
    },
    period,
  });
}
