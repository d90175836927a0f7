import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKeyEntries } from '../../../functions/keys/parse-key-entries.ts';
import { KeysUnreadableError } from '../../../functions/model/portal-key.ts';

const ACME = { url: 'https://acme.test', apiKey: 'sk-1' };

function entriesOrError(text: string): unknown {
  try {
    return [...parseKeyEntries(text)];
  } catch (error) {
    if (error instanceof KeysUnreadableError) return error.message;
    throw error;
  }
}

describe('a key file', () => {
  test.each([
    ['JSON', JSON.stringify({ acme: ACME })],
    ['JSON with white space', JSON.stringify({ acme: ACME }, undefined, '\t')],
    ['JSON with other white space', ` {\r\n"acme"\t: ${JSON.stringify(ACME)} } \n`],
    ['a map in flow', 'acme: { url: https://acme.test, apiKey: sk-1 }\n'],
    ['a map in blocks', '# ours\nacme:\n  url: "https://acme.test"\n  apiKey: sk-1\n\n'],
    ['a map without a line’s end', 'acme: {url: https://acme.test, apiKey: sk-1}'],
    ['a document with its marks', '---\nacme: {url: https://acme.test, apiKey: sk-1}\n...\n'],
    ['quoted names', '"acme":\n  url: https://acme.test\n  apiKey: sk-1\n'],
  ])('is %s', (_, text) => {
    expect(entriesOrError(text)).toEqual([['acme', ACME]]);
  });

  test.each([
    ['JSON', '{"a": {}, "b": {}, "a": {}}'],
    [
      'JSON with quotes and white space in its texts',
      '{"a": {"url": "\\" \\\\"}, "b": { }, "a": {"url": "\\" \\\\"}}',
    ],
    ['YAML', 'a: {}\nb: {}\na: {}\n'],
    ['YAML, far apart', `a: {}\n${Array.from({ length: 2_000 }, (_, i) => `p${i}: {}\n`).join('')}a: {}\n`],
  ])('that names a portal twice is refused (%s)', (_, text) => {
    expect(entriesOrError(text)).toMatch('names a portal twice');
  });

  test('that says a thing twice of one portal has a malformed entry', () => {
    expect(entriesOrError('{"a": {"url": "x", "url": "y"}, "b": {}}')).toEqual([
      ['a', undefined],
      ['b', {}],
    ]);
  });

  test.each([
    ['a name that looks like a number', '{"007": {}, "2": {}, "1": {}}', ['007', '2', '1']],
    ['in YAML', '007: {}\ntrue: {}\n1e3: {}\n', ['007', 'true', '1e3']],
  ])('keeps %s as it is written, in its place', (_, text, names) => {
    expect([...parseKeyEntries(text).keys()]).toEqual(names);
  });

  test.each([
    ['a list', '- a\n', 'must be a map'],
    ['a text', 'sk-secret', 'must be a map'],
    ['nothing', '', 'must be a map'],
    ['a list of JSON', '["sk-secret"]', 'must be a map'],
    ['broken far down', `${'p: {}\n'.repeat(3)}q: { sk-secret\n`, 'no YAML that can be read (line'],
    ['broken JSON', '{"a": "sk-secret', 'no YAML that can be read'],
  ])('that is %s is refused without a word of it', (_, text, message) => {
    const told = entriesOrError(text);
    expect(told).toMatch(message);
    expect(told).not.toMatch('secret');
  });

  test('is the same whether it is read in parts or as a whole', () => {
    const name = fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,6}$/);
    const value = fc.constantFrom(
      '{ url: "https://a.test", apiKey: sk-1 }',
      '{ url: x,\n  apiKey: y }',
      '\n  url: x\n  apiKey: |\n    y\n',
      '"a\n  b"',
      '',
      '[1]',
      '&x { url: 1 }',
      '*x',
      '# nothing',
      '{',
    );
    const lines = fc.array(fc.tuple(name, value), { maxLength: 6 });
    fc.assert(
      fc.property(lines, fc.nat(1_500), (entries, filler) => {
        const before = Array.from({ length: filler }, (_, index) => `filler-${index}: {}\n`).join('');
        const text = `${before}${entries.map(([key, entry]) => `${key}: ${entry}\n`).join('')}`;
        // The mark of a document's end keeps it from being read in parts.
        expect(entriesOrError(text)).toEqual(entriesOrError(`${text}...\n`));
      }),
      { numRuns: 40 },
    );
  });
});
