import { runBounded } from '../fleet/run-bounded.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { readLastStart } from '../report/last-report.ts';

/** When each policy was last looked at, as ISO 8601 in UTC; `undefined`: it has no report, or one that can't be read. */
export type PolicyStarts = ReadonlyMap<string, string | undefined>;

export async function readStarts(policies: readonly string[], bucket: PolicyBucket): Promise<PolicyStarts> {
  const starts = new Map<string, string | undefined>(policies.map((policy) => [policy, undefined]));
  await runBounded({
    items: policies,
    concurrency: READS_AT_ONCE,
    work: (policy) => readLastStart(bucket, policy).catch(() => undefined),
    onResult: (index, start) => starts.set(String(policies[index]), start?.startedAt),
  });
  return starts;
}

/**
 * The policy that waits longest first: one without a report, or with one that can't be read or is of the future, before
 * all others.
 */
export function oldestFirst(starts: PolicyStarts, now: Date): string[] {
  const latest = now.toISOString();
  const known = (start = '') => (start > latest ? '' : start);
  return [...starts]
    .map(([policy, start]) => ({ policy, start: known(start) }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
    .map(({ policy }) => policy);
}

// --- internal ---

/** Of thousands of policies: each is a short answer. */
const READS_AT_ONCE = 16;
