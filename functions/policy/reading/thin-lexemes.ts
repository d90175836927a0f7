export type Lexeme = {
  readonly source: string;
  readonly offset: number;
  /** A mark of YAML's own (`[`, `&a`, a comment), not the text of a scalar. */
  readonly isMark: boolean;
};

/**
 * The lexer's pieces with their offsets, without blank lines and lines that hold a comment alone: a parser would keep
 * an object for each, and megabytes of them cost a gigabyte.
 */
export function* thinLexemes(lexemes: Iterable<string>): Generator<Lexeme, void> {
  let offset = 0;
  let atLineStart = true;
  let held: Lexeme[] = []; // white space that opens a line, until the line turns out to hold something
  let isScalar = false;
  for (const source of lexemes) {
    const lexeme: Lexeme = { source, offset, isMark: !isScalar };
    if (!isControl(lexeme)) offset += source.length;
    if (lexeme.isMark && atLineStart) {
      if (isWhiteSpace(source)) {
        held.push(lexeme);
        continue;
      }
      if (isLineEnd(source) || source[0] === '#') {
        held = [];
        continue;
      }
    }
    yield* held;
    held = [];
    yield lexeme;
    // A document's begin is no text: the line it begins on is still to come.
    if (lexeme.isMark && source !== DOCUMENT) atLineStart = isLineEnd(source);
    else if (isScalar) atLineStart = source.endsWith('\n');
    isScalar = lexeme.isMark && source === SCALAR;
  }
  yield* held;
}

// --- internal ---

// The lexer's own signs, which stand for no character of the text.
const DOCUMENT = '\x02';
const FLOW_END = '\x18';
const SCALAR = '\x1f';

function isControl({ source, isMark }: Lexeme): boolean {
  return isMark && (source === DOCUMENT || source === FLOW_END || source === SCALAR);
}

function isLineEnd(source: string): boolean {
  return source === '\n' || source === '\r\n';
}

function isWhiteSpace(source: string): boolean {
  return source[0] === ' ' || source[0] === '\t';
}
