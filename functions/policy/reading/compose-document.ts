import { Composer, type CST, type Node } from 'yaml';
import type { ProblemKind, ProblemList } from './problem.ts';
import { sayYamlError } from './yaml-wording.ts';

/**
 * From syntax tokens to the document's root node; undefined where there is none.
 * Faults from the line of `doubtfulFrom` on are not told.
 */
export function composeDocument(
  tokens: readonly CST.Token[],
  text: string,
  doubtfulFrom: number | undefined,
  problems: ProblemList,
): Node | undefined {
  // Duplicate keys are found elsewhere: the composer compares every key with every other.
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false });
  const end = doubtfulFrom === undefined ? text.length + 1 : text.lastIndexOf('\n', doubtfulFrom - 1) + 1;
  const onError: OnError = (source, code, message, isWarning) => {
    const offset = offsetOf(source);
    if (isWarning || offset >= end || NOT_TOLD.some((begin) => message.startsWith(begin))) return;
    problems.add({
      offset: placeOf(text, Math.max(0, Math.min(offset, text.length)), message),
      kind: kindOf(code),
      code: message.startsWith('All ') ? 'COLUMN' : code,
      message: sayYamlError(code, message),
    });
  };
  // The composer would make an Error with its stack of every fault: gigabytes for a file of stray commas.
  Object.assign(composer, { onError });
  let root: Node | undefined;
  for (const token of tokens) {
    if (token.type === 'document') freeAsComposed(token.value, 0);
    for (const document of composer.next(token)) root ??= document.contents ?? undefined;
  }
  for (const document of composer.end()) root ??= document.contents ?? undefined;
  return root;
}

// --- internal ---

type ErrorSource = number | readonly number[] | { readonly offset: number };
type OnError = (source: ErrorSource, code: string, message: string, isWarning?: boolean) => void;

function offsetOf(source: ErrorSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : (source[0] ?? 0);
}

/** An unclosed quote was told where it opens; the other is said of good YAML too, with brackets as a map's later key. */
const NOT_TOLD = ['Missing closing ', 'Map comment with trailing content'];

/**
 * Lets go of each of a big map's tokens when it is composed: tokens and nodes of a full-size file together would not
 * fit into half a gigabyte. The composer goes over a block's items once, from front to back.
 */
function freeAsComposed(token: CST.Token | undefined, depth: number): void {
  if (token?.type !== 'block-map' || depth > 2) return;
  const { items } = token;
  for (const { value } of items) freeAsComposed(value, depth + 1);
  if (items.length >= BIG_MAP) Object.assign(token, { items: { [Symbol.iterator]: () => drain(items) } });
}

const BIG_MAP = 1000;

function* drain<T>(items: T[]): Generator<T, void> {
  items.reverse();
  for (let item = items.pop(); item !== undefined; item = items.pop()) yield item;
}

/** Faults that leave what stands around them as it was meant. */
const LOCAL = new Set(['BAD_DQ_ESCAPE', 'BAD_SCALAR_START', 'BAD_ALIAS', 'ALIAS_PROPS', 'MULTIPLE_ANCHORS']);

function kindOf(code: string): ProblemKind {
  return LOCAL.has(code) ? 'syntax' : 'structure';
}

/**
 * The composer points at the end of what it read last. People look for the next thing where that stands wrong, and
 * right behind the last thing where something is missing.
 */
function placeOf(text: string, offset: number, message: string): number {
  let place = offset;
  if (message.startsWith('All ')) {
    while (isBlank(text[place])) place += 1;
    return place < text.length ? place : offset;
  }
  if (!message.startsWith('Flow ')) return offset;
  while (place > 0 && isBlank(text[place - 1])) place -= 1;
  return place;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}
