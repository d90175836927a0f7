import { LOOK_ALIKES } from '../../model/look-alikes.ts';
import { looksLikeCredential } from '../../model/params.ts';
import { SECRET_TEXT } from '../../model/secret-text.ts';
import { lastAtOrBelow } from './line-map.ts';
import type { ShownRanges } from './shown-ranges.ts';

/** A part of one line: shown as it is, or hidden. Parts follow each other without gaps. */
export type Part = { readonly start: number; readonly end: number; readonly isHidden: boolean };

export type MaskedText = {
  readonly text: string;
  readonly ranges: ShownRanges;
  /** The syntax is broken: maps and values may not be what they seem. */
  readonly isBroken: boolean;
};

/** Cuts the window `from` to `to` of the line that begins at `lineStart` into what is shown and what is hidden. */
export function hideParts(masked: MaskedText, lineStart: number, from: number, to: number): Part[] {
  // Some of what stands before the window decides what is in it: a comment's sign, the begin of an API key.
  const begin = Math.max(lineStart, from - LOOK_BACK);
  const isHidden = new Array<boolean>(to - begin).fill(false);
  const hide = (start: number, end: number) =>
    isHidden.fill(true, Math.max(0, start - begin), Math.max(0, Math.min(end, to) - begin));

  hideByRanges(masked, lineStart, begin, to, hide);
  hideByWords(masked, lineStart, begin, to, hide);
  return toParts(isHidden.slice(from - begin), from);
}

// --- internal ---

const LOOK_BACK = 1000;

type Hide = (start: number, end: number) => void;

function hideByRanges(
  { text, ranges, isBroken }: MaskedText,
  lineStart: number,
  begin: number,
  to: number,
  hide: Hide,
) {
  let gapStart = begin;
  for (
    let index = Math.max(0, lastAtOrBelow(ranges.starts, begin));
    index < ranges.starts.length;
    index += 1
  ) {
    const [start, end, kind] = [ranges.starts[index] ?? to, ranges.ends[index] ?? to, ranges.kinds[index]];
    if (start >= to) break;
    if (end <= begin) continue;
    hideGap(
      text,
      gapStart,
      Math.max(start, begin),
      gapStart > lineStart && gapStart === begin,
      isBroken,
      hide,
    );
    // In a broken file a text that goes on over lines may have swallowed what was meant to be keys and secrets.
    if (kind === 'hidden' || (isBroken && start < lineStart)) hide(start, end);
    else if (kind === 'shown') hideAfterCredential(text, Math.max(start, begin), Math.min(end, to), hide);
    gapStart = Math.max(gapStart, end);
  }
  hideGap(text, gapStart, to, gapStart > lineStart && gapStart === begin, isBroken, hide);
}

/** Between keys and values stand YAML's marks and comments. A word there is something that nobody could place. */
function hideGap(text: string, start: number, end: number, isCut: boolean, isBroken: boolean, hide: Hide) {
  if (start >= end) return;
  const gap = text.slice(start, end);
  const comment = isCut ? 0 : gap.search(/(?<![^\s,[\]{}])#/);
  const marksEnd = comment < 0 ? gap.length : comment;
  for (const word of gap.slice(0, marksEnd).matchAll(/[^\s,[\]{}]+/g)) {
    const marks = /^[-:?&*!|>+"'“”‘’：，]*/.exec(word[0])?.[0].length ?? 0;
    const isHarmless = /^(?:[-:?&*!+"']*|[|>][-+\d]{0,2}|%YAML|1\.\d)$/.test(
      word[0].replace(LOOK_ALIKES, ''),
    );
    if (!isHarmless) hide(start + word.index + marks, start + word.index + word[0].length);
  }
  if (comment < 0) return;
  const isSecret =
    isBroken ||
    isCut ||
    gap
      .slice(comment)
      .split(/[^A-Za-z0-9_-]+/)
      .some(looksLikeCredential);
  if (isSecret) hide(start + comment + (isCut ? 0 : 1), end);
}

function hideByWords(
  { text, isBroken }: MaskedText,
  lineStart: number,
  begin: number,
  to: number,
  hide: Hide,
) {
  // On a long line what begins too far ahead to be seen may have been a credential.
  if (isBroken && begin > lineStart) hide(begin, to);
  else if (isBroken) hideAfterCredential(text, begin, to, hide);
  const ahead = text.slice(begin, to + LOOK_BACK);
  for (const { 0: secret, index } of ahead.matchAll(SECRET_TEXT))
    hide(begin + index, begin + index + secret.length);
  const tail = begin > lineStart ? /^[A-Za-z0-9_-]{40,}/.exec(ahead) : null;
  if (tail) hide(begin, begin + tail[0].length);
}

/** `password: x`, `token=x` inside a text: all that follows on the line. */
function hideAfterCredential(text: string, start: number, end: number, hide: Hide) {
  for (const word of text.slice(start, end).matchAll(/([A-Za-z0-9_.-]{1,80})["']?\s*[:=]/g)) {
    if (!looksLikeCredential(word[1] ?? '')) continue;
    hide(start + word.index + word[0].length, end);
    return;
  }
}

function toParts(isHidden: readonly boolean[], from: number): Part[] {
  const parts: Part[] = [];
  for (let index = 0; index < isHidden.length; ) {
    let end = index + 1;
    while (end < isHidden.length && isHidden[end] === isHidden[index]) end += 1;
    parts.push({ start: from + index, end: from + end, isHidden: isHidden[index] ?? true });
    index = end;
  }
  return parts;
}
