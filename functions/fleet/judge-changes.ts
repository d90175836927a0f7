import { type ApprovalMemory, type ChangeSet, NOTHING_TOLD } from '../model/approval-memory.ts';
import type { Guard } from '../model/guard.ts';
import type { ChangeToMake, HeldChange } from '../model/planned-change.ts';
import { PortalError } from '../model/portal-error.ts';
import { changeDigest } from '../portal/change-digest.ts';
import { isUsedDigest, plainDigest, toldDigest } from './approval-digests.ts';
import { checkGuards, type ExceededGuard, isGuarded } from './check-guards.ts';

/** What one policy's changes may do together. */
export type PolicyGuard = {
  readonly guard: Guard;
  /** The portals that the policy names: what percents are of. */
  readonly portals: number;
  /** The digest of the set of changes that somebody let through on purpose. */
  readonly approve: string | undefined;
  /** The digests that others than the policy's writer approve, where only theirs count: then `approve` has no effect. */
  readonly approvals?: ReadonlySet<string> | undefined;
  /** What earlier reports told; missing at a terminal, which remembers nothing. */
  readonly memory?: ApprovalMemory | undefined;
  /** Changes that an earlier try of this run has made: a limit is not to be had again with every try. */
  readonly already?: readonly HeldChange[];
};

/**
 * Why a set of changes is not let through: there is no approval; one that was used up; or one for other changes. An
 * approval that lets a part of the set through is none of these.
 */
export type ApprovalGap = 'used' | 'foreign' | 'none';

/** What the guards say of a policy's changes, all of them known. */
export type GuardVerdict = {
  readonly exceeded: readonly ExceededGuard[];
  /** Stands for this very set of guarded changes; `approve: <digest>` in the policy lets it through. */
  readonly digest: string;
  /** What the digest stands for: what waits for an approval, or, where nothing does, what is left of the approved set. */
  readonly changes: ChangeSet;
  /** Over no guard, or approved, all of it. */
  readonly isLetThrough: boolean;
  /** Whether the held change of a portal may be written, though others may not. */
  readonly mayGo: (portal: string) => boolean;
  readonly approval?: ApprovalGap | undefined;
  /** Digests whose approval had let something through before. */
  readonly used: readonly string[];
  /** Whether only objects in the bucket approve. */
  readonly isForOthers: boolean;
};

/** A verdict as reports and `--json` hold it. */
export function guardEntry({
  exceeded,
  digest,
  isLetThrough,
  approval,
  changes,
  used,
}: GuardVerdict): object {
  return {
    ...{ exceeded, digest, approved: isLetThrough },
    ...(approval && { approval }),
    ...{ changes: Object.fromEntries(changes), used },
  };
}

/** The changes of one policy, counted while its portals are read. */
export type ChangeCount = {
  /** @param place of its portal in the run: changes are told in the order of the run */
  add(change: ChangeToMake, place: number): void;
  judge(): GuardVerdict;
};

export function countChanges(policy: PolicyGuard): ChangeCount {
  const { guard, portals, already = [] } = policy;
  const guarded: { readonly change: ChangeToMake; readonly place: number }[] = [];
  let changes = already.length;
  return {
    add: (change, place) => {
      changes++;
      if (isGuarded(change.effect, guard, portals)) guarded.push({ change, place });
    },
    judge: () => {
      const held = guarded.sort((a, b) => a.place - b.place).map(({ change }) => change);
      const counted = [...already, ...held];
      // What was done already is no reason to tell of a guard, once nothing is left to hold.
      const exceeded = held.length > 0 ? checkGuards({ portals, held: counted, changes, guard }) : [];
      return { ...(exceeded.length > 0 ? weigh(held, policy) : NOTHING_HELD), exceeded };
    },
  };
}

/** The digests that count now. A terminal remembers no set that was told before, and so no number. */
export function approvalsOf({
  approve,
  approvals,
  memory,
}: Pick<PolicyGuard, 'approve' | 'approvals' | 'memory'>): ReadonlySet<string> {
  if (approvals) return approvals;
  if (approve === undefined) return new Set();
  return new Set([memory ? approve : plainDigest(approve)]);
}

/** Why a held change was not written. */
export function guardedError({ exceeded, digest, approval, isForOthers }: GuardVerdict): PortalError {
  const over = exceeded.map(
    ({ guard, count, limit }) => `${guard} lets ${limit} through, ${count} are planned`,
  );
  const gap = approval && GAPS[approval];
  const how = isForOthers
    ? `somebody writes the object approvals/<policy>/${digest}`
    : `set approve: ${digest} in the policy`;
  const message = `held back with all changes of its kind: ${over.join('; ')}: to let exactly these through, ${how}${gap ? ` (${gap})` : ''}`;
  return new PortalError('GUARDED', message);
}

/** What is wrong with the approval that there is. */
export const GAPS: Readonly<Record<ApprovalGap, string | undefined>> = {
  used: 'the approval given is used up: it was for changes that were made',
  foreign: 'the approval given is for other changes than these',
  none: undefined,
};

/** Why a held change was not written after all: what was counted is not what is there now. */
export function movedOnError(): PortalError {
  const message = 'the portal changed after the guards had counted its change: run it again';
  return new PortalError('GUARDED', message, { retryable: true });
}

// --- internal ---

const NOTHING_HELD = {
  ...{ digest: '', changes: new Map(), used: [] },
  ...{ isLetThrough: true, mayGo: () => true, isForOthers: false },
};

/**
 * What approvals let through. One that fits the whole set lets it through. One whose digest a report told covers what is
 * left of that set, whatever has joined since; the others wait, under a digest of their own.
 */
function weigh(held: readonly ChangeToMake[], policy: PolicyGuard): Omit<GuardVerdict, 'exceeded'> {
  const { told, used } = policy.memory ?? NOTHING_TOLD;
  const approvals = approvalsOf(policy);
  const about = { used, isForOthers: policy.approvals !== undefined };
  const hashes = new Map(held.map((change) => [change.portal, changeDigest([change])]));
  const whole = toldDigest(changeDigest(held), used);
  if (approvals.has(whole))
    return { ...about, digest: whole, changes: hashes, isLetThrough: true, mayGo: () => true };

  const approved = [...told].filter(([digest]) => approvals.has(digest));
  const mayGo = (portal: string) => {
    const hash = hashes.get(portal);
    return hash !== undefined && approved.some(([, changes]) => changes.get(portal) === hash);
  };
  const rest = held.filter(({ portal }) => !mayGo(portal));
  const [covering] = approved.filter(([, changes]) =>
    held.some(({ portal }) => changes.get(portal) === hashes.get(portal)),
  );
  if (rest.length === 0 && covering) {
    const [digest, changes] = covering;
    return { ...about, digest, changes, isLetThrough: true, mayGo };
  }
  const digest = toldDigest(changeDigest(rest), used);
  const changes = new Map(rest.map(({ portal }) => [portal, hashes.get(portal) ?? '']));
  const approval = covering ? undefined : gapOf(approvals, used);
  return { ...about, digest, changes, isLetThrough: false, mayGo, approval };
}

function gapOf(approvals: ReadonlySet<string>, used: readonly string[]): ApprovalGap {
  if (approvals.size === 0) return 'none';
  return [...approvals].every((approval) => isUsedDigest(approval, used)) ? 'used' : 'foreign';
}
