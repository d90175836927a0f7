import { isPast } from '../model/past-time.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { type LastReport, readLastReport } from '../report/last-report.ts';
import { readClaimsFile } from '../report/read-claims-file.ts';
import type { Governed } from './judge-conflicts.ts';

/**
 * Since when a policy governs its portals, as its last run has told others; where none has, or what is there can't be
 * true, as its last report says. What can't be read says nothing: such a policy is not known to govern, so that it ends
 * nobody else's care for a portal. Never throws.
 */
export async function readGoverned(bucket: PolicyBucket, policy: string, now: Date): Promise<Governed> {
  const told = await readTold(bucket, policy, now);
  return told ?? byPortal(startsIn(await readLastReport(bucket, policy).catch(() => undefined), now));
}

/** The same, as its last run has told others alone; `undefined`: none has, or what is there can't be true. */
export async function readTold(
  bucket: PolicyBucket,
  policy: string,
  now: Date,
): Promise<Governed | undefined> {
  const told = await readClaimsFile(bucket, policy, MOST_BYTES).catch(() => undefined);
  if (!told) return undefined;
  const starts = [...told.portals].flatMap(([portal, since]) => (since === null ? [] : [{ portal, since }]));
  return starts.every(({ since }) => isPast(since, now)) ? byPortal(starts) : undefined;
}

// --- internal ---

/** Of some 350,000 portals: more than a policy can name in the function's memory. */
const MOST_BYTES = 16 * 1024 * 1024;

type Start = { readonly portal: string; readonly since: string };

/** A portal that a run has read, and whose start can't be true, was governed at that run's own start at the latest. */
function startsIn(last: LastReport | undefined, now: Date): readonly Start[] {
  if (!last) return [];
  return [...last.remembered, ...last.outcomes].flatMap(({ portal, action, governedSince }) => {
    const since = [governedSince, action === null ? undefined : last.startedAt].find(
      (time) => time !== undefined && isPast(time, now),
    );
    return since === undefined ? [] : [{ portal, since }];
  });
}

function byPortal(starts: readonly Start[]): Governed {
  return new Map(starts.map(({ portal, since }) => [portal, since]));
}
