import * as z from 'zod/mini';
import { daysKey } from '../model/policy-ref.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { type DayLetter, type Days, foldDays } from './fold-days.ts';

/** A longer memory is none of ours: 300,000 portals that change every few days take less. */
export const MOST_DAYS_BYTES = 64 * 1024 * 1024;

/**
 * Folds what a run has seen into the policy's memory of days. Where another run wrote meanwhile, it is folded into what
 * that one wrote.
 * If the process dies before: the day says what an earlier run of it saw, or that nobody asked.
 * @param seen of the portals that were asked, each with its letter of now; without any, nothing is read or written
 * @returns whether they are kept; what can't be kept is no reason for a run to fail
 */
export async function keepDays(
  bucket: PolicyBucket,
  policy: string,
  seen: ReadonlyMap<string, DayLetter>,
  now: Date,
): Promise<boolean> {
  if (seen.size === 0) return true;
  const key = daysKey(policy);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await bucket.read(key, MOST_DAYS_BYTES);
    const folded = foldDays(readDays(found?.bytes), seen, now);
    const condition = found ? { etag: found.etag } : 'new';
    if ((await bucket.write(key, JSON.stringify(folded), condition)) !== undefined) return true;
  }
  return false;
}

/** Reads a policy's memory of days; `undefined` where it is none, or none of ours. */
export function readDays(bytes: Uint8Array | undefined): Days | undefined {
  if (!bytes) return undefined;
  try {
    return Kept.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

// --- internal ---

const MOST_TRIES = 3;

const Kept = z.object({
  schema: z.literal(1),
  until: z.iso.date(),
  portals: z.record(z.string(), z.string()),
});
