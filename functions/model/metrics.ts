/** What metrics stand under, for the function that writes them and for the alarms that read them. */
export const METRICS_NAMESPACE = 'PolicySync';
export const SERVICE_NAME = 'policy-sync';

/** Counts of one policy's run: written for the policy, and added up over all policies. */
export type PolicyMetric =
  | 'WrittenPortals'
  | 'UnchangedPortals'
  | 'FailedPortals'
  | 'SkippedPortals'
  | 'HeldPortals'
  | 'PlannedPortals'
  | 'InvalidPolicies'
  | 'UnprotectedPortals';

/** Counts over all policies. */
export type FleetMetric =
  | PolicyMetric
  | 'UngovernedKeys'
  | 'PortalsWithoutKey'
  | 'NewUngovernedKeys'
  | 'OldestReportHours'
  | 'TickCompleted';
