import { leaseKey } from '../model/policy-ref.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PolicyBucket, StoredObject, WriteCondition } from '../model/ports/policy-bucket.ts';

/** The right to be the only run that works on a policy. */
export type Lease = {
  /** The portals that other policies left word of, by now: see `leaveWord`. */
  letGo(): ReadonlySet<string>;
  /** Whether it is still this run's: another one takes over a lease that has run out, or that is its own from before. */
  isMine(): Promise<boolean>;
  /**
   * Lets it go.
   * @param isDone whether the word that was left is dealt with; else it stays, for the next run
   * @returns `word`: word was left meanwhile, and the lease is still this run's; `lost`: it was another's
   */
  release(isDone: boolean): Promise<'free' | 'word' | 'lost'>;
};

export type LeaseOptions = {
  readonly bucket: PolicyBucket;
  readonly clock: Clock;
  /** Whose lease it is. Lambda's retry of an event has the same one, a message that comes again, too. */
  readonly runId: string;
  /** A text that no other taking of a lease ever had, or will have. */
  readonly newToken: () => string;
  /** After so long a lease has run out: its holder has surely died. Milliseconds. */
  readonly leaseMs: number;
};

/** In place of names: whatever portal it is. */
export const ALL_PORTALS = '*';

/** Another run has taken over the lease of a policy while this one worked on it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Takes the lease of a policy, an object beside its reports that is made once and never deleted; `undefined` where
 * another run holds it, or was quicker. That run looks at the policy once more after letting go, so leaving loses
 * nothing.
 *
 * How long it has been held is told by the bucket, not by the lease's own text: whoever can write one there could lock
 * a policy up for ever. A retry of a run that died takes over what that run held, and the word that was left in it.
 * @param letGo portals to leave word of, for whoever takes it over should this run die, and for the one that holds it
 */
export async function takeLease(
  policy: string,
  options: LeaseOptions,
  letGo: readonly string[] = [],
): Promise<Lease | undefined> {
  const { bucket, clock, runId, leaseMs } = options;
  const key = leaseKey(policy);
  const token = options.newToken();
  const until = new Date(clock.date().getTime() + leaseMs).toISOString();

  let words = withWord(NO_WORD, letGo);
  let condition: WriteCondition = 'new';
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const mine = JSON.stringify({ schema: 1, holder: runId, token, until, ...wordEntry(words) });
    const written = await bucket.write(key, mine, condition);
    if (written !== undefined) return openLease({ bucket, key, token }, written, words);
    const found = await bucket.read(key, MOST_BYTES);
    if (!found) continue;
    const lease = parseLease(found.bytes);
    // A write whose answer was lost is sent again by the SDK, and meets itself.
    if (lease.token === token) return openLease({ bucket, key, token }, found.etag, lease.words);
    if (isHeld(lease, found) && lease.holder !== runId) {
      if (letGo.length === 0 || (await leaveWord(policy, letGo, bucket)) === 'held') return undefined;
      continue;
    }
    words = withWord(lease.words, letGo);
    condition = { etag: found.etag };
  }
  return undefined;

  function isHeld({ token: its, since }: LeaseText, { modifiedAt }: StoredObject): boolean {
    const from = Math.min(modifiedAt.getTime(), since ?? Number.POSITIVE_INFINITY);
    return typeof its === 'string' && clock.date().getTime() - from < leaseMs;
  }
}

/**
 * Leaves word in the lease of a policy, whoever holds it: another policy has let portals go that this one may name, and
 * may have written them at the very moment when this one did. What was sent to them and did not show may be sent once
 * more.
 * @returns whether a run holds the lease, which will find the word when it lets go; else the next run does
 */
export async function leaveWord(
  policy: string,
  letGo: readonly string[],
  bucket: PolicyBucket,
): Promise<'held' | 'free'> {
  const key = leaseKey(policy);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await bucket.read(key, MOST_BYTES);
    const lease = found ? parseLease(found.bytes) : FREE;
    const { words, since, all } = lease;
    const isHeld = typeof lease.token === 'string';
    // Word is no sign of life: a lease runs out as long after it was taken as without it.
    const taken = new Date(since ?? found?.modifiedAt ?? 0).toISOString();
    const text = { schema: 1, ...all, ...(isHeld && { since: taken }), ...wordEntry(withWord(words, letGo)) };
    const written = await bucket.write(key, JSON.stringify(text), found ? { etag: found.etag } : 'new');
    if (written !== undefined) return isHeld ? 'held' : 'free';
  }
  return 'free';
}

// --- internal ---

/** One to make it, one to take it, one for each of two others that were quicker and are done already. */
const MOST_TRIES = 4;

const MOST_BYTES = 10_000;

type LeaseText = {
  readonly holder: unknown;
  readonly token: unknown;
  readonly words: Word;
  /** When it was taken, where word was left since. Milliseconds. */
  readonly since: number | undefined;
  readonly all: object;
};

/** What was left that no run has dealt with. */
type Word = {
  /** How often word was left. */
  readonly times: number;
  readonly portals: ReadonlySet<string>;
};

const NO_WORD: Word = { times: 0, portals: new Set() };

const FREE: LeaseText = { holder: undefined, token: undefined, words: NO_WORD, since: undefined, all: {} };

/** More than so many portals are all portals: the lease stays small. */
const MOST_PORTALS = 100;

function withWord({ times, portals }: Word, letGo: readonly string[]): Word {
  if (letGo.length === 0) return { times, portals };
  const all = new Set([...portals, ...letGo]);
  return { times: times + 1, portals: all.size > MOST_PORTALS ? new Set([ALL_PORTALS]) : all };
}

function wordEntry({ times, portals }: Word): object {
  return times > 0 ? { word: { times, portals: [...portals] } } : {};
}

function parseWord(value: unknown): Word {
  const { times, portals } = Object(value) as Record<string, unknown>;
  if (typeof times !== 'number' || !Array.isArray(portals)) return NO_WORD;
  return { times, portals: new Set(portals.map(String)) };
}

/** A lease that can't be read is nobody's. */
function parseLease(bytes: Uint8Array | undefined): LeaseText {
  try {
    const all = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { holder, token, word, since } = all;
    const taken = typeof since === 'string' ? Date.parse(since) : Number.NaN;
    return {
      ...{ holder, token, all },
      words: parseWord(word),
      since: Number.isNaN(taken) ? undefined : taken,
    };
  } catch {
    return FREE;
  }
}

function openLease(
  { bucket, key, token }: { readonly bucket: PolicyBucket; readonly key: string; readonly token: string },
  taken: string,
  wordThen: Word,
): Lease {
  let [etag, words] = [taken, wordThen];
  return {
    letGo: () => words.portals,
    isMine: async () => parseLease((await bucket.read(key, MOST_BYTES))?.bytes).token === token,
    release: async (isDone) => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const left = wordEntry(isDone ? NO_WORD : words);
        const free = JSON.stringify({ schema: 1, holder: null, token: null, until: null, ...left });
        if ((await bucket.write(key, free, { etag })) !== undefined) return 'free';
        const found = await bucket.read(key, MOST_BYTES);
        const now = found ? parseLease(found.bytes) : FREE;
        // The first answer may have been lost: then it is free already.
        if (typeof now.token !== 'string') return 'free';
        if (!found || now.token !== token) return 'lost';
        const isNew = now.words.times !== words.times;
        [etag, words] = [found.etag, now.words];
        if (isDone && isNew) return 'word';
      }
      return 'lost';
    },
  };
}
