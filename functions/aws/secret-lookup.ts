import { GROUPS } from '../model/key-groups.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup } from '../model/portal-key.ts';
import { openGroupBook } from './group-book.ts';
import type { KeyCache } from './key-cache.ts';
import { asGroup, type KnownKeys } from './known-keys.ts';
import { type KeyGroup, parseGroup } from './parse-group.ts';
import { readSecret, type SecretReaderOptions } from './read-secret.ts';
import { entryOf, type SecretEntry } from './secret-entry.ts';

export type SecretLookup = SecretReaderOptions & {
  readonly prefix: string;
  readonly known: KnownKeys;
  /** What was read of single secrets, by portal. */
  readonly singles: ReadonlyMap<string, SecretEntry>;
  readonly cache: KeyCache;
};

/** The keys of one run as they were read; a single secret goes before a group's entry. */
export function openSecretLookup({ prefix, known, singles, cache, ...calls }: SecretLookup): KeyLookup {
  const { book } = known;
  const renewed = new Map<string, SecretEntry>();
  const groupsRead = new Map<string, Promise<KeyGroup | PortalError>>();

  function singleOf(portal: string): SecretEntry | undefined {
    const entry = singles.get(portal);
    const isThere = !(entry instanceof PortalError && entry.code === 'KEY_NOT_FOUND');
    return isThere ? entry : undefined;
  }
  function find(portal: string): SecretEntry {
    const own = renewed.get(portal) ?? singleOf(portal) ?? book.find(portal)?.entry;
    if (own) return own;
    // Its own secret may say more than that there is none.
    const none = singles.get(portal);
    return book.broken.size === 0 && !known.unlisted && none ? none : book.whyMissing();
  }
  /** Once in a run: all its portals may have new keys. */
  function groupAfresh(name: string): Promise<KeyGroup | PortalError> {
    const reading = groupsRead.get(name) ?? readSecret(prefix + GROUPS + name, parseGroup, calls).then(keep);
    groupsRead.set(name, reading);
    return reading;

    function keep(read: KeyGroup | PortalError): KeyGroup | PortalError {
      const group = asGroup(read);
      const now = cache.known.get(prefix);
      if (!now || group instanceof PortalError) return group;
      const groups = new Map(now.groups).set(name, group);
      cache.known.set(prefix, { ...now, groups, book: openGroupBook(groups) });
      return group;
    }
  }
  async function readAfresh(portal: string): Promise<SecretEntry> {
    const found = singleOf(portal) ? undefined : book.find(portal);
    const group = found && (await groupAfresh(found.group));
    if (group instanceof PortalError) return group;
    const entry = group?.get(portal)?.entry ?? (await readSecret(prefix + portal, entryOf, calls));
    if (!group?.has(portal) && !(entry instanceof PortalError)) cache.set(prefix + portal, entry);
    return entry;
  }

  return {
    keyOf: async (portal) => {
      const found = find(portal);
      if (found instanceof PortalError) throw found;
      return found;
    },
    originOf: (portal) => {
      const found = find(portal);
      return found instanceof PortalError ? undefined : found.origin;
    },
    refresh: async (portal) => {
      const fresh = await readAfresh(portal);
      if (fresh instanceof PortalError) throw fresh;
      renewed.set(portal, fresh);
      return fresh;
    },
    warningsOf: (portal) => {
      const inGroup = singleOf(portal) && book.find(portal);
      return inGroup ? [standsTwice(inGroup.group)] : [];
    },
  };
}

// --- internal ---

function standsTwice(group: string): PortalWarning {
  const message = `its key stands in the group "${group}", too; its own secret counts: take it out of one of them`;
  return { code: 'KEY_TWICE', message };
}
