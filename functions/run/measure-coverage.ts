import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';
import { type Settings, secretsPrefixOf } from '../model/settings.ts';
import type { StateSource } from './policy-state.ts';
import { listPolicies, readClaims } from './read-claims.ts';

/** Where keys and policies don't meet; a team's portals as `team/portal`. Both lists are sorted. */
export type Coverage = {
  /** Portals that have a key, and that no policy names. */
  readonly ungoverned: readonly string[];
  /** Portals that a policy names, and that have no key. */
  readonly withoutKey: readonly string[];
};

/** Compares the secrets below each prefix with the portals of all policies that reach it. */
export async function measureCoverage(
  source: StateSource,
  listSecrets: ListPortalSecrets,
): Promise<Coverage> {
  const { bucket, settings, claimCache } = source;
  const claimed = new Map<string, Set<string>>(areasOf(settings).map(({ prefix }) => [prefix, new Set()]));
  for (const [policy, object] of (await listPolicies(bucket)).policies) {
    const portals = claimed.get(secretsPrefixOf(policy, settings));
    for (const portal of await readClaims(bucket, policy, object, claimCache)) portals?.add(portal);
  }
  let ungoverned: readonly string[] = [];
  let withoutKey: readonly string[] = [];
  for (const { prefix, name } of areasOf(settings)) {
    const portals = claimed.get(prefix) ?? new Set();
    const keys = new Set(await listSecrets(prefix));
    ungoverned = ungoverned.concat([...keys].filter((portal) => !portals.has(portal)).map(name));
    withoutKey = withoutKey.concat([...portals].filter((portal) => !keys.has(portal)).map(name));
  }
  return { ungoverned: ungoverned.toSorted(), withoutKey: withoutKey.toSorted() };
}

/**
 * A coverage as reports hold it: the first names of each list: the counts tell how many there are.
 * @param measuredAt when; reports name the last measurement, which is older than they are
 */
export function coverageEntry(coverage: Coverage & { readonly measuredAt?: string | undefined }): object {
  const { ungoverned, withoutKey, measuredAt } = coverage;
  return {
    ...(measuredAt !== undefined && { measuredAt }),
    counts: { ungoverned: ungoverned.length, withoutKey: withoutKey.length },
    ungoverned: ungoverned.slice(0, MOST_NAMED),
    withoutKey: withoutKey.slice(0, MOST_NAMED),
  };
}

// --- internal ---

const MOST_NAMED = 1_000;

type Area = { readonly prefix: string; readonly name: (portal: string) => string };

function areasOf({ secretsPrefix, teams }: Settings): readonly Area[] {
  return [
    { prefix: secretsPrefix, name: (portal) => portal },
    ...Object.entries(teams).map(([team, prefix]) => ({
      prefix,
      name: (portal: string) => `${team}/${portal}`,
    })),
  ];
}
