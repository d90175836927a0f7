import type { Guard } from '../model/guard.ts';
import type { ChangeToMake, HeldChange } from '../model/planned-change.ts';
import { PortalError } from '../model/portal-error.ts';
import { changeDigest } from '../portal/change-digest.ts';
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
  /** Changes that an earlier try of this run has made: a limit is not to be had again with every try. */
  readonly already?: readonly HeldChange[];
};

/** What the guards say of a policy's changes, all of them known. */
export type GuardVerdict = {
  readonly exceeded: readonly ExceededGuard[];
  /** Stands for this very set of guarded changes; `approve: <digest>` in the policy lets it through. */
  readonly digest: string;
  /** Over no guard, or approved. */
  readonly isLetThrough: boolean;
};

/** A verdict as reports and `--json` hold it. */
export function guardEntry({ exceeded, digest, isLetThrough }: GuardVerdict): object {
  return { exceeded, digest, approved: isLetThrough };
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
      const digest = changeDigest(held);
      return { exceeded, digest, isLetThrough: exceeded.length === 0 || isApproved(policy, digest) };
    },
  };
}

function isApproved({ approve, approvals }: PolicyGuard, digest: string): boolean {
  return approvals ? approvals.has(digest) : approve === digest;
}

/** Why a held change was not written. */
export function guardedError({ exceeded, digest }: GuardVerdict): PortalError {
  const over = exceeded.map(
    ({ guard, count, limit }) => `${guard} lets ${limit} through, ${count} are planned`,
  );
  const message = `held back with all changes of its kind: ${over.join('; ')}: to let exactly these through, set approve: ${digest} in the policy`;
  return new PortalError('GUARDED', message);
}

/** Why a held change was not written after all: what was counted is not what is there now. */
export function movedOnError(): PortalError {
  const message = 'the portal changed after the guards had counted its change: run it again';
  return new PortalError('GUARDED', message, { retryable: true });
}
