import { APPROVAL } from '../model/approval-memory.ts';
import { approvalsOf } from '../model/policy-ref.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';

/**
 * The digests that somebody has approved by an object `approvals/<policy>/<digest>`, whatever it holds: a deployment
 * lets other people write these than those who write policies.
 */
export async function readApprovals(policy: string, bucket: PolicyBucket): Promise<ReadonlySet<string>> {
  const prefix = approvalsOf(policy);
  const names = (await bucket.list(prefix)).map(({ key }) => key.slice(prefix.length));
  return new Set(names.filter((name) => APPROVAL.test(name)));
}
