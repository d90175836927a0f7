import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';
import { type Settings, secretsPrefixOf } from '../model/settings.ts';
import type { StateSource } from './policy-state.ts';
import { listPolicies, readClaims, readSelected } from './read-claims.ts';
import { type Said, settleClaims } from './settle-claims.ts';

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
  const { bucket, settings, claimCache, listKeys } = source;
  const said = new Map<string, Said[]>(areasOf(settings).map(({ prefix }) => [prefix, []]));
  for (const [policy, object] of (await listPolicies(bucket)).policies) {
    const claims = await readClaims(bucket, policy, object, claimCache);
    said.get(secretsPrefixOf(policy, settings))?.push({ policy, ...claims });
  }
  let ungoverned: readonly string[] = [];
  let withoutKey: readonly string[] = [];
  for (const { prefix, name } of areasOf(settings)) {
    const { claims } = await settleClaims(said.get(prefix) ?? [], listKeys, (policy) =>
      readSelected(bucket, policy),
    );
    const portals = new Set(claims.flatMap((claim) => claim.portals));
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
