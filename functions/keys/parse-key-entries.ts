import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import { KeysUnreadableError } from '../model/portal-key.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';

/**
 * The entries of a key file by the portal's name, each as it stands there. What can be nobody's entry (a second document,
 * a comment in JSON, a name with capitals, a merge key) is an error: it must not vanish in silence. Large files are read
 * in ways that take less time and memory, and give the same: JSON by JSON.parse, YAML some entries at a time.
 * @throws KeysUnreadableError without a word of the text
 */
export function parseKeyEntries(text: string): ReadonlyMap<string, unknown> {
  return parsePlainJson(text) ?? parsePlainYaml(text) ?? parseYaml(text);
}

// --- internal ---

type Entries = Map<string, unknown>;

/**
 * `undefined` where the text is no JSON, or where something in it was lost: written again, it has to be the same. (A
 * name that stands twice is not, nor are names that look like numbers, which objects put in an order of their own.)
 */
function parsePlainJson(text: string): Entries | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    if (!isButForSpace(text, JSON.stringify(value))) return undefined;
    // Where an odd name stands is told of the whole text alone.
    return Object.keys(value).every(isName) ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a JSON text is `bare`, but for white space outside its texts. A copy without it would take megabytes more. */
function isButForSpace(text: string, bare: string): boolean {
  let at = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (!isQuoted && (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09)) continue;
    if (unit !== bare.charCodeAt(at++)) return false;
    if (unit === 0x22) isQuoted = !isQuoted;
    // What is escaped is no quote that ends a text.
    if (unit === 0x5c && text.charCodeAt(++index) !== bare.charCodeAt(at++)) return false;
  }
  return at === bare.length;
}

/** Entries parsed at a time: the tree of a whole file takes half a gigabyte at 100,000 portals. */
const PART = 500;

/**
 * A map whose entries begin, each with a plain name, at the beginning of a line, nothing else there but comments.
 * `undefined` where the text is anything else, or has an error: where it is can be told of the whole text alone.
 */
function parsePlainYaml(text: string): Entries | undefined {
  if (/^(?!\w[\w.-]*:[ \r\n]|[ #\r\n]|$)|[\u2028\u2029]/m.test(text)) return undefined;
  const entries: Entries = new Map();
  let from = 0;
  let count = 0;
  for (const { index } of text.matchAll(/^\w/gm)) {
    if (count++ % PART !== 0 || index === from) continue;
    if (!addPart(text, from, index, entries)) return undefined;
    from = index;
  }
  return count > 0 && addPart(text, from, text.length, entries) ? entries : undefined;
}

function addPart(whole: string, from: number, to: number, entries: Entries): boolean {
  const part = whole.slice(from, to);
  const { contents, errors } = parse(part);
  if (errors.length > 0 || !isMap(contents)) return contents === null && errors.length === 0;
  if (!contents.items.every(({ key }) => isName(nameOf(key)))) return false;
  addEntries(contents.items, entries, (node) => lineAt(whole, from) + lineOf(node, part) - 1);
  return true;
}

function parseYaml(text: string): Entries {
  const { contents, errors } = parse(text);
  const [firstError] = errors;
  if (firstError) {
    const line = firstError.linePos?.[0]?.line;
    const where = line ? ` (line ${line})` : '';
    throw new KeysUnreadableError(
      firstError.code === 'MULTIPLE_DOCS'
        ? `the key file has a second document${where}: put all entries into one`
        : `the key file is no YAML that can be read${where}`,
    );
  }
  if (!isMap(contents)) {
    throw new KeysUnreadableError('the key file must be a map: a portal’s name, and below it url and apiKey');
  }
  const entries: Entries = new Map();
  addEntries(contents.items, entries, (node) => lineOf(node, text));
  return entries;
}

/** @throws KeysUnreadableError */
function parse(text: string) {
  try {
    // yaml's own check for duplicates takes quadratic time: ours is below. (With logLevel silent, it would not tell of
    // a second document.)
    return parseDocument(text, { uniqueKeys: false, logLevel: 'error' });
  } catch {
    throw new KeysUnreadableError('the key file is no YAML that can be read');
  }
}

type Pair = { readonly key: unknown; readonly value: unknown };

function addEntries(pairs: readonly Pair[], entries: Entries, lineOfNode: (node: unknown) => number): void {
  for (const { key, value } of pairs) {
    const name = nameOf(key);
    if (name === undefined || !isName(name)) throw oddName(name, lineOfNode(key));
    if (entries.has(name))
      throw new KeysUnreadableError(
        `the key file names a portal twice (line ${lineOfNode(key)}): keep one entry for each`,
      );
    entries.set(name, textsOf(value));
  }
}

function isName(name: string | undefined): boolean {
  return name !== undefined && PORTAL_NAME.test(name);
}

/** Which kind of thing it is that no portal can be called. */
function oddName(name: string | undefined, line: number): KeysUnreadableError {
  const at = `(line ${line})`;
  if (name === undefined)
    return new KeysUnreadableError(`the key file has a key that is no plain name ${at}`);
  if (/\/\/|\/\*/.test(name))
    return new KeysUnreadableError(
      `the key file has a comment with // or /* ${at}, which JSON has not: take it out, or write it with # in YAML`,
    );
  if (name === '<<')
    return new KeysUnreadableError(
      `the key file has a merge key (<<) ${at}, which is not read: write entries out`,
    );
  if (isName(name.toLowerCase()))
    return new KeysUnreadableError(
      `the key file has a name in capitals ${at}: portal names are in lower case`,
    );
  return new KeysUnreadableError(
    `the key file has an entry that no portal can be called ${at}: names are lower-case letters, digits, and . _ - after the first`,
  );
}

/** From 1. */
function lineOf(node: unknown, text: string): number {
  return lineAt(text, isNode(node) ? (node.range?.[0] ?? 0) : 0);
}

/** From 1. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A portal's name is taken as it is written: `007` is no number here. */
function nameOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

/**
 * The texts of an entry by name, and its tags; an entry that is no map, or says a thing twice, is left for its own check
 * to refuse.
 */
function textsOf(node: unknown): unknown {
  return valuesOf(node, (value, name) => {
    // A tag is taken as it is written, as a name is: `007` is no number.
    if (name === 'tags' && !isEmpty(value)) return valuesOf(value, nameOf) ?? NO_TAGS;
    return isScalar(value) ? value.value : undefined;
  });
}

/** What no tags are, so that it is refused. */
const NO_TAGS = false;

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function valuesOf(
  node: unknown,
  read: (value: unknown, name: string) => unknown,
): Record<string, unknown> | undefined {
  if (!isMap(node)) return undefined;
  const values: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.items) {
    const name = nameOf(key);
    if (name === undefined || name in values) return undefined;
    values[name] = read(value, name);
  }
  return values;
}
