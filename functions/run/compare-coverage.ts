import * as z from 'zod/mini';
import { COVERAGE_KEY } from '../model/policy-ref.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import type { Coverage } from './measure-coverage.ts';

/** The last measurement, as it is kept. */
export type KeptCoverage = Coverage & {
  /** As ISO 8601 in UTC; `undefined`: an earlier release has measured. */
  readonly measuredAt: string | undefined;
};

/**
 * Keeps a measurement in place of the last one.
 * @returns how many ungoverned keys it has that the last one had not; 0 where there is none to compare with, and where
 * the bucket does not let it be read or kept: what is ungoverned is told all the same
 */
export async function compareCoverage(
  bucket: PolicyBucket,
  coverage: Coverage,
  measuredAt: Date,
): Promise<number> {
  try {
    const last = await readKept(bucket, MOST_BYTES);
    const { ungoverned, withoutKey } = coverage;
    await bucket.write(COVERAGE_KEY, JSON.stringify({ schema: 1, measuredAt, ungoverned, withoutKey }));
    const known = last && new Set(last.ungoverned);
    return known ? ungoverned.filter((key) => !known.has(key)).length : 0;
  } catch {
    return 0;
  }
}

/** The last measurement, for reports to name; `undefined` where there is none, or none that can be read. Never throws. */
export async function readCoverage(bucket: PolicyBucket): Promise<KeptCoverage | undefined> {
  return readKept(bucket, MOST_NAMED_BYTES).catch(() => undefined);
}

// --- internal ---

/** A name a portal: of half a million keys, the most that Secrets Manager keeps. Bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What a policy's run spends on it: some 200,000 names. Bytes. */
const MOST_NAMED_BYTES = 4 * 1024 * 1024;

const Measured = z.object({
  measuredAt: z.catch(z.optional(z.iso.datetime()), undefined),
  ungoverned: z.array(z.string()),
  withoutKey: z.catch(z.array(z.string()), []),
});

async function readKept(bucket: PolicyBucket, mostBytes: number): Promise<KeptCoverage | undefined> {
  const found = await bucket.read(COVERAGE_KEY, mostBytes);
  if (!found?.bytes) return undefined;
  try {
    const { measuredAt, ...coverage } = Measured.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
    return { measuredAt, ...coverage };
  } catch {
    return undefined;
  }
}
