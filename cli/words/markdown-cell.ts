import { printable } from '../../functions/model/printable.ts';

/** A text of files, reports or portals as code in a table's cell: it can neither format, link, mention, nor end the cell. */
export function markdownCell(text: string): string {
  return `\`${printable(text, 300).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
