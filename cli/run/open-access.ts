import { openKeyCache } from '../../functions/aws/key-cache.ts';
import { openSecretKeys } from '../../functions/aws/secret-keys.ts';
import { systemClock } from '../../functions/aws/system-clock.ts';
import { openPortals } from '../../functions/docspace/open-portals.ts';
import { readKeyFile } from '../../functions/keys/key-file.ts';
import { anyAddress, publicAddresses } from '../../functions/model/address-ranges.ts';
import type { HostRules } from '../../functions/model/host-rules.ts';
import type { KeySource } from '../../functions/model/portal-key.ts';
import { readSettings } from '../../functions/model/settings.ts';
import type { Access } from './run-command.ts';

export type AccessOptions = {
  /** A key file's path, or `aws`. */
  readonly keys: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name servers, as `address:port`, instead of the system's. */
  readonly nameServers?: readonly string[] | undefined;
};

/**
 * The keys, and the rules that go with them. Whoever reads keys at a terminal could send them anywhere by hand, so
 * hosts, destinations and addresses are open here. With keys from AWS, a pipeline can close them again with the
 * variables that a deployment's function has: each one that is set counts.
 * @throws KeysUnreadableError, SettingsError
 */
export async function openAccess({ keys, env, nameServers }: AccessOptions): Promise<Access> {
  const isAws = keys === 'aws';
  const settings = readSettings({ ...(isAws ? env : timesOf(env)), POLICY_BUCKET: NO_BUCKET });
  const { limits, guard, graceHours, allowedHosts, insecureLoopback } = settings;
  const isSet = (name: string) => isAws && env[name] !== undefined;
  return {
    keys: isAws ? await awsKeys(settings.secretsPrefix) : await readKeyFile(keys),
    portals: openPortals({
      limits,
      clock: systemClock,
      random: Math.random,
      isAllowedAddress: isSet('ALLOWED_RANGES') ? publicAddresses(settings.allowedRanges) : anyAddress,
      ...(nameServers && { nameServers }),
    }),
    hosts: isSet('ALLOWED_HOSTS') ? { allowedHosts, insecureLoopback } : ANY_HOST,
    destinations: isSet('ALLOWED_DESTINATIONS') ? settings.allowedDestinations : undefined,
    guard,
    graceHours,
  };
}

// --- internal ---

const ANY_HOST: HostRules = { allowedHosts: undefined, insecureLoopback: true };

/** A terminal reads policies from files: it needs none. */
const NO_BUCKET = 'none';

/** With one's own key file, only what says how long to wait. */
function timesOf(env: AccessOptions['env']): AccessOptions['env'] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => /^(GRACE_HOURS|\w+_TIMEOUT_SECONDS)$/.test(name)),
  );
}

async function awsKeys(prefix: string): Promise<KeySource> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient();
  const cache = openKeyCache(Number.POSITIVE_INFINITY, systemClock.now);
  return openSecretKeys({ client: async () => client, prefix, cache });
}
