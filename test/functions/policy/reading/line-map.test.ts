import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCounter, parseDocument } from 'yaml';
import { mapLines } from '../../../../functions/policy/reading/line-map.ts';

describe('mapLines', () => {
  it('counts lines and columns as the YAML library does', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', ' ', 'b: c'), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.nat(60), (pieces, at) => {
        const source = pieces.join('');
        const offset = Math.min(at, source.length);
        const counter = new LineCounter();
        for (let end = 0; end !== -1; end = source.indexOf('\n', end)) {
          counter.addNewLine(end === 0 && counter.lineStarts.length === 0 ? 0 : ++end);
          if (end === 0 && source[0] === '\n') counter.addNewLine(++end);
        }
        const { line, col } = counter.linePos(offset);
        expect(mapLines(source).positionOf(offset)).toEqual({ line, column: col });
      }),
    );
  });

  it.each([
    ['a: 1\nb: "x', 7],
    ['a: 1\r\nb: 2\r\nc: }', 15],
  ])('agrees with the lines of the library on %j', (source, offset) => {
    const lineCounter = new LineCounter();
    parseDocument(source, { lineCounter });
    const { line, col } = lineCounter.linePos(offset);
    expect(mapLines(source).positionOf(offset)).toEqual({ line, column: col });
  });

  it('a line ends before its own end', () => {
    const text = 'ab\r\n\r\ncd\re\nf';
    const lines = mapLines(text);
    const cut = (line: number) => text.slice(lines.boundsOf(line).start, lines.boundsOf(line).end);
    expect([1, 2, 3, 4].map(cut)).toEqual(['ab', '', 'cd\re', 'f']);
  });

  it('what lies behind the end is at the end', () => {
    expect(mapLines('a\n').positionOf(99)).toEqual({ line: 2, column: 1 });
    expect(mapLines('').positionOf(0)).toEqual({ line: 1, column: 1 });
  });
});
