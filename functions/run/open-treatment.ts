import type { StoredOutcome } from '../model/portal-memory.ts';
import type { Clock } from '../model/ports/clock.ts';
import { applyTreatment, planTreatment, type Treatment } from '../portal/treat-portal.ts';
import { type Examine, examinePortal } from '../protection/examine-portal.ts';
import type { RoundContext } from './round-context.ts';

/**
 * What a round does to each of its portals. While the deployment is paused, portals get clients that can't write.
 * @param lastOf what was known of a portal before
 * @throws RunFailure
 */
export async function openTreatment(
  policy: string,
  names: readonly string[],
  lastOf: (portal: string) => StoredOutcome | undefined,
  { trigger, settings, portals, clock, keysFor }: RoundContext,
): Promise<Treatment> {
  const options = {
    keys: await keysFor(policy)(names),
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
    timezoneOf: (portal: string) => lastOf(portal)?.observed?.timezone ?? undefined,
    ...(trigger === 'tick' && { examine: examineWith(lastOf, settings.graceHours, clock) }),
  };
  return settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
}

// --- internal ---

/** With what the portal said before: it is asked seldom. */
function examineWith(
  lastOf: (portal: string) => StoredOutcome | undefined,
  graceHours: number,
  clock: Clock,
): Examine {
  return async (portal, target, found, heard) => {
    const { observed, since } = lastOf(target.portal) ?? {};
    const examination = await examinePortal(portal, target, found, heard ?? observed, clock.date());
    return { ...examination, graceHours, ...(since !== undefined && { since: new Date(since) }) };
  };
}
