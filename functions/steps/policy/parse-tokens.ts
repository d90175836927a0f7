import { type CST, Lexer, Parser } from 'yaml';
import type { ProblemList } from './problem.ts';
import { type Lexeme, thinLexemes } from './thin-lexemes.ts';

export type ParsedTokens = {
  /** The `%YAML 1.2` line and the one document, as far as they were read. */
  readonly tokens: readonly CST.Token[];
  /** Where reading ended early; what comes later is unknown. */
  readonly stoppedAt: number | undefined;
};

/**
 * From text to syntax tokens, one lexeme at a time, so that hostile input is left before it costs memory: the
 * composer after this is recursive, and makes several objects of each token.
 */
export function parseTokens(text: string, problems: ProblemList): ParsedTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const limits = guardLimits(problems);
  let hasDocument = false;
  const take = (token: CST.Token) => {
    if (token.type === 'error' || (token.type === 'doc-end' && hasContent(token))) {
      problems.add({ offset: token.offset, kind: 'structure', message: 'this is not expected here' });
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
        message: `the closing ${source[0]} of this text is missing`,
      });
    }
    if (!limits.allow(lexeme)) return { tokens: finish(parser, tokens), stoppedAt: offset };
    for (const token of parser.next(source)) take(token);
    if (hasDocument && parser.stack[0]?.type === 'document') {
      const message = 'a second document begins here: one file holds one policy';
      problems.add({ offset: skipBlanks(text, offset), kind: 'syntax', message });
      return { tokens, stoppedAt: undefined };
    }
    if (isTooDeep(parser)) {
      problems.add({ offset, kind: 'structure', message: `nested deeper than ${MAX_DEPTH} levels` });
      return { tokens: finish(parser, tokens), stoppedAt: offset };
    }
  }
  for (const token of parser.end()) take(token);
  return { tokens, stoppedAt: undefined };
}

// --- internal ---

const MAX_DEPTH = 32;
const MAX_ALIASES = 100_000;
const MAX_LEXEMES = 4_000_000;
const MAX_TEXT_LINES = 10_000;

/** Closes what is open. What that makes of a half-read file is only good for knowing where its values are. */
function finish(parser: Parser, tokens: readonly CST.Token[]): CST.Token[] {
  return [...tokens, ...[...parser.end()].filter((token) => token.type === 'document')];
}

function hasContent(token: CST.DocumentEnd): boolean {
  return (token.end ?? []).some(({ type }) => type !== 'space' && type !== 'comment' && type !== 'newline');
}

/** A quote that is never closed swallows the rest of the file: it is told where it was opened. */
function isUnclosed(source: string): boolean {
  const quote = source[0];
  if (quote !== '"' && quote !== "'") return false;
  return source.length === 1 || !source.endsWith(quote);
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

function guardLimits(problems: ProblemList): { allow(lexeme: Lexeme): boolean } {
  let aliases = 0;
  let lexemes = 0;
  const refuse = (offset: number, message: string) => {
    problems.add({ offset, kind: 'structure', message });
    return false;
  };
  return {
    allow: ({ source, offset, isMark }) => {
      lexemes += 1;
      if (lexemes > MAX_LEXEMES) return refuse(offset, 'the file holds too many small pieces: split it');
      if (isMark && source[0] === '*') {
        aliases += 1;
        if (aliases > MAX_ALIASES) return refuse(offset, 'more than 100,000 aliases: split the file');
      }
      if (hasTooManyLines(source)) return refuse(offset, 'a text of more than 10,000 lines');
      return true;
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
