import { fillText } from './fill-lines.ts';
import { tellCount } from './tell-count.ts';

/** How wide lines may be: columns of a terminal; `undefined` where nobody knows (a pipe, a file): lines stay whole. */
export type Width = number | undefined;

/** A text in lines of that width, broken at blanks; every line after the first stands behind `indent`, which is blanks. */
export function wrapText(text: string, width: Width, indent: string): string {
  if (width === undefined) return text;
  const lead = /^ */.exec(text)?.[0] ?? '';
  const options = { columns: width, first: lead, indent: indent.length };
  return fillText(text.slice(lead.length), options).join('\n');
}

/** A name in a list, and what stands before it where another part of the list begins. */
export type ListedName = { readonly name: string; readonly part?: string };

/**
 * Names in so many lines behind `indent`, as many as there is room for, and how many there are more:
 * `acme, globex and 1,690 more`; with parts `eu: acme, globex; us: initech`.
 */
export function listNames(
  names: readonly ListedName[],
  { width, lines, indent }: { readonly width: Width; readonly lines: number; readonly indent: string },
): string {
  // Nobody can read more of them than that at once, however wide the window.
  const columns = width ?? LONGEST_LIST;
  const most = width === undefined ? 1 : lines;
  const layout = (shown: number) => {
    const more = names.length - shown;
    const told = names.slice(0, shown).map(({ name, part }, index) => {
      const before = part === undefined ? '' : `${part}: `;
      const next = names[index + 1];
      const isLast = index === shown - 1;
      const after = isLast ? '' : next?.part === undefined ? ',' : ';';
      return before + name + after;
    });
    const text = told.join(' ') + (more === 0 ? '' : `${shown === 0 ? '' : ' and '}${tellCount(more)} more`);
    return indent + wrapText(text, columns - indent.length, '').replaceAll('\n', `\n${indent}`);
  };
  const fits = (shown: number) => layout(shown).split('\n').length <= most;
  let shown = Math.min(names.length, Math.ceil((columns * most) / 3));
  if (fits(shown) && shown === names.length) return layout(shown);
  while (shown > 1 && !fits(shown)) shown--;
  return layout(shown);
}

// --- internal ---

const LONGEST_LIST = 240;
