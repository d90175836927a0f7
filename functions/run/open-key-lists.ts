import type { KeySource } from '../model/portal-key.ts';
import { KeysUnreadableError } from '../model/portal-key.ts';
import type { KeyList } from '../model/ports/key-list.ts';
import { type Settings, secretsPrefixOf } from '../model/settings.ts';

/**
 * Every key that the portals of a policy may have, as one run sees them: policies that reach the same keys share one
 * list, and a run goes by one list from its beginning to its end.
 * @throws KeysUnreadableError, AwsUnavailableError
 */
export type ListKeysOf = (policy: string) => Promise<KeyList>;

/** Lists keys when they are first asked for. What failed is tried again by whoever asks next. */
export function openKeyLists(keysFor: (policy: string) => KeySource, settings: Settings): ListKeysOf {
  const lists = new Map<string, Promise<KeyList>>();
  return (policy) => {
    const prefix = secretsPrefixOf(policy, settings);
    const known = lists.get(prefix);
    if (known) return known;
    const list = listKeys(keysFor(policy), prefix);
    lists.set(prefix, list);
    list.catch(() => lists.delete(prefix));
    return list;
  };
}

/**
 * The keys of a source, where it can tell which there are.
 * @param where of a deployment, what their names begin with
 */
export async function listKeys(source: KeySource, where: string): Promise<KeyList> {
  if (source.list) return source.list();
  const names = source.names?.();
  if (names) return { keys: new Map(names.map((portal) => [portal, new Map()])), unreadGroups: [] };
  throw new KeysUnreadableError(`the keys ${where}* cannot be listed here, and "select" goes by that list`);
}
