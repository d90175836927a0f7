import { PortalError } from '../model/portal-error.ts';
import { printable } from '../model/printable.ts';

/** A policy's name, and the portals that it speaks for. */
export type Claim = { readonly policy: string; readonly portals: readonly string[] };

/**
 * The portals that more than one policy names, each with the error that all of them are told: whose word counts can't
 * be known, so such a portal gets no request at all.
 */
export function findConflicts(claims: readonly Claim[]): ReadonlyMap<string, PortalError> {
  const owners = new Map<string, string[]>();
  for (const { policy, portals } of claims) {
    for (const portal of portals) {
      const known = owners.get(portal);
      if (known) known.push(policy);
      else owners.set(portal, [policy]);
    }
  }
  const conflicts = new Map<string, PortalError>();
  for (const [portal, policies] of owners) {
    if (policies.length > 1) conflicts.set(portal, conflict(policies));
  }
  return conflicts;
}

// --- internal ---

const MOST_NAMED = 5;

function conflict(policies: readonly string[]): PortalError {
  const named = policies.slice(0, MOST_NAMED).map((policy) => `"${printable(policy, 100)}"`);
  const more = policies.length > MOST_NAMED ? ` and ${policies.length - MOST_NAMED} more` : '';
  const message = `named by ${policies.length} policies (${named.join(', ')}${more}): keep it in one of them`;
  return new PortalError('CONFLICT', message);
}
