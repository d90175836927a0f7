import { PortalError } from './portal-error.ts';
import type { KeyTags } from './ports/key-list.ts';

export const NO_TAGS: KeyTags = new Map();

/**
 * The tags of an entry in a key file or a group: a map of texts, or of numbers and truth values as JSON writes them.
 * @throws PortalError KEY_MALFORMED where they are something else
 */
export function parseKeyTags(entry: unknown): KeyTags {
  const tags = isObject(entry) ? entry.tags : undefined;
  if (tags === undefined || tags === null) return NO_TAGS;
  const values = isObject(tags) ? Object.entries(tags) : [];
  if (!isObject(tags) || !values.every(([, value]) => /^(string|number|boolean)$/.test(typeof value)))
    throw new PortalError(
      'KEY_MALFORMED',
      'the portal\'s key entry is malformed: "tags" must be a map of names and texts',
    );
  return values.length === 0 ? NO_TAGS : new Map(values.map(([name, value]) => [name, String(value)]));
}

// --- internal ---

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
