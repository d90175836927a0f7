import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKeyEntries } from '../../../functions/keys/parse-key-entries.ts';
import { KeysUnreadableError, parsePortalKey } from '../../../functions/model/portal-key.ts';

const ACME = { url: 'https://acme.test', apiKey: 'sk-1' };

function entriesOrError(text: string): unknown {
  try {
    return [...parseKeyEntries(text)];
  } catch (error) {
    if (error instanceof KeysUnreadableError) return error.message;
    throw error;
  }
}

describe('an entry', () => {
  const problemOf = (entry: unknown) => {
    try {
      return parsePortalKey(entry).origin;
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each<[string, object, string]>([
    ['a merge key', { ...ACME, '<<': undefined }, 'a merge key (<<) is not read here'],
    ['capitals', { url: ACME.url, APIKEY: 'sk-1' }, 'in just these letters'],
    ['a member twice, in two spellings', { ...ACME, URL: 'https://other.test' }, 'in just these letters'],
    ['a dash', { url: ACME.url, 'api-key': 'sk-1' }, 'in just these letters'],
    ['a blank before the url', { ...ACME, url: ' https://acme.test' }, 'a blank or a line end'],
    ['a line end behind the url', { ...ACME, url: 'https://acme.test\n' }, 'a blank or a line end'],
    ['a blank in the url', { ...ACME, url: 'https://ac me.test' }, '"url"'],
    ['members of one’s own', { ...ACME, owner: 'me' }, 'https://acme.test'],
  ])('with %s', (_, entry, told) => {
    expect(problemOf(entry)).toContain(told);
    expect(problemOf(entry)).not.toContain('sk-1');
  });

  test('of a YAML file with a merge key is not used without what is merged', () => {
    const text = 'base: &base { url: https://a.test, apiKey: sk-1 }\nacme: { <<: *base, apiKey: sk-2 }\n';
    expect(problemOf(parseKeyEntries(text).get('acme'))).toContain('a merge key');
  });
});

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
    [
      'two documents',
      'a: { apiKey: sk-secret }\n---\nb: { apiKey: sk-secret }\n',
      'a second document (line 2)',
    ],
    ['two documents of JSON', '{"a": {}}\n---\n{"b": {}}\n', 'a second document (line 2)'],
    ['JSON with a comment', '{ "b": {}, // secret\n "a": {} }', 'a comment with // or /* (line 1)'],
    ['JSON that begins with a comment', '{ /* secret */\n "a": {} }', 'a comment with // or /* (line 1)'],
    ['JSON with a comment as a name', '{\n  "//": "secret",\n "a": {}}', 'a comment with // or /* (line 2)'],
    ['a name in capitals', 'a: {}\n\nACME-secret: {}\n', 'a name in capitals (line 3)'],
    ['a name in capitals, in JSON', '{"a": {},\n "Secret": {}}', 'a name in capitals (line 2)'],
    ['a merge key', 'a: &secret {}\n<<: { b: {} }\n', 'a merge key (<<) (line 2)'],
    ['a name that no portal has', 'a: {}\n"the secret": {}\n', 'no portal can be called (line 2)'],
    ['a key for a name', `a: {}\n"sk-secret/${'0'.repeat(32)}": {}\n`, 'no portal can be called (line 2)'],
    ['a map for a name', 'a: {}\n? { secret: 1 }\n: {}\n', 'no plain name (line 2)'],
  ])('that is %s is refused without a word of it', (_, text, message) => {
    const told = entriesOrError(text);
    expect(told).toMatch(message);
    expect(told).not.toMatch('secret');
  });

  test('is the same whether it is read in parts or as a whole', () => {
    const name = fc.oneof(
      { weight: 9, arbitrary: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,6}$/) },
      { weight: 1, arbitrary: fc.constantFrom('_', 'Acme', '<<') },
    );
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
