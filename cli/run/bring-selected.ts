import type { KeyList } from '../../functions/model/ports/key-list.ts';
import { selectPortals } from '../../functions/policy/select-portals.ts';
import { listKeys } from '../../functions/run/open-key-lists.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { Access } from '../world.ts';

/** Whether somebody has to list keys before it is known which portals these policies are for. */
export function hasSelectors(policies: readonly LoadedPolicy[]): boolean {
  return policies.some(({ reading }) => (reading.policy?.selectors.length ?? 0) > 0);
}

/**
 * The policies with what their selectors bring, of the keys that there are now. What any of them names under `portals:`
 * is brought by none; of policies that were not given nothing is known here.
 * @throws KeysUnreadableError, AwsUnavailableError
 */
export async function bringSelected(
  policies: readonly LoadedPolicy[],
  { keysFor }: Pick<Access, 'keysFor'>,
): Promise<LoadedPolicy[]> {
  const lists = new Map<string | undefined, KeyList>();
  for (const loaded of policies) {
    const { area } = loaded;
    if (hasSelectors([loaded]) && !lists.has(area))
      lists.set(area, await listKeys(keysFor(area), area ?? ''));
  }
  return policies.map((loaded) => {
    const { policy } = loaded.reading;
    const keys = lists.get(loaded.area);
    if (!policy || !keys) return loaded;
    const neighbours = policies.filter(({ area }) => area === loaded.area);
    const named = new Set(neighbours.flatMap(({ reading }) => reading.claims));
    const isNamed = (portal: string) => named.has(portal);
    const { policy: selected, refusals } = selectPortals(policy, { keys, isNamed, before: [] });
    return { ...loaded, reading: { ...loaded.reading, policy: selected, errors: [] as const }, refusals };
  });
}
