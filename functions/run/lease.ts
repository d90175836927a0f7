import { leaseKey } from '../model/policy-ref.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PolicyBucket, WriteCondition } from '../model/ports/policy-bucket.ts';

/** The right to be the only run that works on a policy. */
export type Lease = {
  /** Lets it go. Never fails because somebody else took it over meanwhile. */
  release(): Promise<void>;
};

export type LeaseOptions = {
  readonly bucket: PolicyBucket;
  readonly clock: Clock;
  /** For people: whose lease it is. An event that comes again has the same one. */
  readonly runId: string;
  /** A text that no other taking of a lease ever had, or will have. */
  readonly newToken: () => string;
  /** After so long a lease has run out: its holder has surely died. Milliseconds. */
  readonly leaseMs: number;
};

/**
 * Takes the lease of a policy, an object beside its reports that is made once and never deleted; `undefined` where
 * another run holds it, or was quicker. That run looks at the policy once more after letting go, so leaving loses
 * nothing.
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
    if (lease.until > clock.date().getTime()) return undefined;
    condition = { etag: found.etag };
  }
  return undefined;

  function leaseWith(etag: string): Lease {
    const free = JSON.stringify({ schema: 1, holder: null, token: null, until: null });
    return {
      release: async () => {
        await bucket.write(key, free, { etag });
      },
    };
  }
}

// --- internal ---

/** One to make it, one to take it, one for each of two others that were quicker and are done already. */
const MOST_TRIES = 4;

const MOST_BYTES = 10_000;

const FREE = { token: undefined, until: 0 };

/** A lease that can't be read is nobody's. */
function parseLease(bytes: Uint8Array | undefined): { token: unknown; until: number } {
  try {
    const { token, until } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return typeof until === 'string' ? { token, until: Date.parse(until) } : FREE;
  } catch {
    return FREE;
  }
}
