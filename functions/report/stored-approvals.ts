import type { ApprovalMemory, ChangeSet } from '../model/approval-memory.ts';
import type { StoredReport } from './read-report.ts';

/**
 * What a stored report knows of digests that were told: its guard's own set, and in `approvals` what else is left, which
 * counts where both speak of a digest. A report of an earlier release has digests without their sets: these have to fit
 * all that is planned.
 */
export function approvalsIn({
  guard,
  approvals,
}: Pick<StoredReport['entry'], 'guard' | 'approvals'>): ApprovalMemory {
  const { digest, changes } = guard ?? {};
  const told = new Map<string, ChangeSet>();
  if (digest !== undefined && changes) told.set(digest, setOf(changes));
  for (const [label, left] of Object.entries(approvals?.told ?? {})) told.set(label, setOf(left));
  for (const [label, left] of told) if (left.size === 0) told.delete(label);
  return { told, used: [...new Set([...(guard?.used ?? []), ...(approvals?.used ?? [])])] };
}

/**
 * The same as a report holds it, beside its guard, whose set is not written twice.
 * @param guard what the report says of its guard
 */
export function approvalsEntry(
  { told, used }: ApprovalMemory,
  guard: { readonly digest: string; readonly changes: ChangeSet } | undefined,
): object {
  const isAsTold = ([digest, left]: readonly [string, ChangeSet]) =>
    digest === guard?.digest && left.size === guard.changes.size;
  const others = [...told].filter((set) => !isAsTold(set));
  if (others.length === 0 && used.length === 0) return {};
  const sets = others.map(([digest, left]) => [digest, Object.fromEntries(left)] as const);
  return { approvals: { told: Object.fromEntries(sets), used } };
}

// --- internal ---

function setOf(changes: Readonly<Record<string, string>>): ChangeSet {
  return new Map(Object.entries(changes));
}
