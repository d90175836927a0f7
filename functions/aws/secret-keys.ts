import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PortalError } from '../model/portal-error.ts';
import { type KeySource, KeysUnreadableError } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { KeyList, KeyTags } from '../model/ports/key-list.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';
import type { EndOfCalls } from './aws-call.ts';
import { openCallPace } from './call-pace.ts';
import type { KeyCache } from './key-cache.ts';
import { type KnownKeys, lookAround, NOTHING_KNOWN } from './known-keys.ts';
import { openSecretsList } from './list-secrets.ts';
import { readAllWith } from './read-all.ts';
import { openBatchReader } from './read-batch.ts';
import { entryOf, type SecretEntry } from './secret-entry.ts';
import { openSecretLookup } from './secret-lookup.ts';
import { systemClock } from './system-clock.ts';

export type SecretKeysOptions = {
  readonly client: () => Promise<SecretsManagerClient>;
  /** Stands before a portal's name in the name of its secret. */
  readonly prefix: string;
  /** Kept between runs of a warm function. */
  readonly cache: KeyCache;
  /** What is not read by then is not read: those portals have no key in this run. */
  readonly end?: EndOfCalls;
  /** Told of what is wrong with no single portal: groups that can't be listed or used, by name. */
  readonly onTrouble?: (message: string) => void;
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  /** 0 to 1, for the jitter of pauses. */
  readonly random?: () => number;
};

/**
 * Keys from Secrets Manager: single secrets, and groups of them, which are listed once. 20 a call, several calls side by
 * side: all of a run's are read before its first portal is asked, so that two names of one portal are found out, and a
 * call that fails for everybody harms nobody.
 */
export function openSecretKeys(options: SecretKeysOptions): Required<Pick<KeySource, 'list'>> & KeySource {
  const { client, prefix, cache, end, clock = systemClock, random = Math.random } = options;
  const pace = openCallPace(MOST_A_SECOND, clock);
  const reader = { client, end, clock, random };
  const readAll = readAllWith(openBatchReader({ ...reader, pace }));
  const list = openSecretsList(reader);
  const look = async (whole: boolean): Promise<KnownKeys> => {
    const known = await lookAround(whole, { prefix, list, readAll, end });
    if (known.unlisted?.retryable !== true) cache.known.set(prefix, known);
    return known;
  };

  function tell({ troubles }: KnownKeys): void {
    for (const trouble of troubles) options.onTrouble?.(trouble);
  }
  /** Those of the portals that have a secret of their own, or may have one; the others are in groups. */
  async function readSingles(portals: readonly string[], { singles, book }: KnownKeys) {
    const keys = new Map<string, SecretEntry>();
    const missing: string[] = [];
    for (const portal of new Set(portals)) {
      const cached = cache.get(prefix + portal);
      if (cached) keys.set(portal, cached);
      else if (!book.find(portal) || singles?.has(portal)) missing.push(prefix + portal);
    }
    await readAll(missing, entryOf, (name, entry) => {
      keys.set(name.slice(prefix.length), entry);
      if (!(entry instanceof PortalError)) cache.set(name, entry);
    });
    return keys;
  }

  const read: KeySource = async (portals) => {
    const kept = cache.known.get(prefix);
    let known = portals.length === 0 ? NOTHING_KNOWN : (kept ?? (await look(false)));
    const singles = await readSingles(portals, known);
    // It may have come since: that is looked at once in a run.
    const isLost = (portal: string) => isMissing(singles.get(portal)) && !known.book.find(portal);
    if (known === kept && portals.some(isLost)) known = await look(false);
    throwIfNoneMayBeRead(singles, prefix);
    // Last: where nothing can be had at all, that alone is told.
    tell(known);
    return openSecretLookup({ prefix, known, singles, cache, ...reader });
  };
  const listAll = async () => {
    const known = await look(true);
    const keys = asList(known);
    tell(known);
    return keys;
  };
  return Object.assign(read, { list: listAll });
}

// --- internal ---

function isMissing(entry: SecretEntry | undefined): boolean {
  return entry === undefined || (entry instanceof PortalError && entry.code === 'KEY_NOT_FOUND');
}

/** @throws KeysUnreadableError, AwsUnavailableError */
function asList({ singles, book, unlisted }: KnownKeys): KeyList {
  if (unlisted?.retryable) throw new AwsUnavailableError(unlisted.message);
  if (unlisted || !singles)
    throw new KeysUnreadableError(
      'the keys of the portals cannot be listed: grant secretsmanager:ListSecrets on * to the role that this runs as',
    );
  const all = new Map<string, KeyTags>();
  for (const [portal, { tags }] of book.portals()) all.set(portal, tags);
  for (const [portal, tags] of singles) all.set(portal, tags);
  const keys = new Map([...all].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { keys, unreadGroups: [...book.broken.keys()] };
}

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

/** Secrets Manager's own quota for BatchGetSecretValue. */
const MOST_A_SECOND = 100;
