import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PageData } from '../../functions/report/page/page-data.ts';
import { writePage } from '../../functions/report/page/write-page.ts';
import { openChromium } from './open-chromium.ts';
import { HOSTILE, OUTCOMES, samplePage } from './page-fleet.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleet-page-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the page of a fleet', () => {
  test('begins with how many need somebody, and why, the worst first', async () => {
    const { page, close } = await show(samplePage());
    expect(await page.title()).toBe('5 of 18 portals need you');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('5 of 18 portals need you');
    const needs = await page.locator('.need').allInnerTexts();
    expect(needs.map((need) => need.replace(/\s+/g, ' '))).toEqual([
      '▲ failed 2',
      '◆ held 1',
      '▲ late 1',
      '▲ claimed 1',
    ]);
    expect(await page.getByText('us/fleet has no report yet').count()).toBe(1);
    await close();
  });

  test('shows the portals that need somebody first, and sorts by any column', async () => {
    const { page, close } = await show(samplePage());
    expect((await names(page)).slice(0, 3)).toEqual(['hooli', 'wonka', 'vandelay']);
    const sort = page.getByRole('button', { name: 'Portal', exact: true });
    await sort.click();
    expect((await names(page))[0]).toBe('acme');
    await sort.click();
    expect((await names(page))[0]).toBe('wonka');
    expect(
      await page.getByRole('columnheader', { name: 'Portal', exact: true }).getAttribute('aria-sort'),
    ).toBe('descending');
    await page.getByRole('button', { name: 'Last archive' }).click();
    expect((await names(page))[0]).toBe('stark');
    await close();
  });

  test('filters by a part of a name and by what portals say, and tells how many fit', async () => {
    const { page, close } = await show(samplePage());
    await page.getByLabel('portal', { exact: true }).fill('customer');
    expect(await page.getByRole('status').textContent()).toBe('9 of 18 portals');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.getByRole('status').textContent()).toBe('18 of 18 portals');
    await page.getByLabel('error', { exact: true }).selectOption('UNAUTHORIZED');
    expect(await names(page)).toEqual(['hooli']);
    await page.getByLabel('error', { exact: true }).selectOption('');
    for (const [facet, word, count] of [
      ['verdict', 'proven', 12],
      ['drift', 'edited', 1],
      ['effect', 'weaken', 1],
      ['policy', 'eu/fleet', 18],
    ] as const) {
      await page.getByLabel(facet, { exact: true }).selectOption(word);
      expect(await names(page)).toHaveLength(count);
      await page.getByLabel(facet, { exact: true }).selectOption('');
    }
    await close();
  });

  test('a verdict of the bar shows its portals alone', async () => {
    const { page, close } = await show(samplePage());
    await page.getByRole('button', { name: /^never/ }).click();
    expect(await names(page)).toEqual(['weyland']);
    await close();
  });

  test('a row opens to its schedule with file and line, its changes and its history', async () => {
    const { page, close } = await show(samplePage());
    await page.getByRole('button', { name: 'globex' }).click();
    const details = (await page.locator('.details').innerText()).replace(/\s+/g, ' ');
    expect(details).toContain('backupsStored 30 fleet.yaml:9 (gold)');
    expect(details).toContain('storageParams.subdir globex fleet.yaml:4 (defaults)');
    expect(details).toContain('Changed in the last run Field From To backupsStored 1 30');
    expect(details).toContain('2026-11-05 to 2026-11-06: bad');
    expect(await page.getByRole('img', { name: 'last 35 days: 33 well, 2 bad' }).count()).toBe(1);
    await page.getByRole('button', { name: 'globex' }).click();
    expect(await page.locator('.details').count()).toBe(0);
    await close();
  });

  test('what portals say is text, whatever it is', async () => {
    const { page, close, trouble } = await show(samplePage());
    await page.getByRole('button', { name: 'wonka' }).click();
    expect(await page.locator('.details').innerText()).toContain(HOSTILE);
    expect(await page.title()).toBe('5 of 18 portals need you');
    expect(await page.locator('body img').count()).toBe(0);
    expect(trouble).toEqual([]);
    await close();
  });

  test('everything can be done by keyboard alone', async () => {
    const { page, close } = await show(samplePage());
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the table of portals');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Portal');
    await page.keyboard.press('Enter');
    expect((await names(page))[0]).toBe('acme');
    await tabTo(page, 'globex');
    await page.keyboard.press('Space');
    expect(await page.locator('.details').count()).toBe(1);
    expect(await focused(page)).toBe('globex');
    await page.keyboard.press('Space');
    expect(await page.locator('.details').count()).toBe(0);
    await close();
  });

  test.each(['light', 'dark'] as const)('has nothing that axe finds, in %s', async (colorScheme) => {
    const { page, close } = await show(samplePage(), { colorScheme });
    await page.getByRole('button', { name: 'globex' }).click();
    expect(await findings(page)).toEqual([]);
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const before = await ground();
    await page.getByRole('button', { name: 'Dark or light' }).click();
    expect(await ground()).not.toBe(before);
    expect(await findings(page)).toEqual([]);
    await close();
  });

  test('fits a narrow window, and has nothing there that axe finds', async () => {
    const { page, close } = await show(samplePage(), { viewport: { width: 375, height: 800 } });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    expect(await findings(page)).toEqual([]);
    await close();
  });

  test('prints without its controls, with up to a thousand portals', async () => {
    const { page, close } = await show(samplePage(many(1200)));
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('search').count()).toBe(0);
    const printed = await page.pdf();
    expect(printed.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await names(page)).toHaveLength(1000);
    await close();
  });

  test('ten thousand portals open, in less than 3 MB, and the last one is found', async () => {
    const { page, bytes, close } = await show(samplePage(many(10_000)));
    expect(bytes).toBeLessThan(3_000_000);
    await page.getByLabel('portal', { exact: true }).fill('portal-09999');
    expect(await names(page)).toEqual(['portal-09999']);
    await close();
  });

  test('a fleet that is well says so', async () => {
    const { page, close } = await show(samplePage(OUTCOMES.slice(0, 1)));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The portal is well');
    expect(await page.getByText('Nothing.').count()).toBe(1);
    await close();
  });
});

// --- internal ---

type Look = NonNullable<Parameters<Browser['newContext']>[0]>;

let files = 0;

/** Opens a page from a file; whatever it asks of the network, and whatever its policy forbids, is trouble. */
async function show(data: PageData, look: Look = {}) {
  const file = join(folder, `${files++}.html`);
  const html = writePage(data);
  writeFileSync(file, html);
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) trouble.push(request.url());
  });
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.goto(pathToFileURL(file).href);
  return {
    page,
    trouble,
    bytes: Buffer.byteLength(html),
    close: async () => {
      expect(trouble).toEqual([]);
      await context.close();
    },
  };
}

function names(page: Page): Promise<string[]> {
  return page.locator('.opener').allTextContents();
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent');
}

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === text) return;
  }
  throw new Error(`no Tab leads to ${text}`);
}

/** What axe-core finds: rule and elements. It is put in by the debugger, which the page's policy has no say in. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (globalThis as never as { axe: Axe }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

type Axe = { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };

function many(count: number) {
  const [well] = OUTCOMES;
  if (!well) throw new Error('no sample');
  return Array.from({ length: count }, (_, index) => ({
    ...well,
    portal: `portal-${String(index).padStart(5, '0')}`,
  }));
}
