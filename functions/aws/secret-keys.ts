import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PortalError } from '../model/portal-error.ts';
import { type KeyLookup, type KeySource, KeysUnreadableError } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { EndOfCalls } from './aws-call.ts';
import { openCallPace } from './call-pace.ts';
import type { KeyCache } from './key-cache.ts';
import { type BatchReader, openBatchReader } from './read-batch.ts';
import { readSecret } from './read-secret.ts';
import { missingSecret, type SecretEntry } from './secret-entry.ts';
import { systemClock } from './system-clock.ts';

export type SecretKeysOptions = {
  readonly client: () => Promise<SecretsManagerClient>;
  /** Stands before a portal's name in the name of its secret. */
  readonly prefix: string;
  /** Kept between runs of a warm function. */
  readonly cache: KeyCache;
  /** What is not read by then is not read: those portals have no key in this run. */
  readonly end?: EndOfCalls;
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  /** 0 to 1, for the jitter of pauses. */
  readonly random?: () => number;
};

/**
 * Keys from Secrets Manager, 20 a call, several calls side by side: all of a run's are read before its first portal is
 * asked, so that two names of one portal are found out, and a call that fails for everybody harms nobody.
 */
export function openSecretKeys(options: SecretKeysOptions): KeySource {
  const { client, prefix, cache, end, clock = systemClock, random = Math.random } = options;
  const pace = openCallPace(MOST_A_SECOND, clock);
  const reader = { client, end, pace, clock, random };
  const readBatch = openBatchReader(reader);

  return async (portals) => {
    const keys = new Map<string, SecretEntry>();
    for (const portal of portals) {
      const cached = cache.get(prefix + portal);
      if (cached) keys.set(portal, cached);
    }
    const missing = [...new Set(portals)].filter((portal) => !keys.has(portal));
    await readAll(
      missing.map((portal) => prefix + portal),
      readBatch,
      (name, entry) => {
        keys.set(name.slice(prefix.length), entry);
        if (!(entry instanceof PortalError)) cache.set(name, entry);
      },
    );
    throwIfNoneMayBeRead(keys, prefix);
    const lookup: KeyLookup = {
      keyOf: async (portal) => {
        const found = keys.get(portal) ?? missingSecret();
        if (found instanceof PortalError) throw found;
        return found;
      },
      originOf: (portal) => {
        const found = keys.get(portal);
        return found instanceof PortalError ? undefined : found?.origin;
      },
      refresh: async (portal) => {
        const fresh = await readSecret(prefix + portal, reader);
        if (fresh instanceof PortalError) throw fresh;
        keys.set(portal, fresh);
        cache.set(prefix + portal, fresh);
        return fresh;
      },
    };
    return lookup;
  };
}

// --- internal ---

/**
 * One secret that may not be read is its portal's failure; where all of several are, it is the role that lacks something.
 * @throws KeysUnreadableError
 */
function throwIfNoneMayBeRead(keys: ReadonlyMap<string, SecretEntry>, prefix: string): void {
  if (keys.size < 2) return;
  for (const entry of keys.values())
    if (!(entry instanceof PortalError) || entry.code !== 'KEY_DENIED') return;
  throw new KeysUnreadableError(
    `none of the portals' ${keys.size} secrets may be read: grant secretsmanager:GetSecretValue on arn:aws:secretsmanager:*:*:secret:${prefix}* (and kms:Decrypt on their key, if it is one of your own), to the role that this runs as`,
  );
}

/** What BatchGetSecretValue takes in one call. */
const BATCH = 20;

/** Secrets Manager's own quota for BatchGetSecretValue. */
const MOST_A_SECOND = 100;

/** So many that the quota is used up also where an answer takes a third of a second. */
const SIDE_BY_SIDE = 32;

/**
 * The first batch goes alone: what would be refused for every portal is refused once.
 * @throws RunFailure where the first batch tells that no key can be had
 */
async function readAll(
  names: readonly string[],
  readBatch: BatchReader,
  onEntry: (name: string, entry: SecretEntry) => void,
): Promise<void> {
  let at = 0;
  async function next(isFirst = false): Promise<void> {
    const members = names.slice(at, at + BATCH);
    at += BATCH;
    for (const [name, entry] of await readBatch(members, isFirst)) onEntry(name, entry);
  }
  async function worker(): Promise<void> {
    while (at < names.length) await next();
  }
  if (names.length > 0) await next(true);
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}
