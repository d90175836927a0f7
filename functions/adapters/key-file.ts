import { readFile } from 'node:fs/promises';
import { isMap, isScalar, parseDocument } from 'yaml';
import { PortalError } from '../model/portal-error.ts';
import { type KeyLookup, type KeySource, KeysUnreadableError, parsePortalKey } from '../model/portal-key.ts';

/**
 * Keys from a file at a terminal (YAML or JSON): `acme: { url: https://..., apiKey: sk-... }`.
 * One malformed entry is that portal's KEY_MALFORMED; the others can be used. Errors hold no word of the file: parsers
 * quote what they choke on.
 * @throws KeysUnreadableError
 */
export async function readKeyFile(path: string): Promise<KeySource> {
  const entries = parseEntries(await readText(path));
  const lookup: KeyLookup = {
    keyOf: async (portal) => {
      if (!entries.has(portal)) {
        throw new PortalError(
          'KEY_NOT_FOUND',
          'the key file has no entry for this portal: add one with its name',
        );
      }
      return parsePortalKey(entries.get(portal));
    },
  };
  return Object.assign(async () => lookup, { names: () => [...entries.keys()] });
}

// --- internal ---

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new KeysUnreadableError(`the key file cannot be read (${code}): give its path with --keys`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KeysUnreadableError('the key file is not UTF-8: save it as UTF-8');
  }
}

function parseEntries(text: string): ReadonlyMap<string, unknown> {
  let root: unknown;
  let firstError: { linePos?: readonly { line: number }[] } | undefined;
  try {
    // yaml's own check for duplicates takes quadratic time: ours is below.
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
    root = document.contents;
    [firstError] = document.errors;
    if (!firstError && isMap(root)) return entriesOf(root.items);
  } catch (error) {
    if (error instanceof KeysUnreadableError) throw error;
    throw new KeysUnreadableError('the key file is no YAML that can be read');
  }
  if (firstError) {
    const line = firstError.linePos?.[0]?.line;
    throw new KeysUnreadableError(`the key file is no YAML that can be read${line ? ` (line ${line})` : ''}`);
  }
  throw new KeysUnreadableError('the key file must be a map: a portal’s name, and below it url and apiKey');
}

function entriesOf(pairs: readonly Pair[]): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const { key, value } of pairs) {
    const name = nameOf(key);
    if (name === undefined) throw new KeysUnreadableError('the key file has a key that is no plain name');
    if (entries.has(name))
      throw new KeysUnreadableError('the key file names a portal twice: keep one entry for each');
    entries.set(name, textsOf(value));
  }
  return entries;
}

/** A portal's name is taken as it is written: `007` is no number here. */
function nameOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

/** The texts of an entry by name; an entry that is no map, or says a thing twice, is left for its own check to refuse. */
function textsOf(node: unknown): unknown {
  if (!isMap(node)) return undefined;
  const texts: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.items) {
    const name = nameOf(key);
    if (name === undefined || name in texts) return undefined;
    texts[name] = isScalar(value) ? value.value : undefined;
  }
  return texts;
}

type Pair = { readonly key: unknown; readonly value: unknown };
