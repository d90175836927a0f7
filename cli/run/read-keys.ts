import { findSamePortals, type NamedPortal } from '../../functions/fleet/find-same-portals.ts';
import type { Assignment } from '../../functions/fleet/reconcile-fleet.ts';
import type { KeyLookup } from '../../functions/model/portal-key.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { Access } from '../world.ts';

/**
 * The keys of a run, all of them read: each team's from its own prefix. Those of names in conflict, too: another name
 * may lead to the same portal.
 * @returns by policy
 * @throws RunFailure
 */
export async function readKeys(
  policies: readonly LoadedPolicy[],
  assignments: readonly Assignment[],
  { keysFor }: Pick<Access, 'keysFor'>,
): Promise<KeyLookup[]> {
  const names = new Map<string | undefined, string[]>(policies.map(({ area }) => [area, []]));
  for (const { policy, target } of assignments) names.get(policies[policy]?.area)?.push(target.portal);
  const lookups = new Map<string | undefined, KeyLookup>();
  for (const [area, portals] of names) lookups.set(area, await keysFor(area)(portals));
  return policies.map(({ area }) => lookups.get(area) ?? NO_KEYS);
}

/**
 * The assignments, and why those are left alone whose names lead to one portal, in one policy or in several. A name that
 * `--portal` leaves out counts where its key is known all the same.
 */
export function withSamePortals(
  policies: readonly LoadedPolicy[],
  assignments: readonly Assignment[],
  keys: readonly KeyLookup[],
): Assignment[] {
  const named = policies.flatMap(({ reading, area }, policy) =>
    (reading.policy?.targets ?? []).map(({ portal, dump }) => ({
      ...{ policy, portal, dump, area },
      origin: keys[policy]?.originOf(portal),
    })),
  );
  // One name in two policies is one conflict, which is told already: its origin counts once.
  const known = new Set<string>();
  const once: NamedPortal[] = named.map((name) => {
    const id = JSON.stringify([name.area, name.portal, name.dump]);
    const isNew = !known.has(id);
    known.add(id);
    return isNew ? name : { ...name, origin: undefined };
  });
  const names = policies.map(({ policy }) => policy);
  const found = new Map(
    Array.from(findSamePortals(once, names), ([index, error]) => [placeOf(once[index]), error] as const),
  );
  return assignments.map((assignment) => {
    const { policy, target } = assignment;
    const refusal = assignment.refusal ?? found.get(placeOf({ policy, portal: target.portal }));
    return refusal ? { ...assignment, refusal } : assignment;
  });
}

// --- internal ---

const NO_KEYS: KeyLookup = {
  keyOf: () => Promise.reject(new Error('no keys were read')),
  originOf: () => undefined,
};

function placeOf(name: Pick<NamedPortal, 'policy' | 'portal'> | undefined): string {
  return `${name?.policy} ${name?.portal}`;
}
