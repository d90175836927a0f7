import type { Problem } from './problem.ts';
import type { FaultPlace, Slip } from './slip.ts';
import type { Edit } from './text-edits.ts';
import { nextContent, openColumns, type TextLines, textOf } from './text-lines.ts';
import { NOT_EXPECTED } from './yaml-wording.ts';

const SAME_COLUMN = 'keys of one map must stand in the same column';

/** A line that stands between the columns of its neighbours: it is moved to the nearest that it can have meant. */
export function findIndentSlip(place: FaultPlace): Slip | undefined {
  const { page, fault, line } = place;
  if (fault.code === 'COLUMN' || isFirstKeyIndented(place)) return moveToColumn(page, line);
  if (fault.code !== 'BLOCK_AS_IMPLICIT_KEY' || hasSecondColon(page, fault)) return undefined;
  // A key with a value, and below it, further right, another key: one of the two lines stands wrong, or the value.
  const below = nextContent(page, line);
  const [indent, deeper] = [indentOf(page, line), indentOf(page, below)];
  if (below === undefined || deeper <= indent || !isKeyLine(textOf(page, below))) return undefined;
  const [usual, unusual] = [countIndent(page, indent), countIndent(page, deeper)];
  const above = openColumns(page, line).at(-1) ?? -1;
  if (opensMore(page, below, deeper) || deeper - indent > 4 || (usual === 1 && unusual === 1)) {
    return undefined;
  }
  if (usual >= unusual) return moveLine(page, below, indent, SAME_COLUMN);
  return deeper > above ? moveLine(page, line, deeper, SAME_COLUMN) : undefined;
}

/** The file's first key stands further right than the others: to the parser its map is over before them. */
function isFirstKeyIndented({ page, fault, line }: FaultPlace): boolean {
  const { start = 0, indent = 0 } = page.lines[line] ?? {};
  if (fault.message !== NOT_EXPECTED || fault.offset !== start + indent) return false;
  const open = openBefore(page, line);
  return open.length > 0 && open.every((column) => column > indent) && isKeyLine(textOf(page, line));
}

/** Tabs that indent: one habit of an editor, told on some of its lines, mended on all. */
export function findTabs({ page, line }: FaultPlace, faults: readonly Problem[]): Slip | undefined {
  const tabs = faults.filter(({ code }) => code === 'TAB_AS_INDENT');
  const [first] = tabs;
  if (first === undefined || page.lines[line] === undefined) return undefined;
  const lines = page.lines.flatMap((_, index) => (isTabbed(page, index) ? [index] : []));
  const firstLine = lines[0];
  if (firstLine === undefined) return undefined;
  const width = tabWidth(page);
  const edits = lines.map((index): Edit => {
    const { start = 0, indent = 0 } = page.lines[index] ?? {};
    const column = expandTabs(page.text.slice(start, start + indent), width);
    return { offset: start, remove: indent, insert: ' '.repeat(column) };
  });
  const more = lines.length - 1;
  const message = `a tab cannot indent: use spaces${more > 0 ? ` (here and on ${more} more lines)` : ''}`;
  return { offset: first.offset, message, edits, lines: [firstLine, firstLine] };
}

// --- internal ---

function moveLine(
  page: TextLines,
  line: number,
  column: number | undefined,
  message: string,
): Slip | undefined {
  const { start = 0, indent = 0 } = page.lines[line] ?? {};
  if (column === undefined || column === indent) return undefined;
  const edit = { offset: start, remove: indent, insert: ' '.repeat(column) };
  return { offset: start + indent, message, edits: [edit], lines: [line, line] };
}

/**
 * The line is moved to the next open column to the right, or to the left where there is none; but where more lines
 * below share its column than lines above have the other, it is those above that stand wrong.
 */
