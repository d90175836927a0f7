import type { PolicyError } from '../../functions/model/finding.ts';
import { printable } from '../../functions/model/printable.ts';
import type { Colours } from './colours.ts';

/** `file:line:column: message`, and below it the line with a caret where there is one to show. */
export function describeFinding(
  file: string,
  { line, column, message, excerpt, caret }: PolicyError,
  paint: Colours,
): string {
  const head = `${paint.bold(`${printable(file)}:${line}:${column}:`)} ${message}`;
  if (excerpt === '') return head;
  const number = String(line);
  const margin = ' '.repeat(number.length);
  return [
    head,
    `  ${paint.dim(`${number} |`)} ${excerpt}`,
    `  ${margin} ${paint.dim('|')} ${' '.repeat(caret)}${paint.red('^')}`,
  ].join('\n');
}
