import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readKeyFile } from '../../../functions/keys/key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function keys(name: string, text: string) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readKeyFile(path);
}

test.each([
  [
    'keys.yaml',
    `globex: { url: https://g.test, apiKey: sk-g, tags: { tier: gold, number: 007, is: true } }
acme:
  url: https://a.test
  apiKey: sk-a
odd: { url: https://o.test, apiKey: sk-o, tags: [gold] }
none: { url: https://n.test, apiKey: sk-n, tags: }
`,
    '007',
  ],
  [
    'keys.json',
    JSON.stringify({
      globex: { url: 'https://g.test', apiKey: 'sk-g', tags: { tier: 'gold', number: 7, is: true } },
      acme: { url: 'https://a.test', apiKey: 'sk-a' },
      odd: { url: 'https://o.test', apiKey: 'sk-o', tags: ['gold'] },
      none: { url: 'https://n.test', apiKey: 'sk-n', tags: null },
    }),
    '7',
  ],
])('%s lists its entries by name, with their tags as they are written', async (name, text, number) => {
  const source = await keys(name, text);
  const list = await source.list?.();
  expect(Array.from(list?.keys ?? [], ([portal, tags]) => [portal, Object.fromEntries(tags)])).toEqual([
    ['acme', {}],
    ['globex', { tier: 'gold', number, is: 'true' }],
    ['none', {}],
    ['odd', {}],
  ]);
  expect(list?.unreadGroups).toEqual([]);
  const lookup = await source(['globex', 'odd']);
  expect(await lookup.keyOf('globex')).toEqual({ origin: 'https://g.test', apiKey: 'sk-g' });
  expect(await lookup.keyOf('none')).toBeDefined();
  await expect(lookup.keyOf('odd')).rejects.toMatchObject({
    code: 'KEY_MALFORMED',
    message: expect.stringContaining('"tags"'),
  });
});
