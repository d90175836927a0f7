import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeExcerpt } from '../../../../functions/policy/reading/excerpt.ts';
import { mapLines } from '../../../../functions/policy/reading/line-map.ts';

/** All of the text is one value that may be shown. */
function show(text: string, offset: number) {
  const ranges = { starts: [0], ends: [text.length], kinds: ['shown'] as const };
  return makeExcerpt({ text, ranges, isBroken: false }, mapLines(text), offset);
}

describe('makeExcerpt', () => {
  it.each([
    ['a short line', 'one\ntwo\nthree', 5, 'two', 1],
    ['the end of a line', 'one\ntwo', 3, 'one', 3],
    ['an empty line', 'a\n\nb', 2, '', 0],
    ['CR LF', 'one\r\ntwo', 2, 'one', 2],
    ['tabs', '\ta\tb', 3, ' a b', 3],
    ['escapes before the caret', '\u001b[2Jx', 4, '\\u{1b}[2Jx', 9],
    ['bidirectional marks', 'a\u202eb', 2, 'a\\u{202e}b', 9],
    ['an API key', 'x sk-abcdefgh12 y', 16, 'x *** y', 6],
    ['a caret within an API key', 'x sk-abcdefgh12 y', 8, 'x *** y', 2],
    ['wide characters', '東京: x', 4, '東京: x', 6],
    ['emoji', 'a😀b', 3, 'a😀b', 3],
    ['combining characters', 'e\u0301a\u0308x', 4, 'e\u0301a\u0308x', 2],
    ['full-width letters', 'ａｂｃ', 2, 'ａｂｃ', 4],
    ['hangul', '한글x', 2, '한글x', 4],
    ['a flag', '🇩🇪x', 4, '🇩🇪x', 2],
    ['a no-break space', 'a\u00a0b', 2, 'a\\u{a0}b', 7],
    ['a credential in a text', 'see password: abc', 4, 'see password: ***', 4],
  ])('%s', (_, text, offset, excerpt, caret) => {
    expect(show(text, offset)).toEqual({ excerpt, caret });
  });

  it('cuts a window out of a long line, with the caret still right', () => {
    const text = `${'a '.repeat(2500)}X${' b'.repeat(2500)}`;
    const { excerpt, caret } = show(text, 5000);
    expect(excerpt).toBe(`…${'a '.repeat(25)}X${' b'.repeat(24)} …`);
    expect(excerpt[caret]).toBe('X');
    expect(show(text, 0)).toEqual({ excerpt: `${'a '.repeat(50)}…`, caret: 0 });
    expect(show(text, 10_001).caret).toBe(101);
  });

  it('shows no long word from its middle: it may be a key whose begin is cut off', () => {
    expect(show(`${'a'.repeat(5000)} X`, 5001).excerpt).toBe('…*** X');
  });

  it('never cuts a pair of surrogates, and the caret stands at what it points at', () => {
    const text = fc.array(fc.constantFrom('a', 'é', 'e\u0301', '😀', '\u200b', ' ', '\t'), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(text, fc.nat(), (pieces, seed) => {
        const at = seed % pieces.length;
        const marked = [...pieces.slice(0, at), '▲', ...pieces.slice(at)];
        const { excerpt, caret } = show(marked.join(''), pieces.slice(0, at).join('').length);
        const before = excerpt.slice(0, excerpt.indexOf('▲'));
        expect(caret).toBe(before.replaceAll('😀', 'xx').normalize('NFC').length);
        expect(excerpt.isWellFormed()).toBe(true);
        expect(excerpt).not.toMatch(/\\u\{d/);
      }),
    );
  });
});
