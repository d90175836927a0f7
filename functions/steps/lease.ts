import type { PolicyBucket } from '../adapters/aws/policy-bucket.ts';
import type { Clock } from '../model/clock.ts';
import { leaseKey } from '../model/policy-ref.ts';

/** The right to be the only run that works on a policy. */
export type Lease = {
  /** Lets it go. Never fails because somebody else took it over meanwhile. */
  release(): Promise<void>;
};

export type LeaseOptions = {
  readonly bucket: PolicyBucket;
  readonly clock: Clock;
  /** Tells this run from every other. */
  readonly runId: string;
  /** After so long a lease has run out: its holder has surely died. Milliseconds. */
  readonly leaseMs: number;
};

/**
 * Takes the lease of a policy, an object beside its reports that is made once and never deleted; `undefined` where
 * another run holds it. That run looks at the policy once more after letting go, so leaving loses nothing.
 */
export async function takeLease(
  policy: string,
  { bucket, clock, runId, leaseMs }: LeaseOptions,
): Promise<Lease | undefined> {
  const key = leaseKey(policy);
  const held = JSON.stringify({
    schema: 1,
    holder: runId,
    until: new Date(clock.date().getTime() + leaseMs).toISOString(),
  });
  const etag = (await bucket.write(key, held, 'new')) ?? (await takeOver());
  if (etag === undefined) return undefined;
  return {
    release: async () => {
      const free = JSON.stringify({ schema: 1, holder: null, until: null });
      await bucket.write(key, free, { etag });
    },
  };

  /** Takes a lease that is free or has run out. */
  async function takeOver(): Promise<string | undefined> {
    const found = await bucket.read(key, MOST_BYTES);
    if (!found) return bucket.write(key, held, 'new');
    const lease = parseLease(found.bytes);
    // A write whose answer was lost is sent again by the SDK, and finds itself.
    if (lease.holder === runId) return found.etag;
    if (lease.holder !== null && lease.until > clock.date().getTime()) return undefined;
    return bucket.write(key, held, { etag: found.etag });
  }
}

// --- internal ---

const MOST_BYTES = 10_000;

/** A lease that can't be read is nobody's. */
function parseLease(bytes: Uint8Array | undefined): { holder: string | null; until: number } {
  try {
    const { holder, until } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof holder === 'string' && typeof until === 'string') return { holder, until: Date.parse(until) };
  } catch {
    // as below
  }
  return { holder: null, until: 0 };
}
