import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGE_ASSETS_FILE, pageAssets } from '../../../../cli/page-assets.ts';

test('the page’s script and style are what their sources say now: else run npm run page', async () => {
  expect(readFileSync(PAGE_ASSETS_FILE, 'utf8')).toBe(await pageAssets());
});
