import { leaseKey } from '../model/policy-ref.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PolicyBucket, StoredObject, WriteCondition } from '../model/ports/policy-bucket.ts';

/** The right to be the only run that works on a policy. */
export type Lease = {
  /** Whether it is still this run's: another one takes over a lease that has run out, or that is its own from before. */
  isMine(): Promise<boolean>;
  /**
   * Lets it go.
   * @returns whether it still was this run's
   */
  release(): Promise<boolean>;
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
 * a policy up for ever. A retry of a run that died takes over what that run held.
 */
export async function takeLease(policy: string, options: LeaseOptions): Promise<Lease | undefined> {
  const { bucket, clock, runId, leaseMs } = options;
  const key = leaseKey(policy);
  const token = options.newToken();
  const until = new Date(clock.date().getTime() + leaseMs).toISOString();
  const mine = JSON.stringify({ schema: 1, holder: runId, token, until });

  let condition: WriteCondition = 'new';
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const written = await bucket.write(key, mine, condition);
    if (written !== undefined) return leaseWith(written);
    const found = await bucket.read(key, MOST_BYTES);
    if (!found) continue;
    const lease = parseLease(found.bytes);
    // A write whose answer was lost is sent again by the SDK, and meets itself.
    if (lease.token === token) return leaseWith(found.etag);
    if (isHeld(lease, found) && lease.holder !== runId) return undefined;
    condition = { etag: found.etag };
  }
  return undefined;

  async function tokenNow(): Promise<unknown> {
    return parseLease((await bucket.read(key, MOST_BYTES))?.bytes).token;
  }

  function isHeld({ token: its }: LeaseText, { modifiedAt }: StoredObject): boolean {
    return typeof its === 'string' && clock.date().getTime() - modifiedAt.getTime() < leaseMs;
  }

  function leaseWith(etag: string): Lease {
    const free = JSON.stringify({ schema: 1, holder: null, token: null, until: null });
    return {
      isMine: async () => (await tokenNow()) === token,
      release: async () => {
        if ((await bucket.write(key, free, { etag })) !== undefined) return true;
        // The first answer may have been lost: then it is free already.
        return typeof (await tokenNow()) !== 'string';
      },
    };
  }
}

// --- internal ---

/** One to make it, one to take it, one for each of two others that were quicker and are done already. */
const MOST_TRIES = 4;

const MOST_BYTES = 10_000;

type LeaseText = { readonly holder: unknown; readonly token: unknown };

const FREE: LeaseText = { holder: undefined, token: undefined };

/** A lease that can't be read is nobody's. */
function parseLease(bytes: Uint8Array | undefined): LeaseText {
  try {
    const { holder, token } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return { holder, token };
  } catch {
    return FREE;
  }
}
