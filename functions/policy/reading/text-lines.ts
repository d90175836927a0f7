/** A line of a text, as somebody sees it who looks at its indentation alone. */
export type TextLine = {
  readonly start: number;
  /** Without the line's own end. */
  readonly end: number;
  /** How many blanks and tabs it begins with. */
  readonly indent: number;
  /** Neither blank nor a comment. */
  readonly hasContent: boolean;
};

export type TextLines = {
  readonly text: string;
  readonly lines: readonly TextLine[];
};

export function readLines(text: string): TextLines {
  const lines: TextLine[] = [];
  for (let start = 0; start <= text.length; ) {
    const lineEnd = text.indexOf('\n', start);
    const next = lineEnd < 0 ? text.length : lineEnd;
    const end = next > start && text[next - 1] === '\r' ? next - 1 : next;
    let content = start;
    while (content < end && (text[content] === ' ' || text[content] === '\t')) content += 1;
    const hasContent = content < end && text[content] !== '#';
    lines.push({ start, end, indent: content - start, hasContent });
    start = next + 1;
  }
  return { text, lines };
}

export function textOf({ text, lines }: TextLines, line: number): string {
  return text.slice(lines[line]?.start ?? text.length, lines[line]?.end ?? text.length);
}

/** The next line with something on it after this one; undefined after the last. */
export function nextContent({ lines }: TextLines, line: number): number | undefined {
  for (let next = line + 1; next < lines.length; next += 1) if (lines[next]?.hasContent) return next;
  return undefined;
}

/** The columns of the blocks that are open where a line begins, the deepest last. */
export function openColumns({ lines }: TextLines, line: number): number[] {
  const open: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let above = line - 1; above >= 0 && least > 0; above -= 1) {
    const { indent = 0, hasContent = false } = lines[above] ?? {};
    if (!hasContent || indent >= least) continue;
    open.unshift(indent);
    least = indent;
  }
  return open;
}

/**
 * The line on which the value begins that a line may be the continuation of: going up, a line that stands further
 * left and has a value of its own behind its key. The line itself where there is none.
 */
export function firstLineOf(page: TextLines, line: number): number {
  let first = line;
  let least = page.lines[line]?.indent ?? 0;
  for (let above = line - 1; above >= 0 && least > 0; above -= 1) {
    const { indent = 0, hasContent = false } = page.lines[above] ?? {};
    if (!hasContent || indent >= least) continue;
    least = indent;
    if (opensBlock(textOf(page, above))) break;
    first = above;
  }
  return first;
}

/** The last line of the value that begins on a line: all that stands further right, and a bracket that closes it. */
export function lastLineOf({ text, lines }: TextLines, line: number): number {
  const indent = lines[line]?.indent ?? 0;
  let last = line;
  for (let below = line + 1; below < lines.length; below += 1) {
    const next = lines[below];
    if (!next?.hasContent) continue;
    const isClosing = next.indent === indent && '}]'.includes(text[next.start + next.indent] ?? ' ');
    if (next.indent <= indent && !isClosing) break;
    last = below;
    if (isClosing) break;
  }
  return last;
}

// --- internal ---

/** Ends in a colon (and an anchor, a comment): what stands below it belongs to it. */
function opensBlock(line: string): boolean {
  return /(?::|^\s*-)(?:\s+&\S+)?\s*(?:\s#.*)?$/.test(line) && !/^\s*[{[]/.test(line);
}
