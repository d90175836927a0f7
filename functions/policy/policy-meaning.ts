import { createHash } from 'node:crypto';
import { GUARD_NAMES, limitText } from '../model/guard.ts';
import type { Policy, PortalTarget } from '../model/portal-target.ts';
import { targetHash } from '../model/target-hash.ts';

/**
 * Stands for what a policy wants, as a SHA-256 in hex: two texts of the same meaning give the same. Its description,
 * its approval, the order of its portals, and how it comes by their fields are no part of it. Told in reports; drift and
 * contests are judged portal by portal.
 * @param hashOf what stands for a portal's target, where it is known already: of a big fleet they take time
 */
export function policyMeaning(
  { targets, guard }: Policy,
  hashOf: (target: PortalTarget) => string = targetHash,
): string {
  const portals = targets.map((target) => {
    const { portal, mode, allowLateFirstRun } = target;
    return JSON.stringify([portal, mode, hashOf(target), allowLateFirstRun]);
  });
  const limits = GUARD_NAMES.map((name) => {
    const limit = guard[name];
    return limit ? limitText(limit) : null;
  });
  const hash = createHash('sha256').update(JSON.stringify(limits));
  for (const line of portals.sort()) hash.update('\n').update(line);
  return hash.digest('hex');
}
