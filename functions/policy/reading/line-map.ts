/** Where a text's lines begin. Lines end with LF or CR LF, as editors and YAML parsers count them. */
export type LineMap = {
  /** Line and column count from 1, in UTF-16 units. */
  positionOf(offset: number): { readonly line: number; readonly column: number };
  /** The line's first unit, and its end without the line's own end. */
  boundsOf(line: number): { readonly start: number; readonly end: number };
};

export function mapLines(text: string): LineMap {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  const startOf = (line: number) => starts[line - 1] ?? text.length;
  return {
    positionOf: (offset) => {
      const line = lastAtOrBelow(starts, Math.min(offset, text.length)) + 1;
      return { line, column: Math.min(offset, text.length) - startOf(line) + 1 };
    },
    boundsOf: (line) => {
      const start = startOf(line);
      let end = line < starts.length ? startOf(line + 1) - 1 : text.length;
      if (line < starts.length && end > start && text[end - 1] === '\r') end -= 1;
      return { start, end };
    },
  };
}

/** The index of the last of the ascending `numbers` that is not above `wanted`; -1 where all are. */
export function lastAtOrBelow(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Number.POSITIVE_INFINITY) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
