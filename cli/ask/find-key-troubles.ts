import { connectedOrigin } from '../../functions/fleet/find-same-portals.ts';
import { PortalError } from '../../functions/model/portal-error.ts';
import { type KeySource, KeysUnreadableError, type PortalKey } from '../../functions/model/portal-key.ts';
import type { KeyList, KeyTags } from '../../functions/model/ports/key-list.ts';
import { fitsSelector } from '../../functions/model/selector.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { KeyFindings } from './key-findings.ts';

/**
 * What can be told of keys without asking a portal: malformed, twice, without a policy, missing.
 * @param policies those that reach the keys; none: nobody says which keys are used
 * @returns the keys that can be used
 * @throws RunFailure
 */
export async function findKeyTroubles(
  source: KeySource,
  policies: readonly LoadedPolicy[],
  findings: KeyFindings,
): Promise<ReadonlyMap<string, PortalKey>> {
  if (!source.list) throw new KeysUnreadableError('these keys cannot be listed');
  const { keys: listed, unreadGroups } = await source.list();
  const names = [...listed.keys()];
  const lookup = await source(names);
  const keys = new Map<string, PortalKey>();
  for (const portal of names) {
    try {
      keys.set(portal, await lookup.keyOf(portal));
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      findings.add(error.code, error.message, [portal]);
    }
    for (const { code, message } of lookup.warningsOf?.(portal) ?? []) findings.add(code, message, [portal]);
  }
  for (const group of unreadGroups)
    findings.add('KEY_MALFORMED', `the group "${group}" of keys can't be used`, []);
  findSamePortals(keys, policies, findings);
  compareNames(listed, policies, findings);
  return keys;
}

// --- internal ---

/** Two names of one portal get no request, but where one of them is the server-wide schedule. */
function findSamePortals(
  keys: ReadonlyMap<string, PortalKey>,
  policies: readonly LoadedPolicy[],
  findings: KeyFindings,
): void {
  const ofServers = new Set(
    policies.flatMap(({ reading }) =>
      (reading.policy?.targets ?? []).filter(({ dump }) => dump).map(({ portal }) => portal),
    ),
  );
  const behind = new Map<string, string[]>();
  for (const [portal, { origin }] of keys) {
    if (ofServers.has(portal)) continue;
    const place = connectedOrigin(origin);
    behind.set(place, [...(behind.get(place) ?? []), portal]);
  }
  for (const portals of behind.values())
    if (portals.length > 1)
      findings.add('CONFLICT', `lead to one portal: keep one name (${portals.join(', ')})`, portals);
}

function compareNames(
  listed: KeyList['keys'],
  policies: readonly LoadedPolicy[],
  findings: KeyFindings,
): void {
  if (policies.length === 0) return;
  const claimed = new Set(policies.flatMap(({ reading }) => reading.claims));
  const selectors = policies.flatMap(({ reading }) => reading.policy?.selectors ?? []);
  const isUsed = (portal: string, tags: KeyTags) =>
    claimed.has(portal) || selectors.some((selector) => fitsSelector(selector, portal, tags));
  const unused = [...listed].filter(([portal, tags]) => !isUsed(portal, tags)).map(([portal]) => portal);
  if (unused.length > 0) findings.add('UNUSED_KEY', 'no policy names or selects it', unused);
  const missing = [...claimed].filter((portal) => !listed.has(portal)).sort();
  if (missing.length > 0) findings.add('KEY_NOT_FOUND', 'a policy names it, and there is no key', missing);
}
