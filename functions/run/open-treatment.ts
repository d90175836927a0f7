import { wasInPlaceAt } from '../drift/remember-portal.ts';
import { type Before, isSameTarget } from '../drift/repair-limit.ts';
import type { Recalled } from '../model/portal-memory.ts';
import {
  applyTreatment,
  planTreatment,
  type Treatment,
  type TreatmentOptions,
} from '../portal/treat-portal.ts';
import type { RoundDecision } from './decide-round.ts';
import type { RoundContext } from './round-context.ts';

/**
 * What a round does to each of its portals. While the deployment is paused, portals get clients that can't write.
 * @param beforeOf what was known of a portal before, and what is wanted of it now
 * @throws RunFailure
 */
export async function openTreatment(
  policy: string,
  names: readonly string[],
  { beforeOf }: Pick<RoundDecision, 'beforeOf'>,
  { trigger, settings, portals, clock, keysFor }: RoundContext,
): Promise<Treatment> {
  const options: TreatmentOptions = {
    keys: await keysFor(policy)(names),
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
    occasion: trigger === 'tick' ? 'tick' : 'change',
    graceHours: settings.graceHours,
    recall: (portal) => recallOf(beforeOf(portal, clock.date())),
  };
  return settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
}

// --- internal ---

function recallOf(before: Before): Recalled {
  const { last } = before;
  const isSame = isSameTarget(before);
  return {
    observed: last?.observed,
    since: last?.since === undefined ? undefined : new Date(last.since),
    isSameTarget: isSame,
    wasInPlace: isSame && wasInPlaceAt(last),
  };
}
