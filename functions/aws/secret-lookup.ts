import { GROUPS } from '../model/key-groups.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup } from '../model/portal-key.ts';
import { openGroupBook } from './group-book.ts';
import type { KeyCache } from './key-cache.ts';
import { asGroup, type KnownKeys, troublesOf } from './known-keys.ts';
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
export function openSecretLookup(lookup: SecretLookup): KeyLookup {
  const { known, singles } = lookup;
  const { book } = known;
  const renewed = new Map<string, SecretEntry>();
  const readAfresh = openFreshReader(lookup);

  function find(portal: string): SecretEntry {
    const own = renewed.get(portal) ?? singleOf(portal, singles) ?? book.find(portal)?.entry;
    if (own) return own;
    // Its own secret may say more than that there is none.
    const none = singles.get(portal);
    return book.broken.size === 0 && !known.unlisted && none ? none : book.whyMissing();
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
      const inGroup = singleOf(portal, singles) && book.find(portal);
      return inGroup ? [standsTwice(inGroup.group)] : [];
    },
  };
}

// --- internal ---

/** What was read of a portal's own secret; `undefined`: it has none. */
function singleOf(portal: string, singles: SecretLookup['singles']): SecretEntry | undefined {
  const entry = singles.get(portal);
  return entry && !isGone(entry) ? entry : undefined;
}

function isGone(entry: SecretEntry): boolean {
  return entry instanceof PortalError && entry.code === 'KEY_NOT_FOUND';
}

/** Reads a portal's key where it was found before, and where that is no more, in the other place. */
function openFreshReader({ prefix, known, singles, cache, ...calls }: SecretLookup) {
  const groupsRead = new Map<string, Promise<KeyGroup | PortalError>>();
  const readSingle = (portal: string) => readSecret(prefix + portal, entryOf, calls);

  /** Once in a run: all its portals may have new keys. */
  function groupAfresh(name: string): Promise<KeyGroup | PortalError> {
    const reading =
      groupsRead.get(name) ??
      readSecret(prefix + GROUPS + name, parseGroup, calls).then((read) => keepGroup(name, asGroup(read)));
    groupsRead.set(name, reading);
    return reading;
  }
  function keepGroup(name: string, group: KeyGroup | PortalError): KeyGroup | PortalError {
    const now = cache.known.get(prefix);
    if (!now || group instanceof PortalError) return group;
    const groups = new Map(now.groups).set(name, group);
    const book = openGroupBook(groups);
    cache.known.set(prefix, { ...now, groups, book, troubles: troublesOf(book) });
    return group;
  }
  function keepSingle(portal: string, read: SecretEntry): SecretEntry {
    if (!(read instanceof PortalError)) cache.set(prefix + portal, read);
    return read;
  }

  return async (portal: string): Promise<SecretEntry> => {
    const isSingle = singleOf(portal, singles) !== undefined;
    const found = known.book.find(portal);
    if (isSingle || !found) {
      const own = await readSingle(portal);
      // Where it is gone, it may have been moved into a group.
      if (!found || !isGone(own)) return keepSingle(portal, own);
    }
    const group = await groupAfresh(found.group);
    if (group instanceof PortalError) return group;
    const entry = group.get(portal)?.entry;
    if (!entry) return keepSingle(portal, await readSingle(portal));
    // What is kept of its own secret must not be used again.
    return isSingle ? keepSingle(portal, entry) : entry;
  };
}

function standsTwice(group: string): PortalWarning {
  const message = `its key stands in the group "${group}", too; its own secret counts: take it out of one of them`;
  return { code: 'KEY_TWICE', message };
}
