import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Composer, Lexer, Parser, parseDocument } from 'yaml';
import { thinLexemes } from '../../../../functions/policy/reading/thin-lexemes.ts';

function thin(text: string): string[] {
  return [...thinLexemes(new Lexer().lex(text))].map(({ source }) => source);
}

function parseThin(text: string): unknown {
  const parser = new Parser();
  const composer = new Composer({ uniqueKeys: false });
  const documents = [];
  for (const { source, offset } of thinLexemes(new Lexer().lex(text))) {
    parser.offset = offset;
    for (const token of parser.next(source)) documents.push(...composer.next(token));
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents.map((document) => (document.errors.length > 0 ? 'broken' : document.toJS()));
}

describe('thinLexemes', () => {
  it('leaves blank lines and lines of comments out', () => {
    const text = '# head\n\na: 1\n\n  # more\n\t\n   \nb: # own\n\n  2\n';
    expect(thin(text)).toEqual(thin('a: 1\nb: # own\n  2\n'));
  });

  it('leaves texts as they are', () => {
    const text = 'a: |\n  x\n\n  # no comment\n\n  y\nb: "q\n\n  # no comment\n  r"\n';
    expect(thin(text).join('')).toContain('  x\n\n  # no comment\n\n  y\n');
    expect(thin(text).join('')).toContain('"q\n\n  # no comment\n  r"');
  });

  it('changes nothing of what a text means', () => {
    const line = fc.constantFrom(
      ...[
        'a: 1',
        'b:',
        '  c: 2',
        '  d:',
        '    e: "x',
        '    y"',
        'f: |',
        '    text',
        '',
        '  ',
        '\t',
        '# c',
        '   # d',
      ],
      ...[
        'g: [1,',
        '  2]',
        'h: { i: 3, # e',
        '  j: 4 }',
        'k: l # m',
        '- n',
        '  - o',
        'p: >-',
        '    q',
        '...',
        '---',
      ],
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
        if (document.errors.length > 0 || document.contents === null) return;
        expect(parseThin(text)).toEqual([document.toJS()]);
      }),
      { numRuns: 2000 },
    );
  });
});
