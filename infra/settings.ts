import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type AlarmThresholds, defaultThresholds, readThresholds } from './alarm-thresholds.ts';
import { type MessageSettings, readMessages } from './messages-setting.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';
import { readCertificates } from './read-certificates.ts';
import { readFlag, readList, readNumber, readText } from './read-setting.ts';
import {
  checkAllowedHost,
  checkCidr,
  checkDeployment,
  checkDestination,
  checkEmail,
  checkSecretsPrefix,
  checkStackName,
  readApprovals,
  readConcurrency,
  readDays,
  readGuard,
  readHours,
  readRetention,
  readSeconds,
  readTeams,
  readTick,
} from './setting-rules.ts';
import { readBucket, readKmsKey, readVpc } from './thing-rules.ts';
import type { JoinedVpc, VpcProps } from './vpc-props.ts';

/** The settings as they are worked with: checked, and nothing is left to default. */
export type Settings = {
  /** Not given: the stack's name. */
  readonly deployment: string | undefined;
  readonly stackName: string | undefined;
  /** Its name, or the bucket of an app. */
  readonly existingBucket: string | IBucket | undefined;
  readonly secretsPrefix: string;
  /** Of the secrets. */
  readonly kmsKeys: readonly string[];
  readonly encryptionKey: string | undefined;
  readonly bucketKmsKey: string | undefined;
  readonly queueKmsKey: string | undefined;
  readonly topicKmsKey: string | undefined;
  readonly logKmsKey: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedDestinations: readonly string[];
  readonly allowedRanges: readonly string[];
  /** As it goes into the environment. */
  readonly guard: Readonly<Record<string, string | number>>;
  readonly graceHours: number;
  readonly tick: Duration;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly concurrency: number | 'auto';
  readonly perAddress: number;
  readonly runsAtOnce: number;
  readonly visibilitySeconds: number;
  readonly mostReceives: number;
  readonly logRetentionDays: number;
  readonly reportRetentionDays: number;
  readonly approvals: 'policy' | 'bucket';
  readonly alarms: AlarmThresholds;
  readonly messages: MessageSettings;
  readonly alarmEmail: string | undefined;
  readonly vpc: VpcProps | JoinedVpc | undefined;
  /** The certificates themselves, as PEM. */
  readonly privateCa: string | undefined;
  readonly paused: boolean;
  readonly teams: Readonly<Record<string, string>>;
  readonly allowInsecureLoopback: boolean;
};

/** The settings are wrong; the message lists all that is wrong with them, a line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Checks the settings and fills in the defaults. Left out, null and the empty text mean the default.
 * @throws SettingsError with everything that is wrong
 */
