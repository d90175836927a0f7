import type { Assignment } from '../../functions/fleet/reconcile-fleet.ts';
import { fitsPattern, isPattern } from '../../functions/model/name-pattern.ts';
import { didYouMean } from '../../functions/model/near-name.ts';
import { printable } from '../../functions/model/printable.ts';
import { type Claim, findConflicts } from '../../functions/run/find-conflicts.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { RunError } from '../terminal.ts';

export type Selection = {
  /** In the policies' order, each policy in its file's order. */
  readonly assignments: readonly Assignment[];
  /** Told where `--portal` names what no policy names: a slip there must not pass for "all well". */
  readonly unknown: RunError | undefined;
};

/** The portals of all policies, or those of them that `--portal` names or whose names fit it, with conflicts marked. */
export function selectPortals(policies: readonly LoadedPolicy[], only: readonly string[]): Selection {
  const targetsOf = ({ reading }: LoadedPolicy) => reading.policy?.targets ?? [];
  const claims = policies.map((loaded) => ({
    policy: loaded.policy,
    portals: loaded.reading.policy ? targetsOf(loaded).map(({ portal }) => portal) : loaded.reading.claims,
  }));
  const named = new Set(claims.flatMap(({ portals }) => portals));
  const conflicts = conflictsByArea(policies, claims);
  const isWanted = wantedBy(only);
  const assignments = policies.flatMap((loaded, policy) =>
    targetsOf(loaded)
      .filter(({ portal }) => isWanted(portal))
      .map((target): Assignment => {
        const refusal = conflicts.get(loaded.area)?.get(target.portal) ?? loaded.refusals?.get(target.portal);
        return { policy, target, ...(refusal && { refusal }) };
      }),
  );
  const missing = only.filter((one) => !(isPattern(one) ? fitsAny(one, named) : named.has(one)));
  return { assignments, unknown: missing.length > 0 ? unknownPortals(missing, named) : undefined };
}

// --- internal ---

function wantedBy(only: readonly string[]): (portal: string) => boolean {
  const names = new Set(only.filter((one) => !isPattern(one)));
  const patterns = only.filter(isPattern);
  if (only.length === 0) return () => true;
  return (portal) => names.has(portal) || patterns.some((pattern) => fitsPattern(portal, pattern));
}

function fitsAny(pattern: string, names: Iterable<string>): boolean {
  for (const name of names) if (fitsPattern(name, pattern)) return true;
  return false;
}

/** Policies whose secrets lie in different places cannot mean the same portal. */
function conflictsByArea(policies: readonly LoadedPolicy[], claims: readonly Claim[]) {
  const areas = new Set(policies.map(({ area }) => area));
  const within = (area: string | undefined) => claims.filter((_, index) => policies[index]?.area === area);
  return new Map([...areas].map((area) => [area, findConflicts(within(area))]));
}

function unknownPortals(missing: readonly string[], named: ReadonlySet<string>): RunError {
  const parts = missing.map((one) => {
    const shown = `"${printable(one, 70)}"`;
    return isPattern(one) ? `a portal that fits ${shown}` : `the portal ${shown}${didYouMean(one, named)}`;
  });
  return {
    code: 'UNKNOWN_PORTAL',
    message: `nothing was started: no policy names ${parts.join(', ')}`,
  };
}
