import { terminalWidth } from '../../functions/model/terminal-width.ts';

/**
 * Puts pieces on lines: as many on each as there is room for, at least one; none is cut.
 * @param first stands before the first piece; what follows on other lines is indented by `indent` blanks
 * @param between stands between two pieces, and at the end of a line its part before the blank
 */
export function fillLines(
  pieces: readonly string[],
  { columns, first, indent, between }: FillOptions,
): string[] {
  const lines: string[] = [];
  const margin = ' '.repeat(indent);
  let line = first;
  let isEmpty = true;
  for (const piece of pieces) {
    const joined = isEmpty ? line + piece : line + between + piece;
    // What has no room on a line of its own has none anywhere.
    if (columnsOf(joined) <= columns || line.trim() === '') {
      line = joined;
      isEmpty = false;
      continue;
    }
    lines.push((isEmpty ? line : line + between).trimEnd());
    line = margin + piece;
    // Of two blanks in a row the second would begin the next line.
    isEmpty = piece === '';
  }
  return [...lines, line];
}

/** A text, wrapped at its blanks. */
export function fillText(text: string, options: Omit<FillOptions, 'between'>): string[] {
  return fillLines(text.split(' '), { ...options, between: ' ' });
}

export type FillOptions = {
  /** How many columns a line has; Infinity: any number. */
  readonly columns: number;
  readonly first: string;
  readonly indent: number;
  readonly between: string;
};

// --- internal ---

// biome-ignore lint/suspicious/noControlCharactersInRegex: what paints a text takes no room
const PAINT = /\u001b\[\d+m/g;

function columnsOf(text: string): number {
  return terminalWidth(text.replace(PAINT, ''));
}
