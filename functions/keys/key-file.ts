import { NO_TAGS, parseKeyTags } from '../model/key-tags.ts';
import { PortalError } from '../model/portal-error.ts';
import { type KeyLookup, type KeySource, type PortalKey, parsePortalKey } from '../model/portal-key.ts';
import type { KeyList } from '../model/ports/key-list.ts';
import { parseKeyEntries } from './parse-key-entries.ts';
import { readKeyText } from './read-key-text.ts';

/**
 * Keys from a file at a terminal (YAML or JSON): `acme: { url: https://..., apiKey: sk-... }`.
 * One malformed entry is that portal's KEY_MALFORMED; the others can be used. Errors hold no word of the file: parsers
 * quote what they choke on.
 * @throws KeysUnreadableError
 */
export async function readKeyFile(path: string): Promise<KeySource> {
  const entries = parseKeyEntries(await readKeyText(path));
  const keyOf = (portal: string): PortalKey => {
    if (!entries.has(portal)) {
      const message = 'the key file has no entry for this portal: add one with its name';
      throw new PortalError('KEY_NOT_FOUND', message);
    }
    const entry = entries.get(portal);
    parseKeyTags(entry);
    return parsePortalKey(entry);
  };
  const lookup: KeyLookup = {
    keyOf: async (portal) => keyOf(portal),
    originOf: (portal) => {
      try {
        return keyOf(portal).origin;
      } catch {
        return undefined;
      }
    },
  };
  return Object.assign(async () => lookup, {
    names: () => [...entries.keys()],
    list: async () => listEntries(entries),
  });
}

// --- internal ---

/** An entry whose tags can't be read has none: that it is malformed is told where it is used. */
function listEntries(entries: ReadonlyMap<string, unknown>): KeyList {
  const tagsOf = (entry: unknown) => {
    try {
      return parseKeyTags(entry);
    } catch {
      return NO_TAGS;
    }
  };
  const names = [...entries.keys()].sort();
  return { keys: new Map(names.map((name) => [name, tagsOf(entries.get(name))])), unreadGroups: [] };
}
