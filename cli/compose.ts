import { openAwsClients } from '../functions/aws/aws-clients.ts';
import { openKeyCache } from '../functions/aws/key-cache.ts';
import { openPolicyBucket } from '../functions/aws/policy-bucket.ts';
import { openSecretKeys } from '../functions/aws/secret-keys.ts';
import { systemClock } from '../functions/aws/system-clock.ts';
import { openPortals } from '../functions/docspace/open-portals.ts';
import { readKeyFile } from '../functions/keys/key-file.ts';
import { packKeys } from '../functions/keys/pack-keys.ts';
import { anyAddress, publicAddresses } from '../functions/model/address-ranges.ts';
import type { HostRules } from '../functions/model/host-rules.ts';
import type { KeySource } from '../functions/model/portal-key.ts';
import type { Concurrency } from '../functions/model/ports/places.ts';
import { readSettings } from '../functions/model/settings.ts';
import type { Environment, Terminal } from './terminal.ts';
import type { Access, World } from './world.ts';

/** Puts the command together: the one place of it that knows adapters. */
export function composeCommand({
  env,
  nameServers,
  stop,
  err,
}: Pick<Terminal, 'env' | 'nameServers' | 'stop' | 'err'>): World {
  const aws = openAwsClients();
  const cache = openKeyCache(Number.POSITIVE_INFINITY, systemClock.now);
  const told = new Set<string>();
  const onTrouble = (message: string) => {
    if (!told.has(message)) err.write(`policy-sync: ${message}\n`);
    told.add(message);
  };
  const awsKeys = (prefix: string) =>
    openSecretKeys({
      client: aws.secrets,
      prefix,
      cache,
      end: () => stop,
      onTrouble,
    });
  return {
    clock: systemClock,
    packKeys,
    openBucket: (name) => openPolicyBucket(name, aws.s3),
    openAccess: (keys, concurrency) => openAccess({ keys, concurrency, env, nameServers, awsKeys }),
  };
}

// --- internal ---

type AccessOptions = {
  /** A key file's path, or `aws`. */
  readonly keys: string;
  readonly concurrency: Concurrency;
  readonly env: Environment;
  readonly nameServers: readonly string[] | undefined;
  readonly awsKeys: (prefix: string) => KeySource;
};

const ANY_HOST: HostRules = { allowedHosts: undefined, insecureLoopback: true };

/** A terminal reads policies from files: it needs none. */
const NO_BUCKET = 'none';

/**
 * The keys, and the rules that go with them. Whoever reads keys at a terminal could send them anywhere by hand, so
 * hosts, destinations and addresses are open here. With keys from AWS, a pipeline can close them again with the
 * variables that a deployment's function has: each one that is set counts.
 * @throws KeysUnreadableError, SettingsError
 */
async function openAccess({ keys, concurrency, env, nameServers, awsKeys }: AccessOptions): Promise<Access> {
  const isAws = keys === 'aws';
  const settings = readSettings({ ...(isAws ? env : timesOf(env)), POLICY_BUCKET: NO_BUCKET });
  const { limits, guard, graceHours, allowedHosts, insecureLoopback } = settings;
  const isSet = (name: string) => isAws && env[name] !== undefined;
  return {
    keysFor: isAws ? (prefix = settings.secretsPrefix) => awsKeys(prefix) : always(await readKeyFile(keys)),
    ignoresApprove: settings.approvals === 'bucket',
    portals: openPortals({
      limits,
      clock: systemClock,
      random: Math.random,
      concurrency,
      // Who types a number means it, for portals of one server, too.
      perAddress: isSet('PER_ADDRESS')
        ? settings.perAddress
        : Math.max(settings.perAddress, Number(concurrency) || 0),
      isAllowedAddress: isSet('ALLOWED_RANGES')
        ? publicAddresses(settings.allowedRanges, insecureLoopback)
        : anyAddress,
      ...(nameServers && { nameServers }),
    }),
    hosts: isSet('ALLOWED_HOSTS') ? { allowedHosts, insecureLoopback } : ANY_HOST,
    destinations: isSet('ALLOWED_DESTINATIONS') ? settings.allowedDestinations : undefined,
    guard,
    graceHours,
  };
}

function always(keys: KeySource): () => KeySource {
  return () => keys;
}

/** With one's own key file, only what says how long to wait. */
function timesOf(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => /^(GRACE_HOURS|\w+_TIMEOUT_SECONDS)$/.test(name)),
  );
}
