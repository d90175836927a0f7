import { type CST, Lexer, Parser } from 'yaml';
import type { ProblemList } from './problem.ts';
import { type Lexeme, thinLexemes } from './thin-lexemes.ts';
import { NOT_EXPECTED } from './yaml-wording.ts';

export type ParsedTokens = {
  /** The `%YAML 1.2` line and the one document, as far as they were read. */
  readonly tokens: readonly CST.Token[];
  /** Where reading ended early, or a quote was never closed: further faults from here on are but echoes of that. */
  readonly doubtfulFrom: number | undefined;
};

/**
 * From text to syntax tokens, one lexeme at a time, so that hostile input is left before it costs memory: the
 * composer after this is recursive, and makes several objects of each token.
 */
export function parseTokens(text: string, problems: ProblemList): ParsedTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const limits = guardLimits();
  let hasDocument = false;
  let doubtfulFrom: number | undefined;
  const take = (token: CST.Token) => {
    if (token.type === 'error' || (token.type === 'doc-end' && hasContent(token))) {
      problems.add({ offset: token.offset, kind: 'structure', message: NOT_EXPECTED });
    } else if (token.type === 'document' || token.type === 'directive') {
      tokens.push(token);
    }
    if (token.type === 'document') hasDocument = true;
  };
  for (const lexeme of thinLexemes(new Lexer().lex(text))) {
    const { source, offset, isMark } = lexeme;
    parser.offset = offset;
    if (isMark && dropTagOrDirective(source, offset, problems)) continue;
    if (isMark && isUnclosed(source)) {
      problems.add({
        offset,
        kind: 'structure',
        code: 'UNCLOSED_QUOTE',
        message: `the closing ${source[0]} of this text is missing`,
      });
      doubtfulFrom ??= offset;
    }
    const refusal = limits.refuse(lexeme, parser.stack.at(-1));
    if (refusal) {
      problems.add({ offset, kind: 'structure', code: 'LIMIT', message: refusal });
      return { tokens: finish(parser, tokens), doubtfulFrom: doubtfulFrom ?? offset };
    }
    for (const token of parser.next(source)) take(token);
    if (hasDocument && parser.stack[0]?.type === 'document') {
      const message = 'a second document begins here: one file holds one policy';
      problems.add({ offset: skipBlanks(text, offset), kind: 'syntax', message });
      return { tokens, doubtfulFrom };
    }
    if (isTooDeep(parser)) {
      const message = `nested deeper than ${MAX_DEPTH} levels`;
      problems.add({ offset, kind: 'structure', code: 'LIMIT', message });
      return { tokens: finish(parser, tokens), doubtfulFrom: doubtfulFrom ?? offset };
    }
  }
  for (const token of parser.end()) take(token);
  return { tokens, doubtfulFrom };
}

// --- internal ---

const MAX_DEPTH = 32;
const MAX_ALIASES = 100_000;
const MAX_ITEMS = 10_000;
const MAX_KEYS = 700_000;
const MAX_TEXT_LINES = 10_000;

/** Closes what is open. What that makes of a half-read file is only good for knowing where its values are. */
function finish(parser: Parser, tokens: readonly CST.Token[]): CST.Token[] {
  return [...tokens, ...[...parser.end()].filter((token) => token.type === 'document')];
}

function hasContent(token: CST.DocumentEnd): boolean {
  return (token.end ?? []).some(({ type }) => type !== 'space' && type !== 'comment' && type !== 'newline');
}

/**
 * A quote that is never closed swallows the rest of the file: it is told where it was opened. The composer looks at
 * the last character alone, and would take an escaped quote (`"a\"`, `'a''`) at the file's end for the closing one.
 */
function isUnclosed(source: string): boolean {
  if (source[0] !== '"' && source[0] !== "'") return false;
  if (source.length === 1 || !source.endsWith(source[0])) return true;
  const sign = source[0] === '"' ? '\\' : "'";
  let escapes = 0;
  while (escapes < source.length - 2 && source[source.length - 2 - escapes] === sign) escapes += 1;
  return escapes % 2 === 1;
}

/** Tags and directives are told here and go no further: what YAML would make of them does not matter. */
function dropTagOrDirective(source: string, offset: number, problems: ProblemList): boolean {
  if (source[0] === '!') {
    problems.add({ offset, kind: 'syntax', message: 'tags (!...) are not allowed: drop it' });
    return true;
  }
  if (source[0] !== '%' || /^%YAML[ \t]+1\.2$/.test(source)) return false;
  const message = source.startsWith('%YAML')
    ? 'only YAML 1.2 is read here: drop this line'
    : 'directives (%...) are not allowed: drop this line';
  problems.add({ offset, kind: 'syntax', message });
  return true;
}

/** Says why reading ends at a lexeme: every limit is far beyond what a policy needs. */
function guardLimits(): { refuse(lexeme: Lexeme, inside: CST.Token | undefined): string | undefined } {
  let aliases = 0;
  let anchors = 0;
  let items = 0;
  let keys = 0;
  return {
    refuse: ({ source, isMark }, inside) => {
      if (isMark && source[0] === '*') aliases += 1;
      if (isMark && source[0] === '&') anchors += 1;
      if (isMark && source === ':') keys += 1;
      const isInList = inside?.type === 'flow-collection' && inside.start.source === '[';
      if (isMark && (source === '-' || source === '?' || (source === ',' && isInList))) items += 1;
      if (aliases > MAX_ALIASES) return 'more than 100,000 aliases: split the file';
      if (anchors > MAX_ALIASES) return 'more than 100,000 anchors: split the file';
      if (keys > MAX_KEYS) return 'more than 700,000 keys: split the file';
      if (items > MAX_ITEMS) return 'more than 10,000 list items: a policy has no use for lists';
      return hasTooManyLines(source) ? 'a text of more than 10,000 lines' : undefined;
    },
  };
}

function hasTooManyLines(source: string): boolean {
  if (source.length < MAX_TEXT_LINES) return false;
  let lines = 0;
  for (let end = source.indexOf('\n'); end >= 0; end = source.indexOf('\n', end + 1)) lines += 1;
  return lines > MAX_TEXT_LINES;
}

function isTooDeep(parser: Parser): boolean {
  if (parser.stack.length <= MAX_DEPTH + 1) return false;
  return parser.stack.filter((token) => 'items' in token).length > MAX_DEPTH;
}

function skipBlanks(text: string, offset: number): number {
  let next = offset;
  while (text[next] === ' ' || text[next] === '\t') next += 1;
  return next;
}
