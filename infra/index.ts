/** What the package gives to a CDK app: the one file whose names others import. */
export type { GuardName } from '../functions/model/guard.ts';
export type { FleetMetric } from '../functions/model/metrics.ts';
export type { AlarmThresholds } from './alarm-thresholds.ts';
export type { KeyProps } from './key-props.ts';
export type { MessageSettings } from './messages-setting.ts';
export { PolicySync } from './policy-sync.ts';
export type { PolicySyncProps } from './policy-sync-props.ts';
export { type Settings, SettingsError } from './settings.ts';
export type { JoinedVpc, VpcProps } from './vpc-props.ts';
export type { WatchProps } from './watch-props.ts';
