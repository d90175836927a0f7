import { Lexer } from 'yaml';
import { LOOK_ALIKES, type LookAlike, lookAlikeOf } from '../../model/look-alikes.ts';
import { KNOWN_KEYS } from './known-keys.ts';
import type { LineMap } from './line-map.ts';
import type { ProblemList } from './problem.ts';
import type { Edit } from './text-edits.ts';
import { thinLexemes } from './thin-lexemes.ts';

/**
 * Tells characters that stand in the place of others (a no-break space as a blank, a curly quote as a quote), each at
 * its own place, once a line. In quotes, in comments, in block texts and in a description they are text like any.
 *
 * @returns what puts the characters in that were meant
 */
export function findLookAlikes(text: string, lines: LineMap, problems: ProblemList): Edit[] {
  if (text.search(LOOK_ALIKES) < 0) return [];
  const found = plainTexts(text).flatMap((plain) => findIn(plain, text));
  tellEach(found, lines, problems);
  return mend(found, text);
}

// --- internal ---

type Found = {
  readonly offset: number;
  readonly character: string;
  readonly lookAlike: LookAlike;
  readonly opens: boolean;
};

type Plain = {
  readonly offset: number;
  readonly source: string;
  /** Any text may stand here, so that only its ends are looked at. */
  readonly isFree: boolean;
};

/** The texts without quotes: keys, values, and what was meant to be marks between them. */
function plainTexts(text: string): Plain[] {
  const plain: Plain[] = [];
  let isBlock = false;
  for (const { source, offset, isMark } of thinLexemes(new Lexer().lex(text))) {
    if (isMark) {
      if (source[0] === '|' || source[0] === '>') isBlock = true;
      continue;
    }
    if (!isBlock && source.search(LOOK_ALIKES) >= 0) {
      const key = keyBefore(text, offset);
      if (key !== 'description') plain.push({ offset, source, isFree: key !== undefined && !isStrict(key) });
    }
    isBlock = false;
  }
  return plain;
}

const LONGEST_KEY = 100;

/** The key whose value begins here, on the same line; undefined where none does, and a key may begin. */
function keyBefore(text: string, offset: number): string | undefined {
  const before = text.slice(Math.max(0, offset - LONGEST_KEY), offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const key = /([^\s,{}[\]"']*)["']?[ \t]*:[ \t]*$/.exec(line);
  return key?.[1];
}

const STRICT_PARAMS = new Set(['module', 'bucket', 'region', 'folderId']);

function isStrict(key: string): boolean {
  return KNOWN_KEYS.has(key) || STRICT_PARAMS.has(key);
}

function findIn({ offset, source, isFree }: Plain, text: string): Found[] {
  const found: Found[] = [];
  for (const match of source.matchAll(LOOK_ALIKES)) {
    const lookAlike = lookAlikeOf(match[0]);
    if (lookAlike === undefined) continue;
    const isFirst = match.index === 0;
    const isLast = match.index === source.length - 1;
    if (isFree && !(isFirst && mayBegin(lookAlike)) && !(isLast && isBlankish(lookAlike))) continue;
    // A quote that nothing closes on its line is a part of the text that it stands in.
    const opens = isFirst && lookAlike.kind === 'quote' && partnerOf(text, offset) !== undefined;
    if (isFree && lookAlike.kind === 'quote' && !opens) continue;
    found.push({ offset: offset + match.index, character: match[0], lookAlike, opens });
  }
  return found;
}

function mayBegin({ kind, ascii }: LookAlike): boolean {
  return kind !== 'other' || ascii === '{' || ascii === '[';
}

function isBlankish({ kind }: LookAlike): boolean {
  return kind === 'blank' || kind === 'invisible';
}

/** Where the quote that opens here is closed by another that is no straight one either. */
function partnerOf(text: string, offset: number): number | undefined {
  const lineEnd = text.indexOf('\n', offset);
  const rest = text.slice(offset + 1, Math.min(lineEnd < 0 ? text.length : lineEnd, offset + 1000));
  for (const match of rest.matchAll(LOOK_ALIKES)) {
    if (lookAlikeOf(match[0])?.kind === 'quote') return offset + 1 + match.index;
  }
  return undefined;
}

const MOST_LINES_TOLD = 10;

function tellEach(found: readonly Found[], lines: LineMap, problems: ProblemList): void {
  const onLines = new Map<string, Found[]>();
  let told = 0;
  for (const one of found) {
    const { line } = lines.positionOf(one.offset);
    if (line === told) continue;
    told = line;
    const known = onLines.get(one.character);
    if (known) known.push(one);
    else onLines.set(one.character, [one]);
  }
  const firsts = [...onLines.values()].flatMap((list) =>
    list.slice(0, MOST_LINES_TOLD).map((one, index) => {
      const more = index === MOST_LINES_TOLD - 1 ? list.length - MOST_LINES_TOLD : 0;
      return { ...one, more };
    }),
  );
  for (const { offset, lookAlike, more } of firsts.toSorted((a, b) => a.offset - b.offset)) {
    const rest = more > 0 ? ` (and on ${more} more lines)` : '';
    const message = `${lookAlike.name}: ${advice(lookAlike)}${rest}`;
    problems.add({ offset, kind: 'syntax', code: 'LOOK_ALIKE', isNew: true, message });
  }
}

function advice({ kind, ascii }: LookAlike): string {
  if (kind === 'blank') return 'it looks like a blank and is none, put a plain one in its place';
  if (kind === 'invisible') return 'it cannot be seen, drop it';
  if (kind === 'quote') return 'it is no quote, write " or \'';
  return ascii === '' ? 'it looks like another letter, write that one' : `write "${ascii}"`;
}

function mend(found: readonly Found[], text: string): Edit[] {
  const edits = new Map<number, Edit>();
  const put = (offset: number, insert: string) => {
    if (!edits.has(offset)) edits.set(offset, { offset, remove: 1, insert });
  };
  for (const { offset, character, lookAlike, opens } of found) {
    if (lookAlike.kind === 'quote') {
      const partner = opens ? partnerOf(text, offset) : undefined;
      if (partner === undefined) continue;
      const quote = /["\\]/.test(text.slice(offset, partner)) ? "'" : '"';
      put(offset, quote);
      put(partner, quote);
    } else if (lookAlike.ascii !== '' || lookAlike.kind === 'invisible') {
      put(offset, meantFor(character, lookAlike, text, offset));
    }
  }
  return [...edits.values()];
}

function meantFor(character: string, { ascii }: LookAlike, text: string, offset: number): string {
  // An ideographic space is as wide as two.
  if (character === '\u3000') return '  ';
  const isBeforeBlank = /[ \t\r\n]/.test(text[offset + 1] ?? '\n');
  if (ascii === ':') return isBeforeBlank ? ':' : ': ';
  // A dash before a blank would begin a list.
  return ascii === '-' && isBeforeBlank ? character : ascii;
}
