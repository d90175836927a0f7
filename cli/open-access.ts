import { openKeyCache } from '../functions/adapters/aws/key-cache.ts';
import { openSecretKeys } from '../functions/adapters/aws/secret-keys.ts';
import { openPortals } from '../functions/adapters/docspace/open-portals.ts';
import { readKeyFile } from '../functions/adapters/key-file.ts';
import { systemClock } from '../functions/adapters/system-clock.ts';
import { anyAddress, publicAddresses } from '../functions/model/address-ranges.ts';
import { NOTHING_SAID } from '../functions/model/guard.ts';
import type { HostRules } from '../functions/model/host-rules.ts';
import type { Limits } from '../functions/model/limits.ts';
import type { KeySource } from '../functions/model/portal-key.ts';
import { readSettings } from '../functions/model/settings.ts';
import type { Access } from './run-command.ts';

export type AccessOptions = {
  /** A key file's path, or `aws`. */
  readonly keys: string;
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * The keys, and the rules that go with them. Whoever reads keys at a terminal could send them anywhere by hand, so
 * hosts, destinations and addresses are open here. With keys from AWS, a pipeline can close them again with the
 * variables that a deployment's function has: each one that is set counts.
 * @throws KeysUnreadableError, SettingsError
 */
export async function openAccess({ keys, limits, env }: AccessOptions): Promise<Access> {
  const open = { limits, clock: systemClock, random: Math.random };
  if (keys !== 'aws') {
    const portals = openPortals({ ...open, isAllowedAddress: anyAddress });
    return {
      portals,
      keys: await readKeyFile(keys),
      hosts: ANY_HOST,
      destinations: undefined,
      guard: NOTHING_SAID,
      graceHours: readSettings({ GRACE_HOURS: env.GRACE_HOURS, POLICY_BUCKET: NO_BUCKET }).graceHours,
    };
  }
  const settings = readSettings({ ...env, POLICY_BUCKET: NO_BUCKET });
  const isAllowedAddress =
    env.ALLOWED_RANGES === undefined ? anyAddress : publicAddresses(settings.allowedRanges);
  const { allowedHosts, insecureLoopback } = settings;
  return {
    portals: openPortals({ ...open, isAllowedAddress }),
    keys: await awsKeys(settings.secretsPrefix),
    hosts: env.ALLOWED_HOSTS === undefined ? ANY_HOST : { allowedHosts, insecureLoopback },
    guard: settings.guard,
    graceHours: settings.graceHours,
    destinations: env.ALLOWED_DESTINATIONS === undefined ? undefined : settings.allowedDestinations,
  };
}

// --- internal ---

const ANY_HOST: HostRules = { allowedHosts: undefined, insecureLoopback: true };

/** A terminal reads policies from files: it needs none. */
const NO_BUCKET = 'none';

async function awsKeys(prefix: string): Promise<KeySource> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient();
  const cache = openKeyCache(Number.POSITIVE_INFINITY, systemClock.now);
  return openSecretKeys({ client: async () => client, prefix, cache });
}
