import { describe, expect, test } from 'vitest';
import { tellCount } from '../../../cli/words/tell-count.ts';
import { tellDuration } from '../../../cli/words/tell-duration.ts';
import { listNames, wrapText } from '../../../cli/words/wrap-text.ts';

describe('text in lines', () => {
  test.each<[string, string, number | undefined, string]>([
    ['stays whole where it fits', '  one two', 9, '  one two'],
    ['is broken at blanks', '  one two three', 9, '  one two\n    three'],
    ['is broken between columns', 'one  two', 6, 'one\n    two'],
    ['stays whole where nobody knows the width', 'one two three', undefined, 'one two three'],
    ['keeps a word that is too long', 'a wwwwwwwwww b', 6, 'a\n    wwwwwwwwww\n    b'],
    ['counts wide characters as two', '東京 東京', 8, '東京\n    東京'],
    ['counts no colours', '\u001b[31mone\u001b[0m two', 7, '\u001b[31mone\u001b[0m two'],
  ])('%s', (_, text, width, lines) => {
    expect(wrapText(text, width, '    ')).toBe(lines);
  });
});

describe('a list of names', () => {
  const names = (how: number) => Array.from({ length: how }, (_, i) => ({ name: `p${i}` }));
  test.each<[string, number, number | undefined, string]>([
    ['has all that fit', 3, 20, '  p0, p1, p2'],
    ['is cut, and says how many there are more', 2_000, 20, '  p0 and 1,999 more'],
    ['names one at least', 2_000, 4, '  p0\n  and\n  1,999\n  more'],
  ])('%s', (_, how, width, text) => {
    expect(listNames(names(how), { width, lines: 1, indent: '  ' })).toBe(text);
  });

  test('is a line of bounded length in a pipe', () => {
    const text = listNames(names(2_000), { width: undefined, lines: 2, indent: '' });
    expect(text).toMatch(/^p0, p1, .* and 1,9\d\d more$/);
    expect(text.length).toBeLessThan(241);
  });
});

test('numbers are for people', () => {
  expect([0, 999, 1_000, 1_234_567].map((number) => tellCount(number))).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
  ]);
  expect([tellCount(1, 'portal'), tellCount(1_700, 'portal')]).toEqual(['1 portal', '1,700 portals']);
  expect([0, 340, 9_949, 24_400, 119_400, 125_000].map(tellDuration)).toEqual([
    '0.0 s',
    '0.3 s',
    '9.9 s',
    '24 s',
    '119 s',
    '2 min 5 s',
  ]);
});