export function completeSettings(props: PolicySyncProps | Readonly<Record<string, unknown>>): Settings {
  const given: Readonly<Record<string, unknown>> = { ...props };
  const faults: string[] = [];
  function setting<T>(name: keyof Settings, fallback: T, read: (value: unknown) => T): T {
    const value = given[name];
    if (value === undefined || value === null || value === '') return fallback;
    try {
      return read(value);
    } catch (error) {
      faults.push(`  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  }
  const key = (name: keyof Settings, fallback?: string) =>
    setting<string | undefined>(name, fallback, readKmsKey);
  const encryptionKey = key('encryptionKey');
  const existingBucket = setting<Settings['existingBucket']>('existingBucket', undefined, readBucket);
  const tick = setting('tick', Duration.hours(6), readTick);
  const allowInsecureLoopback = setting('allowInsecureLoopback', false, readFlag);
  const thresholds = defaultThresholds(tick, allowInsecureLoopback);
  const secretsPrefix = setting('secretsPrefix', 'docspace/portals/', (v) => checkSecretsPrefix(readText(v)));
  const settings: Settings = {
    deployment: setting<string | undefined>('deployment', undefined, (v) => checkDeployment(readText(v))),
    stackName: setting<string | undefined>('stackName', undefined, (v) => checkStackName(readText(v))),
    existingBucket,
    secretsPrefix,
    kmsKeys: setting<readonly string[]>('kmsKeys', [], (v) => readList(v, String, undefined, readKmsKey)),
    encryptionKey,
    bucketKmsKey: key('bucketKmsKey', keyOf(existingBucket) ?? encryptionKey),
    queueKmsKey: key('queueKmsKey', encryptionKey),
    topicKmsKey: key('topicKmsKey', encryptionKey),
    logKmsKey: key('logKmsKey', encryptionKey),
    allowedHosts: setting<readonly string[]>('allowedHosts', ['*.onlyoffice.com'], (v) =>
      readList(v, checkAllowedHost, 'at least one host'),
    ),
    allowedDestinations: setting<readonly string[]>('allowedDestinations', ['Documents', 'DataStore'], (v) =>
      readList(v, checkDestination, 'at least one destination'),
    ),
    allowedRanges: setting<readonly string[]>('allowedRanges', [], (v) => readList(v, checkCidr)),
    guard: setting<Readonly<Record<string, string | number>>>('guard', {}, readGuard),
    graceHours: setting('graceHours', 12, readHours),
    tick,
    ...readLimits(setting),
    logRetentionDays: setting('logRetentionDays', 90, readRetention),
    reportRetentionDays: setting('reportRetentionDays', 400, (v) => readDays(v, 36_500)),
    approvals: setting<'policy' | 'bucket'>('approvals', 'policy', readApprovals),
    alarms: setting('alarms', thresholds, (v) => readThresholds(v, thresholds)),
    messages: setting<MessageSettings>('messages', {}, readMessages),
    alarmEmail: setting<string | undefined>('alarmEmail', undefined, (v) => checkEmail(readText(v))),
    vpc: setting<Settings['vpc']>('vpc', undefined, readVpc),
    privateCa: setting<string | undefined>('privateCa', undefined, (v) => readCertificates(readText(v))),
    paused: setting('paused', false, readFlag),
    teams: setting<Readonly<Record<string, string>>>('teams', {}, (v) => readTeams(v, secretsPrefix)),
    allowInsecureLoopback,
  };
  faults.push(...Object.keys(given).filter(isUnknown(settings)).map(tellUnknown(settings)));
  if (faults.length > 0) throw new SettingsError(tellFaults(faults));
  return settings;
}

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(completeSettings({}));

// --- internal ---

type ReadOne = <T>(name: keyof Settings, fallback: T, read: (value: unknown) => T) => T;

/** How much of everything a run gets, and how many run at once. */
function readLimits(setting: ReadOne) {
  const timeoutSeconds = setting('timeoutSeconds', 900, (v) => readSeconds(v, 90, 900));
  return {
    memoryMb: setting('memoryMb', 512, (v) => readNumber(v, 'MB', 128, 10_240)),
    timeoutSeconds,
    concurrency: setting<number | 'auto'>('concurrency', 'auto', readConcurrency),
    perAddress: setting('perAddress', 128, (v) => readNumber(v, 'portals', 1, 900)),
    runsAtOnce: setting('runsAtOnce', 10, (v) => readNumber(v, 'runs', 2, 1000)),
    // A message that comes back earlier would find its own run at work.
    visibilitySeconds: setting('visibilitySeconds', timeoutSeconds + 100, (v) =>
      readSeconds(v, timeoutSeconds, 43_200),
    ),
    mostReceives: setting('mostReceives', 3, (v) => readNumber(v, 'tries', 1, 1000)),
  };
}

/** A bucket of an app may tell its key. */
function keyOf(bucket: Settings['existingBucket']): string | undefined {
  return typeof bucket === 'object' ? bucket.encryptionKey?.keyArn : undefined;
}

function isUnknown(settings: Settings): (name: string) => boolean {
  return (name) => !Object.hasOwn(settings, name);
}

function tellUnknown(settings: Settings): (name: string) => string {
  return (name) => `  ${name}: there is no such setting; there are ${Object.keys(settings).join(', ')}`;
}

function tellFaults(faults: readonly string[]): string {
  const count = faults.length === 1 ? 'A setting is' : `${faults.length} settings are`;
  return `${count} wrong (in the context of cdk.json, in -c name=value, or in the props of PolicySync):\n${faults.join('\n')}`;
}
