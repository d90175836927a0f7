import { PORTAL_NAME } from '../../model/portal-name.ts';

/** A portal with nothing behind its name, cut out of a text. */
export type CutPortal = {
  readonly name: string;
  /** Where it stood, in the text that is left. */
  readonly offset: number;
};

export type CutText = { readonly text: string; readonly portals: readonly CutPortal[] };

/**
 * Most portals of a large fleet are bare: `  acme:`, the defaults as they are. A YAML parser makes a dozen objects of
 * each such line; cut out beforehand it costs a name. The first line under `portals:` stays, so that there is a map.
 *
 * Only out of texts in which nothing reaches over a line's end: each line is blank, a comment, or a key with a value
 * that ends on it. Then a bare line more or less changes no other. `undefined` where that can't be seen at a glance,
 * where there is nothing to cut, and where a portal is cut twice.
 */
export function cutBarePortals(text: string): CutText | undefined {
  const begin = text.startsWith(PORTALS) ? 0 : text.indexOf(`\n${PORTALS}`) + 1;
  if (!text.startsWith(PORTALS, begin) || OTHER_LINE_ENDS.test(text) || HARD_LINE.test(text))
    return undefined;

  const rest = cutter(text);
  const offsets = new Map<string, number>();
  let indent: number | undefined;
  let held: Line | undefined; // bare, unless something stands below it
  for (const line of contentLines(text, begin + PORTALS.length)) {
    if (held && line.indent <= held.indent) {
      if (offsets.has(held.key)) return undefined;
      offsets.set(held.key, rest.cut(held.start, held.end));
    }
    held = undefined;
    if (line.indent === 0) break;
    if (indent === undefined) indent = line.indent;
    else if (line.indent === indent && PORTAL_NAME.test(line.key)) held = line;
  }
  if (offsets.size === 0 || offsets.size > MOST_CUT) return undefined;
  return { text: rest.left(), portals: Array.from(offsets, ([name, offset]) => ({ name, offset })) };
}

// --- internal ---

const PORTALS = 'portals:\n';

/** Far below the number of keys at which a file is refused: that is told of the whole text. */
const MOST_CUT = 500_000;

/** Line ends to a regular expression or to an editor, but not to YAML, or the other way round. */
const OTHER_LINE_ENDS = /[\r\u2028\u2029]/;

// Each of these ends on its line, and none of them can be read as anything that does not.
const QUOTED = String.raw`"[^"\\\n]*"|'[^'\n]*'`;
const FLAT = flowMapOf(String.raw`${QUOTED}|[\w./-]+`);
const FLOW = flowMapOf(String.raw`${QUOTED}|[\w./-]+|${FLAT}`);
const PLAIN = String.raw`[\w./~+][^"'{}[\]#&*!|>%@\x60\\\n]*`;
const COMMENT = String.raw`#[^\n]*`;
const KEY = String.raw`\w[\w.-]*:(?: *| +(?:(?:${QUOTED}|${FLOW})(?: *| +${COMMENT})|${PLAIN}(?:${COMMENT})?|${COMMENT}))`;
const HARD_LINE = new RegExp(`^(?! *(?:${KEY}|${COMMENT})?$)`, 'm');

/** A map in braces: there a quote begins a text wherever a value may begin, so nowhere else may one stand. */
function flowMapOf(value: string): string {
  const pair = String.raw`[\w.-]+: +(?:${value}) *`;
  return String.raw`\{ *(?:${pair}(?:, *${pair})*)?\}`;
}

type Line = {
  readonly start: number;
  /** With its line end. */
  readonly end: number;
  readonly indent: number;
  /** What stands before its colon, where nothing stands behind it. */
  readonly key: string;
};

/** The lines from here on that are neither blank nor comments; last, one that stands for the text's end. */
function* contentLines(text: string, from: number): Generator<Line, void> {
  for (let start = from, end = 0; start < text.length; start = end) {
    const lineEnd = text.indexOf('\n', start);
    end = lineEnd < 0 ? text.length : lineEnd + 1;
    let content = start;
    while (text[content] === ' ') content++;
    const character = text[content];
    if (character === undefined || character === '\n' || character === '#') continue;
    const line = text.slice(content, end).trimEnd();
    const key = line.endsWith(':') ? line.slice(0, -1) : '';
    yield { start, end, indent: content - start, key };
  }
  yield { start: text.length, end: text.length, indent: 0, key: '' };
}

/** Cuts parts out of a text, from front to back. */
function cutter(text: string) {
  const kept: string[] = [];
  let from = 0;
  let length = 0;
  return {
    /** @returns where the part stood, in the text that is left */
    cut: (start: number, end: number): number => {
      if (start > from) kept.push(text.slice(from, start));
      length += start - from;
      from = end;
      return length;
    },
    left: () => [...kept, text.slice(from)].join(''),
  };
}
