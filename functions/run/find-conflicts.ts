import { PortalError } from '../model/portal-error.ts';
import { printable } from '../model/printable.ts';

/** A policy's name, and the portals that it speaks for. */
export type Claim = { readonly policy: string; readonly portals: readonly string[] };

/**
 * The portals that more than one policy names, each with the error that all of them are told: without reports whose word
 * counts can't be known, so such a portal gets no request at all.
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
    if (policies.length > 1) conflicts.set(portal, conflictError(policies));
  }
  return conflicts;
}

/**
 * Why a portal that several policies name gets no request.
 * @param governor whose portal it stays, if it is anybody's
 */
export function conflictError(policies: readonly string[], governor?: string): PortalError {
  const whose = governor === undefined ? '' : `; ${quoted(governor)} governs it, and keeps it`;
  const named = `named by ${policies.length} policies (${namedBy(policies)})${whose}`;
  return new PortalError('CONFLICT', `${named}: keep it in one of them`);
}

/** Names of policies, the first ones of many, safe to print. */
export function namedBy(policies: readonly string[]): string {
  const more = policies.length > MOST_NAMED ? ` and ${policies.length - MOST_NAMED} more` : '';
  return `${policies.slice(0, MOST_NAMED).map(quoted).join(', ')}${more}`;
}

// --- internal ---

const MOST_NAMED = 5;

function quoted(policy: string): string {
  return `"${printable(policy, 100)}"`;
}
