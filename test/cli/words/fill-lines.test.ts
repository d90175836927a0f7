import { expect, test } from 'vitest';
import { fillLines, fillText } from '../../../cli/words/fill-lines.ts';

test('pieces stand on as few lines as there is room for', () => {
  const options = { columns: 16, first: 'names: ', indent: 2, between: ', ' };
  expect(fillLines(['acme', 'globex', 'initech', 'x'], options)).toEqual([
    'names: acme,',
    '  globex,',
    '  initech, x',
  ]);
});

test('a piece that is longer than a line is not cut, and makes no empty line', () => {
  const long = 'x'.repeat(30);
  expect(fillText(`${long} y`, { columns: 10, first: '', indent: 2 })).toEqual([long, '  y']);
  expect(fillText(long, { columns: 10, first: 'a: ', indent: 2 })).toEqual(['a:', `  ${long}`]);
});

test('wide characters take the room that they take', () => {
  const options = { columns: 10, first: '', indent: 0, between: ' ' };
  expect(fillLines(['日本語', '日本'], options)).toEqual(['日本語', '日本']);
});
