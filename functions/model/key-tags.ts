import type { KeyTags } from './ports/key-list.ts';

/**
 * The tags of an entry in a key file or a group: a map of texts, or of numbers and truth values as JSON writes them.
 * `undefined` where they are something else.
 */
export function parseKeyTags(entry: unknown): KeyTags | undefined {
  const tags = isObject(entry) ? entry.tags : undefined;
  if (tags === undefined || tags === null) return NONE;
  if (!isObject(tags)) return undefined;
  const values = Object.entries(tags);
  if (!values.every(([, value]) => /^(string|number|boolean)$/.test(typeof value))) return undefined;
  return new Map(values.map(([name, value]) => [name, String(value)]));
}

// --- internal ---

const NONE: KeyTags = new Map();

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
