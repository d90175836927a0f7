import type { PolicyClaims } from '../model/policy-claims.ts';
import { claimsKey, DATED_TAG, latestReportKey, reportKey } from '../model/policy-ref.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { type LastReport, readLastReport } from './last-report.ts';
import { claimsText } from './read-claims-file.ts';
import type { Totals } from './totals.ts';
import { type PolicyHead, reportWriter } from './write-report.ts';

/** Everything that a stored report says. */
export type ReportBody = {
  readonly head: { readonly startedAt: Date } & Readonly<Record<string, unknown>>;
  readonly policy: PolicyHead;
  /** As JSON, in the policy's order. */
  readonly outcomes: readonly string[];
  readonly totals: Totals;
  /** What others have to know of the policy. */
  readonly claims: PolicyClaims;
  /** Further members of the policy's entry. */
  readonly more: object;
  readonly tail: object;
};

/**
 * Stores a report under its own key, then what others have to know of the policy, then the report as the newest one;
 * these two unless a newer run was there first. A report that this run has read before its work is an earlier run's, as
 * only one works on a policy at a time, whatever time their machines' clocks had. What was stored since is another's that
 * took the policy over: of these the times decide. If the process dies between them, others go by what was done.
 * @returns its own key
 */
export async function storeReport(
  bucket: PolicyBucket,
  policy: string,
  body: ReportBody,
  last: LastReport | undefined,
): Promise<string> {
  const bytes = reportBytes(body);
  const { startedAt } = body.head;
  const key = reportKey(policy, startedAt, body.policy.version ?? 'gone');
  await bucket.write(key, bytes, undefined, DATED_TAG);
  for (let newest = last; ; ) {
    if (newest && newest !== last && newest.startedAt > startedAt.toISOString()) return key;
    await bucket.write(claimsKey(policy), claimsText(body.claims));
    const condition = newest ? { etag: newest.etag } : 'new';
    if ((await bucket.write(latestReportKey(policy), bytes, condition)) !== undefined) return key;
    newest = await readLastReport(bucket, policy);
  }
}

// --- internal ---

/** As bytes: written twice, and read by a client that would make bytes of a text each time. Never one long text. */
function reportBytes({ head, policy, outcomes, totals, more, tail }: ReportBody): Uint8Array {
  const pieces: string[] = [];
  const writer = reportWriter((piece) => pieces.push(piece));
  writer.begin(head);
  writer.policyBegin(policy);
  for (const outcome of outcomes) writer.outcome(outcome);
  writer.policyEnd(totals, more);
  writer.end(tail);
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0));
  let length = 0;
  for (const piece of pieces) length += bytes.write(piece, length);
  return bytes;
}
