import { Duration } from 'aws-cdk-lib';
import type { PolicySyncProps, VpcProps } from './policy-sync-props.ts';
import { readFlag, readList, readNumber, readText } from './read-setting.ts';
import {
  checkBucketName,
  checkCidr,
  checkDestination,
  checkEmail,
  checkHost,
  checkKmsKey,
  checkSecretsPrefix,
  readCertificates,
  readGuard,
  readRetention,
  readTeams,
  readTick,
  readVpc,
} from './setting-rules.ts';

/** The settings as they are worked with: checked, and nothing is left to default. */
export type Settings = {
  readonly existingBucket: string | undefined;
  readonly secretsPrefix: string;
  readonly kmsKeys: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly allowedDestinations: readonly string[];
  readonly allowedRanges: readonly string[];
  /** As it goes into the environment. */
  readonly guard: Readonly<Record<string, string | number>>;
  readonly graceHours: number;
  readonly tick: Duration;
  readonly memoryMb: number;
  readonly concurrency: number;
  readonly logRetentionDays: number;
  readonly alarmEmail: string | undefined;
  readonly vpc: VpcProps | undefined;
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
  const secretsPrefix = setting('secretsPrefix', 'docspace/portals/', (v) => checkSecretsPrefix(readText(v)));
  const settings: Settings = {
    existingBucket: setting<string | undefined>('existingBucket', undefined, (v) =>
      checkBucketName(readText(v)),
    ),
    secretsPrefix,
    kmsKeys: setting<readonly string[]>('kmsKeys', [], (v) => readList(v, checkKmsKey)),
    allowedHosts: setting<readonly string[]>('allowedHosts', ['*.onlyoffice.com'], (v) =>
      readList(v, checkHost, 'at least one host'),
    ),
    allowedDestinations: setting<readonly string[]>('allowedDestinations', ['Documents', 'DataStore'], (v) =>
      readList(v, checkDestination, 'at least one destination'),
    ),
    allowedRanges: setting<readonly string[]>('allowedRanges', [], (v) => readList(v, checkCidr)),
    guard: setting<Readonly<Record<string, string | number>>>('guard', {}, readGuard),
    graceHours: setting('graceHours', 12, (v) => readNumber(v, 'hours', 0, 720)),
    tick: setting('tick', Duration.hours(6), readTick),
    memoryMb: setting('memoryMb', 512, (v) => readNumber(v, 'MB', 128, 10_240)),
    concurrency: setting('concurrency', 64, (v) => readNumber(v, 'portals', 1, 256)),
    logRetentionDays: setting('logRetentionDays', 90, readRetention),
    alarmEmail: setting<string | undefined>('alarmEmail', undefined, (v) => checkEmail(readText(v))),
    vpc: setting<VpcProps | undefined>('vpc', undefined, readVpc),
    privateCa: setting<string | undefined>('privateCa', undefined, (v) => readCertificates(readText(v))),
    paused: setting('paused', false, readFlag),
    teams: setting<Readonly<Record<string, string>>>('teams', {}, (v) => readTeams(v, secretsPrefix)),
    allowInsecureLoopback: setting('allowInsecureLoopback', false, readFlag),
  };
  faults.push(...Object.keys(given).filter(isUnknown(settings)).map(tellUnknown(settings)));
  if (faults.length > 0) throw new SettingsError(tellFaults(faults));
  return settings;
}

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(completeSettings({}));

// --- internal ---

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
