import { printable } from '../../model/printable.ts';
import { MASK } from '../../model/secret-text.ts';
import { terminalWidth } from '../../model/terminal-width.ts';
import { hideParts, type MaskedText } from './hidden-parts.ts';
import type { LineMap } from './line-map.ts';

/** `caret`: the column of a terminal, from 0, below which it stands. */
export type Excerpt = { readonly excerpt: string; readonly caret: number };

/** The line around an offset, secrets masked, unprintable characters escaped, long lines cut on both sides. */
export function makeExcerpt(masked: MaskedText, lines: LineMap, offset: number): Excerpt {
  const { text } = masked;
  const { start, end } = lines.boundsOf(lines.positionOf(offset).line);
  const at = Math.min(offset, end);
  const [from, to] = chooseWindow(text, start, end, at);
  let excerpt = from > start ? ELLIPSIS : '';
  let caret: number | undefined;
  for (const part of hideParts(masked, start, from, to)) {
    const isHere = at >= part.start && at < part.end;
    if (part.isHidden) {
      const blanks = leadingBlanks(text.slice(part.start, part.end));
      if (isHere) caret = excerpt.length + Math.min(at - part.start, blanks.length);
      excerpt += `${blanks}${part.end - part.start > blanks.length ? MASK : ''}`;
    } else if (isHere) {
      excerpt += showText(text.slice(part.start, at));
      caret = excerpt.length;
      excerpt += showText(text.slice(at, part.end));
    } else {
      excerpt += showText(text.slice(part.start, part.end));
    }
  }
  caret ??= excerpt.length;
  const column = terminalWidth(excerpt.slice(0, caret));
  return { excerpt: to < end ? excerpt + ELLIPSIS : excerpt, caret: column };
}

// --- internal ---

const ELLIPSIS = '…';
const WIDTH = 100;

function chooseWindow(text: string, start: number, end: number, at: number): [from: number, to: number] {
  if (end - start <= WIDTH) return [start, end];
  const from = Math.max(start, Math.min(at - WIDTH / 2, end - WIDTH));
  const to = Math.min(end, from + WIDTH);
  // A pair of surrogates is not cut in two.
  return [isLowSurrogate(text, from) ? from - 1 : from, isLowSurrogate(text, to) ? to + 1 : to];
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function leadingBlanks(text: string): string {
  return showText(/^[ \t]*/.exec(text)?.[0] ?? '');
}

// Blanks of other kinds: on a screen nobody could tell them from plain ones.
const OTHER_BLANKS = /(?! )[\p{Zs}\u2800\u3164\uffa0]/gu;

/** A tab is shown as one blank, so that a caret below stands right. */
function showText(text: string): string {
  const shown = printable(text.replaceAll('\t', ' '), Number.POSITIVE_INFINITY);
  return shown.replace(OTHER_BLANKS, (blank) => `\\u{${blank.charCodeAt(0).toString(16)}}`);
}
