import type { ApprovalMemory, ChangeSet } from '../model/approval-memory.ts';
import type { GuardVerdict } from './judge-changes.ts';

/** What a run has to say of the sets that digests were told for. */
export type ApprovalEvents = {
  /** What it told itself, where changes went over a guard. */
  readonly verdict: Pick<GuardVerdict, 'digest' | 'changes'> | undefined;
  /** The digests that counted in it. */
  readonly approvals: ReadonlySet<string>;
  /** The portals that it read, or read back, as wanted. */
  readonly inPlace: ReadonlySet<string>;
  /** The portals that the policy names. */
  readonly claims: readonly string[];
  /** Digests that were approved for what is done already, whether or not a report had told them. */
  readonly spent: readonly string[];
};

/**
 * What the next run has to know. A change is used up when its portal is as wanted, whoever made it so: should it drift
 * back, somebody has to be asked again. It is gone when the policy names its portal no more. A digest is used once its
 * approval has let a change through.
 */
export function rememberApprovals(memory: ApprovalMemory, events: ApprovalEvents): ApprovalMemory {
  const { verdict, approvals, inPlace, spent } = events;
  const { told } = memory;
  if (!verdict && told.size === 0 && spent.length === 0) return memory;
  const isForce = ([digest]: readonly [string, ChangeSet]) => approvals.has(digest);
  const before = [...told].filter(([digest]) => digest !== verdict?.digest);
  const sets: (readonly [string, ChangeSet])[] = [
    ...(verdict ? [[verdict.digest, verdict.changes] as const] : []),
    ...before.filter(isForce),
    ...before.filter((set) => !isForce(set)),
  ];
  const claimed = new Set(events.claims);
  const used = new Set(memory.used);
  const left = new Map<string, ChangeSet>();
  let room = Math.max(MOST_CHANGES, 2 * events.claims.length);
  for (const [digest, changes] of sets) {
    const open = [...changes].filter(([portal]) => !inPlace.has(portal));
    if (open.length < changes.size && approvals.has(digest)) used.add(digest);
    const rest = open.filter(([portal]) => claimed.has(portal));
    const isNow = digest === verdict?.digest;
    room -= isNow ? 0 : rest.length;
    if (isNow || (rest.length > 0 && room >= 0 && left.size < MOST_SETS)) left.set(digest, new Map(rest));
  }
  for (const digest of spent) used.add(digest);
  return { told: left, used: newestOf([...used], approvals) };
}

// --- internal ---

/** Of sets that were told before the last one. */
const MOST_CHANGES = 20_000;
const MOST_SETS = 20;
const MOST_USED = 1_000;

/** One that still stands somewhere as an approval is never forgotten: it would count again. */
function newestOf(used: readonly string[], approvals: ReadonlySet<string>): string[] {
  return used.filter((digest, index) => approvals.has(digest) || index >= used.length - MOST_USED);
}
