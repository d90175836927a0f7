import { GROUP_BYTES } from '../model/key-groups.ts';
import { NO_TAGS, parseKeyTags } from '../model/key-tags.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyTags } from '../model/ports/key-list.ts';
import { parseEntry, type SecretEntry, type SecretValue, textOf } from './secret-entry.ts';

/** What one secret holds for many portals. Nothing of it is shown. */
export type KeyGroup = ReadonlyMap<string, GroupEntry>;

export type GroupEntry = { readonly entry: SecretEntry; readonly tags: KeyTags };

/**
 * A group's value: a JSON map of entries. One broken entry is its portal's failure; so is a name that stands twice,
 * which JSON.parse would pass over. What is wrong with the whole is told in words that go with the group's name.
 */
export function parseGroup(value: SecretValue): KeyGroup | PortalError {
  let text: string;
  try {
    text = textOf(value);
  } catch {
    return new PortalError('KEY_MALFORMED', 'is neither text nor bytes in UTF-8: store its file as text');
  }
  if (Buffer.byteLength(text) > GROUP_BYTES)
    return new PortalError('KEY_MALFORMED', 'is bigger than 64 KB: make two groups of it');
  const map = parseMap(text);
  if (!map)
    return new PortalError('KEY_MALFORMED', 'is no JSON map of portals’ names, each with its url and apiKey');
  const twice = namesTwice(text);
  const group = new Map<string, GroupEntry>();
  for (const [portal, entry] of Object.entries(map))
    group.set(portal, twice.has(portal) ? { entry: standsTwice(), tags: NO_TAGS } : readEntry(entry));
  return group;
}

// --- internal ---

function parseMap(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(value: unknown): GroupEntry {
  try {
    const tags = parseKeyTags(value);
    return { entry: parseEntry(value), tags };
  } catch (error) {
    if (error instanceof PortalError) return { entry: error, tags: NO_TAGS };
    throw error;
  }
}

function standsTwice(): PortalError {
  return new PortalError('KEY_MALFORMED', 'the portal stands twice in its group of keys: keep one entry');
}

/** The names that stand twice on the first level of a JSON map; the text is known to be one. */
function namesTwice(text: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && /^\s*:/.test(text.slice(index + token.length, index + token.length + 100))) {
      const name: string = JSON.parse(token);
      if (seen.has(name)) twice.add(name);
      seen.add(name);
    }
  }
  return twice;
}
