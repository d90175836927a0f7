import { wasInPlaceAt } from '../drift/remember-portal.ts';
import type { Recalled, StoredOutcome } from '../model/portal-memory.ts';
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
 * @param lastOf what was known of a portal before
 * @param isSameMeaning whether the policy means what it meant then
 * @throws RunFailure
 */
export async function openTreatment(
  policy: string,
  names: readonly string[],
  { lastOf, isSameMeaning }: Pick<RoundDecision, 'lastOf' | 'isSameMeaning'>,
  { trigger, settings, portals, clock, keysFor }: RoundContext,
): Promise<Treatment> {
  const options: TreatmentOptions = {
    keys: await keysFor(policy)(names),
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
    occasion: trigger === 'tick' ? 'tick' : 'change',
    graceHours: settings.graceHours,
    recall: (portal) => recallOf(lastOf(portal), isSameMeaning),
  };
  return settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
}

// --- internal ---

function recallOf(last: StoredOutcome | undefined, isSameMeaning: boolean): Recalled {
  return {
    observed: last?.observed,
    since: last?.since === undefined ? undefined : new Date(last.since),
    isSameTarget: isSameMeaning,
    wasInPlace: isSameMeaning && wasInPlaceAt(last),
  };
}
