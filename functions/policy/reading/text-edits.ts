import { lastAtOrBelow } from './line-map.ts';

/** Puts `insert` in the place of `remove` units at `offset`. */
export type Edit = { readonly offset: number; readonly remove: number; readonly insert: string };

/** A text that was changed, and where an offset of it lay before. */
export type EditedText = { readonly text: string; readonly before: (offset: number) => number };

export function unedited(text: string): EditedText {
  return { text, before: (offset) => offset };
}

/** Makes the edits, which must not overlap, on top of those that were made before. */
export function editText(edited: EditedText, edits: readonly Edit[]): EditedText {
  const sorted = edits.toSorted((a, b) => a.offset - b.offset);
  const pieces: string[] = [];
  const starts = [0];
  const sources = [0];
  let from = 0;
  let length = 0;
  for (const { offset, remove, insert } of sorted) {
    pieces.push(edited.text.slice(from, offset), insert);
    length += offset - from + insert.length;
    from = offset + remove;
    starts.push(length);
    sources.push(from);
  }
  pieces.push(edited.text.slice(from));
  const isSameLength = sorted.every(({ remove, insert }) => remove === insert.length);
  const before = (offset: number) => {
    const piece = lastAtOrBelow(starts, offset);
    const source = (sources[piece] ?? 0) + offset - (starts[piece] ?? 0);
    // What was inserted lies where the piece after it begins.
    return edited.before(Math.min(source, sources[piece + 1] ?? edited.text.length));
  };
  return { text: pieces.join(''), before: isSameLength ? edited.before : before };
}

/** Blanks, as long as what they cover; line ends stay. */
export function blankOut(text: string, start: number, end: number): Edit {
  return { offset: start, remove: end - start, insert: text.slice(start, end).replace(/[^\r\n]/g, ' ') };
}
