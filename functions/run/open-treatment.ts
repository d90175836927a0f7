import { wasInPlaceAt } from '../drift/remember-portal.ts';
import { type Before, isSameTarget } from '../drift/repair-limit.ts';
import { connectedOrigin, findSamePortals } from '../fleet/find-same-portals.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup } from '../model/portal-key.ts';
import type { Recalled } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import {
  applyTreatment,
  planTreatment,
  type Treatment,
  type TreatmentOptions,
} from '../portal/treat-portal.ts';
import type { RoundDecision } from './decide-round.ts';
import { ALL_PORTALS } from './lease.ts';
import type { RoundContext } from './round-context.ts';

/** What a round does to each of its portals, and those of them that it must leave alone. */
export type OpenedTreatment = {
  readonly treatment: Treatment;
  /** The names that lead to one portal, each with what it is told. */
  readonly conflicts: ReadonlyMap<string, PortalError>;
};

/**
 * Reads the keys of all portals that the policy names, also of those that have no turn now: what they lead to is known
 * before the first request. While the deployment is paused, portals get clients that can't write.
 * @param beforeOf what was known of a portal before, and what is wanted of it now
 * @param coming the keys, where they are on their way
 * @throws RunFailure
 */
export async function openTreatment(
  policy: string,
  targets: readonly PortalTarget[],
  { beforeOf, isAskedFor }: Pick<RoundDecision, 'beforeOf' | 'isAskedFor'>,
  { trigger, letGo, settings, portals, clock, keysFor }: RoundContext,
  coming?: Promise<KeyLookup>,
): Promise<OpenedTreatment> {
  const keys = await (coming ?? keysFor(policy)(targets.map(({ portal }) => portal)));
  const options: TreatmentOptions = {
    keys: withoutMoves(keys, targets),
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
    occasion: trigger === 'tick' ? 'tick' : 'change',
    graceHours: settings.graceHours,
    isUnattended: !isAskedFor,
    recall: (portal) => recallOf(beforeOf(portal, clock.date()), letGo.has(portal) || letGo.has(ALL_PORTALS)),
  };
  const treatment = settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
  return { treatment, conflicts: samePortals(policy, targets, keys) };
}

// --- internal ---

function samePortals(
  policy: string,
  targets: readonly PortalTarget[],
  keys: KeyLookup,
): ReadonlyMap<string, PortalError> {
  const names = targets.map(({ portal, dump }) => ({
    policy: 0,
    portal,
    dump,
    origin: keys.originOf(portal),
  }));
  const found = findSamePortals(names, [policy]);
  return new Map(Array.from(found, ([index, error]) => [targets[index]?.portal ?? '', error]));
}

/** A key read afresh that leads to another name's portal is not used: the next run tells of it. */
function withoutMoves(keys: KeyLookup, targets: readonly PortalTarget[]): KeyLookup {
  const { refresh } = keys;
  if (!refresh) return keys;
  return {
    ...keys,
    refresh: async (portal) => {
      const before = keys.originOf(portal);
      const key = await refresh(portal);
      const origin = connectedOrigin(key.origin);
      const isAt = (other: string | undefined) => other !== undefined && connectedOrigin(other) === origin;
      if (isAt(before)) return key;
      const isTaken = targets.some((other) => other.portal !== portal && isAt(keys.originOf(other.portal)));
      if (isTaken) throw new PortalError('CONFLICT', 'its new key leads to the portal of another name');
      return key;
    },
  };
}

/** @param isLetGo whether what was sent and did not show counts for nothing: somebody else may have been at the portal */
function recallOf(before: Before, isLetGo: boolean): Recalled {
  const { last } = before;
  const isSame = isSameTarget(before);
  const { unverified, ...others } = last?.observed ?? {};
  return {
    observed: isLetGo && unverified ? others : last?.observed,
    since: last?.since === undefined ? undefined : new Date(last.since),
    isSameTarget: isSame,
    wasInPlace: isSame && wasInPlaceAt(last),
  };
}