function moveToColumn(page: TextLines, line: number): Slip | undefined {
  const indent = indentOf(page, line);
  const open = openBefore(page, line);
  const right = open.find((column) => column > indent);
  const left = open.findLast((column) => column < indent) ?? -1;
  if (right === undefined) return moveLine(page, line, open.at(-1), SAME_COLUMN);
  const above = linesAbove(page, line, left).filter((one) => indentOf(page, one) === right);
  const below = linesBelow(page, line, left).filter((one) => indentOf(page, one) === indent);
  const first = above.at(-1);
  if (first === undefined || below.length <= above.length) return moveLine(page, line, right, SAME_COLUMN);
  const edits = above.flatMap((one) => moveLine(page, one, indent, SAME_COLUMN)?.edits ?? []);
  const { start = 0 } = page.lines[first] ?? {};
  return { offset: start + right, message: SAME_COLUMN, edits, lines: [first, first] };
}

/** The lines with something on them up to one that stands at `left` or further left, the nearest first. */
function linesAbove({ lines }: TextLines, line: number, left: number): number[] {
  const found: number[] = [];
  for (let above = line - 1; above >= 0; above -= 1) {
    const { indent = 0, hasContent = false } = lines[above] ?? {};
    if (hasContent && indent <= left) break;
    if (hasContent) found.push(above);
  }
  return found;
}

/** The same downwards, this line among them. */
function linesBelow({ lines }: TextLines, line: number, left: number): number[] {
  const found: number[] = [];
  for (let below = line; below < lines.length; below += 1) {
    const { indent = 0, hasContent = false } = lines[below] ?? {};
    if (hasContent && indent <= left) break;
    if (hasContent) found.push(below);
  }
  return found;
}

/** The columns that lines just above use, this line's own reach put aside. */
function openBefore(page: TextLines, line: number): number[] {
  let above = line - 1;
  while (above >= 0 && !page.lines[above]?.hasContent) above -= 1;
  return above < 0 ? [] : [...openColumns(page, above), indentOf(page, above)];
}

function indentOf({ lines }: TextLines, line: number | undefined): number {
  return (line === undefined ? undefined : lines[line]?.indent) ?? 0;
}

function countIndent({ lines }: TextLines, indent: number): number {
  return lines.filter((line) => line.hasContent && line.indent === indent).length;
}

/** Several lines stand there: it is no line that slipped, they belong to the key above. */
function opensMore(page: TextLines, line: number, indent: number): boolean {
  const next = nextContent(page, line);
  return next !== undefined && indentOf(page, next) === indent && isKeyLine(textOf(page, next));
}

function isKeyLine(line: string): boolean {
  return /^[ \t]*["']?[\w.-]+["']?:(?: |$)/.test(line);
}

function hasSecondColon({ text }: TextLines, { offset }: Problem): boolean {
  return /^[^\n]{0,2000}?:(?:[ \t\r]|\n|$)/.test(text.slice(offset, offset + 2000).split('\n', 1)[0] ?? '');
}

function isTabbed({ text, lines }: TextLines, index: number): boolean {
  const { start = 0, indent = 0, hasContent = false } = lines[index] ?? {};
  return hasContent && text.slice(start, start + indent).includes('\t');
}

/** Where a tab stop is in the editor that the file was written with: the lines fit into each other then. */
function tabWidth(page: TextLines): number {
  const [misfits4, misfits2, misfits8] = [4, 2, 8].map((width) => countMisfits(page, width));
  if ((misfits2 ?? 0) < Math.min(misfits4 ?? 0, misfits8 ?? 0)) return 2;
  return (misfits8 ?? 0) < (misfits4 ?? 0) ? 8 : 4;
}

function expandTabs(blanks: string, width: number): number {
  let column = 0;
  for (const blank of blanks) column += blank === '\t' ? width - (column % width) : 1;
  return column;
}

/** How many lines stand in no column that is open above them. */
function countMisfits({ text, lines }: TextLines, width: number): number {
  const open: number[] = [];
  let misfits = 0;
  let mayOpen = true;
  for (const { start, end, indent, hasContent } of lines) {
    if (!hasContent) continue;
    const column = expandTabs(text.slice(start, start + indent), width);
    while ((open.at(-1) ?? -1) > column) open.pop();
    if (open.at(-1) !== column && (open.length === 0 || mayOpen)) open.push(column);
    else if (open.at(-1) !== column) misfits += 1;
    mayOpen = text[end - 1] === ':';
  }
  return misfits;
}
