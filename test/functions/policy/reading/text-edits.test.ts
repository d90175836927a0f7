import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankOut, editText, unedited } from '../../../../functions/policy/reading/text-edits.ts';

describe('editText', () => {
  it('knows where each character that was kept had stood', () => {
    const edit = fc.record({
      at: fc.nat(40),
      remove: fc.nat(3),
      insert: fc.constantFrom('', ' ', ': ', '    '),
    });
    fc.assert(
      fc.property(fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 3 }), (rounds) => {
        const before = Array.from({ length: 40 }, (_, index) => String.fromCharCode(0x4e00 + index)).join('');
        let edited = unedited(before);
        for (const round of rounds) {
          let free = 0;
          const edits = round
            .toSorted((a, b) => a.at - b.at)
            .flatMap(({ at, remove, insert }) => {
              if (at < free || at + remove > edited.text.length) return [];
              free = at + remove + 1;
              return [{ offset: at, remove, insert }];
            });
          edited = editText(edited, edits);
        }
        for (const [offset, character] of [...edited.text].entries()) {
          if (character >= '\u4e00') expect(before[edited.before(offset)]).toBe(character);
          expect(edited.before(offset)).toBeLessThanOrEqual(before.length);
        }
        expect(edited.before(edited.text.length)).toBeLessThanOrEqual(before.length);
      }),
    );
  });

  it('blanks keep line ends and lengths', () => {
    const text = 'a: b\r\n  c\nd';
    const edited = editText(unedited(text), [blankOut(text, 3, 9)]);
    expect(edited.text).toBe('a:  \r\n   \nd');
    expect(edited.before(10)).toBe(10);
  });
});
