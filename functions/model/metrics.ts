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

/** Portals by their verdict, as the last reports have it when a tick ends; all of them together are all portals. */
export const VERDICT_METRICS = {
  proven: 'ProvenVerdicts',
  never: 'NeverVerdicts',
  late: 'LateVerdicts',
  claimed: 'ClaimedVerdicts',
  unprotected: 'UnprotectedVerdicts',
  unknown: 'UnknownVerdicts',
  retired: 'RetiredVerdicts',
  unasked: 'UnaskedVerdicts',
} as const;

/** Counts over all policies. */
export type FleetMetric =
  | PolicyMetric
  | (typeof VERDICT_METRICS)[keyof typeof VERDICT_METRICS]
  | 'UngovernedKeys'
  | 'PortalsWithoutKey'
  | 'NewUngovernedKeys'
  | 'OldestReportHours'
  | 'TickCompleted';
