import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { readLastReport } from '../report/last-report.ts';
import { readClaimsFile } from '../report/read-claims-file.ts';
import type { Governed } from './judge-conflicts.ts';

/**
 * Since when a policy governs its portals, as its last run has told others; where it has not, an earlier release's run
 * or a file that was lost, as its last report says. What can't be read says nothing: such a policy is not known to
 * govern, so that it ends nobody else's care for a portal. Never throws.
 */
export async function readGoverned(bucket: PolicyBucket, policy: string): Promise<Governed> {
  const claims = await readClaimsFile(bucket, policy, MOST_BYTES).catch(() => undefined);
  if (claims) return starts(claims.portals);
  const last = await readLastReport(bucket, policy).catch(() => undefined);
  const known = [...(last?.remembered ?? []), ...(last?.outcomes ?? [])];
  return starts(known.map(({ portal, governedSince }) => [portal, governedSince ?? null]));
}

// --- internal ---

/** A name and a time a portal: of more than a policy can name. */
const MOST_BYTES = 64 * 1024 * 1024;

function starts(portals: Iterable<readonly [string, string | null]>): Governed {
  const known = new Map<string, string>();
  for (const [portal, since] of portals) if (since !== null) known.set(portal, since);
  return known;
}
