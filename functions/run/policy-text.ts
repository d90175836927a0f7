import { memoryRoom } from '../model/memory-room.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { fileError, type PolicyReading, type ReadOptions, readPolicy } from '../policy/read-policy.ts';
import { MOST_POLICY_BYTES, TOO_BIG } from '../policy/reading/decode-text.ts';

/** Of this process, whichever policy is read. */
export const ROOM = memoryRoom(process.env);

/** A policy as the bucket has it now. */
export type PolicyText = {
  readonly reading: PolicyReading;
  readonly etag: string;
  /** The version id; in a bucket without versions, the ETag. */
  readonly version: string;
  readonly isVersioned: boolean;
};

/**
 * Reads the policy of a key; `undefined` where there is none.
 * @param older a version id, for a text that is not the newest
 * @param options how strictly it is read: a text that was applied before a rule was made is only warned of it
 */
export async function readPolicyText(
  bucket: PolicyBucket,
  key: string,
  older?: string,
  options: ReadOptions = {},
): Promise<PolicyText | undefined> {
  const found = await bucket.read(key, MOST_POLICY_BYTES, older);
  if (!found) return undefined;
  const { bytes, etag, version, isVersioned } = found;
  return {
    reading: bytes ? readPolicy(bytes, { room: ROOM, ...options }) : TOO_LONG,
    etag,
    version,
    isVersioned,
  };
}

// --- internal ---

const TOO_LONG: PolicyReading = { policy: undefined, errors: [fileError(TOO_BIG)], warnings: [], claims: [] };
