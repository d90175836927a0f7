import { PortalError } from '../model/portal-error.ts';
import type { KeyTags } from '../model/ports/key-list.ts';
import type { KeyGroup } from './parse-group.ts';
import { missingSecret, type SecretEntry } from './secret-entry.ts';

/** The groups of a prefix, by name; in place of one that can't be used, why: words that go with its name. */
export type KeyGroups = ReadonlyMap<string, KeyGroup | PortalError>;

/** In which group a portal's key is. */
export type GroupBook = {
  find(portal: string): FoundInGroup | undefined;
  portals(): Iterable<readonly [string, FoundInGroup]>;
  /** Those that can't be used, each with why. */
  readonly broken: ReadonlyMap<string, PortalError>;
  /** Why a portal has no key that has none of its own either: it may be in a group that can't be used. */
  whyMissing(): PortalError;
};

export type FoundInGroup = {
  readonly group: string;
  readonly entry: SecretEntry;
  readonly tags: KeyTags;
};

/** @param unlisted why nobody knows which groups there are; `undefined`: they are known */
export function openGroupBook(groups: KeyGroups, unlisted?: PortalError): GroupBook {
  const found = new Map<string, FoundInGroup>();
  const broken = new Map<string, PortalError>();
  for (const name of [...groups.keys()].sort()) {
    const group = groups.get(name);
    if (group instanceof PortalError) broken.set(name, group);
    else for (const [portal, one] of group ?? []) found.set(portal, addTo(found.get(portal), name, one));
  }
  return {
    find: (portal) => found.get(portal),
    portals: () => found,
    broken,
    whyMissing: () => {
      if (unlisted) return unlisted;
      const [[name, why] = []] = broken;
      return name === undefined || !why ? missingSecret() : mayBeIn(name, why);
    },
  };
}

/** What is said of a group that can't be used. */
export function tellBrokenGroup(name: string, why: PortalError): string {
  return `the group "${name}" of keys ${why.message}`;
}

// --- internal ---

function addTo(
  before: FoundInGroup | undefined,
  group: string,
  { entry, tags }: Pick<FoundInGroup, 'entry' | 'tags'>,
): FoundInGroup {
  if (!before) return { group, entry, tags };
  // Which of them is right nobody can say, and they may lead to two portals.
  const message = `the portal's key is in two groups, "${before.group}" and "${group}": keep one`;
  return { ...before, entry: new PortalError('KEY_MALFORMED', message) };
}

function mayBeIn(name: string, why: PortalError): PortalError {
  const { code, retryable } = why;
  const message = `the portal has no secret of its own, and ${tellBrokenGroup(name, why)}: its key may be in there`;
  return new PortalError(code, message, { retryable });
}
