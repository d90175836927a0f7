import { looksLikeCredential } from '../../model/params.ts';
import { asWritten, type Entry, type ReadContext } from './read-map.ts';
import { quoteName } from './secret-words.ts';

export type Text = {
  readonly keyOffset: number;
  readonly offset: number;
  /** undefined: it stands there, could not be read, and that was told. */
  readonly value: string | undefined;
};

/** The params of a storage, by name, in the file's order. */
export type Texts = ReadonlyMap<string, Text>;

/**
 * Reads texts by name: every value is the text that stands in the source, whatever YAML would take it for.
 * @param field `storageParams`, or `tags`, whose names are their writer's own
 */
export function readTexts(field: string, entries: readonly Entry[], context: ReadContext): Texts {
  const texts = new Map<string, Text>();
  for (const entry of entries) {
    const refused = field === 'tags' ? undefined : judgeName(entry.key);
    if (refused !== undefined) {
      context.problems.add({ offset: entry.keyOffset, kind: 'value', message: refused });
    }
    if (texts.has(entry.key)) continue;
    const value = readText(field === 'tags' ? 'tag' : 'storage param', entry, context);
    texts.set(entry.key, { keyOffset: entry.keyOffset, offset: entry.offset, value });
  }
  return texts;
}

// --- internal ---

function judgeName(name: string): string | undefined {
  if (name === '') return 'a storage param without a name';
  if (name.toLowerCase() === 'tenantid') {
    return `${quoteName(name)} is set by the server itself: drop it`;
  }
  if (!looksLikeCredential(name)) return undefined;
  return `${quoteName(name)} looks like a credential: credentials belong into the portal's own storage settings, never in a policy`;
}

function readText(what: string, { key, value, offset }: Entry, context: ReadContext): string | undefined {
  if (value === undefined) return undefined;
  const written = asWritten(value);
  const refuse = (problem: string) => {
    context.problems.add({ offset, kind: 'value', message: `${what} ${quoteName(key)} ${problem}` });
    return undefined;
  };
  if (written.collection !== undefined) return refuse(`must be a text, not a ${written.collection}`);
  if (written.value === null) return refuse('is empty: give a text, in quotes if it is to be empty');
  return written.text;
}
