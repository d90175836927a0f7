import type { PortalWarning } from '../model/outcome.ts';
import { isPast } from '../model/past-time.ts';
import type { PortalError } from '../model/portal-error.ts';
import { type Claim, conflictError, namedBy } from './find-conflicts.ts';

/** Since when a policy governs its portals, ISO. */
export type Governed = ReadonlyMap<string, string>;

/** Of the portals of a policy, those that others name, too. */
export type Conflicts = {
  /** Another policy governs them, or none does: they get no request. */
  readonly refused: ReadonlyMap<string, PortalError>;
  /** The policy governs them, and keeps them: what it is to tell of it. */
  readonly kept: ReadonlyMap<string, PortalWarning>;
};

/**
 * Whose portals stay whose. Who governs a portal keeps it, so that a second policy that names it, by a slip or not, can't
 * end the first one's care for it; of two that govern it, by a race, the one that has for longer does, and of two that
 * began at the same instant the one whose name comes first: both come to the same answer. Where none governs it, whose
 * word counts can't be known.
 * @param others policies that reach the same keys
 * @param governedBy what each of them and the policy itself governs, as its last report says
 */
export function judgeConflicts(
  mine: Claim,
  others: readonly Claim[],
  governedBy: (policy: string) => Governed | undefined,
  now: Date,
): Conflicts {
  const refused = new Map<string, PortalError>();
  const kept = new Map<string, PortalWarning>();
  for (const [portal, rivals] of rivalsOf(mine, others)) {
    const policies = [mine.policy, ...rivals];
    const governor = governorOf(portal, policies, governedBy, now);
    if (governor === mine.policy) kept.set(portal, keptWarning(rivals));
    else refused.set(portal, conflictError(policies, governor));
  }
  return { refused, kept };
}

// --- internal ---

/** By portal, the other policies that name it. */
function rivalsOf(mine: Claim, others: readonly Claim[]): ReadonlyMap<string, readonly string[]> {
  const own = new Set(mine.portals);
  const rivals = new Map<string, string[]>();
  for (const { policy, portals } of others) {
    for (const portal of portals) {
      if (!own.has(portal)) continue;
      const known = rivals.get(portal);
      if (known) known.push(policy);
      else rivals.set(portal, [policy]);
    }
  }
  return rivals;
}

function governorOf(
  portal: string,
  policies: readonly string[],
  governedBy: (policy: string) => Governed | undefined,
  now: Date,
): string | undefined {
  const starts = policies.flatMap((policy) => {
    const since = governedBy(policy)?.get(portal);
    return since !== undefined && isPast(since, now) ? [{ policy, since: Date.parse(since) }] : [];
  });
  const [first] = starts.sort((a, b) => a.since - b.since || (a.policy < b.policy ? -1 : 1));
  return first?.policy;
}

function keptWarning(rivals: readonly string[]): PortalWarning {
  const message = `named by ${namedBy(rivals)}, too, which gets no request to it: this policy governs it; keep it in one of them`;
  return { code: 'CONFLICT', message };
}
