import * as z from 'zod/mini';
import { COVERAGE_KEY } from '../model/policy-ref.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import type { Coverage } from './measure-coverage.ts';

/**
 * Keeps a measurement in place of the last one.
 * @returns how many ungoverned keys it has that the last one had not; 0 where there is none to compare with, and where
 * the bucket does not let it be read or kept: what is ungoverned is told all the same
 */
export async function compareCoverage(bucket: PolicyBucket, coverage: Coverage): Promise<number> {
  try {
    const last = await readUngoverned(bucket);
    const { ungoverned, withoutKey } = coverage;
    await bucket.write(COVERAGE_KEY, JSON.stringify({ schema: 1, ungoverned, withoutKey }));
    return last ? ungoverned.filter((key) => !last.has(key)).length : 0;
  } catch {
    return 0;
  }
}

// --- internal ---

/** A name a portal: of half a million keys, the most that Secrets Manager keeps. Bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

const Measured = z.object({ ungoverned: z.array(z.string()) });

async function readUngoverned(bucket: PolicyBucket): Promise<ReadonlySet<string> | undefined> {
  const found = await bucket.read(COVERAGE_KEY, MOST_BYTES);
  if (!found?.bytes) return undefined;
  try {
    return new Set(Measured.parse(JSON.parse(new TextDecoder().decode(found.bytes))).ungoverned);
  } catch {
    return undefined;
  }
}
