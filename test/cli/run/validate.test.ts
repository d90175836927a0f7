import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { policyText } from '../../policy-text.ts';
import { runCli } from '../run-cli.ts';

/** Writes policies with these portals, and gives the files' paths. */
function write(files: Record<string, string | readonly string[]>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-validate-'));
  return Object.entries(files).map(([name, what]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof what === 'string' ? what : policyText(what));
    return path;
  });
}

describe('validate of several files', () => {
  test('tells the portals that two of them claim, and is no success', async () => {
    const files = write({ 'a.yaml': ['acme', 'globex'], 'b.yaml': ['initech', 'acme'] });
    const { code, out, err } = await runCli(['validate', ...files]);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain(
      '\n  ? held  2 portals  CONFLICT: named by 2 policies ("a", "b"): keep it in one of them\n      a: acme; b: acme\n',
    );
    expect(out).toContain('a.yaml: 2 portals, 1 of them in conflict with other policies');

    const json = JSON.parse((await runCli(['validate', ...files, '--json'])).out);
    const portals = [{ portal: 'acme', status: 'skipped', held: true, error: { code: 'CONFLICT' } }];
    const totals = { portals: 2, skipped: 1 };
    expect(json).toMatchObject({
      ok: false,
      policies: [
        { portals, totals },
        { portals, totals },
      ],
    });
  });

  test('is content with files that claim different portals', async () => {
    const { code, out } = await runCli(['validate', ...write({ 'a.yaml': ['acme'], 'b.yaml': ['globex'] })]);
    expect(code).toBe(0);
    expect(out).toMatch(/a\.yaml: valid, 1 portal\n.*b\.yaml: valid, 1 portal\n$/);
  });

  test('--portal looks at these portals alone', async () => {
    const files = write({ 'a.yaml': ['acme', 'globex'], 'b.yaml': ['acme', 'initech'] });
    expect((await runCli(['validate', ...files, '--portal', 'globex'])).code).toBe(0);
    expect((await runCli(['validate', ...files, '--portal', 'acme'])).code).toBe(1);
  });

  test('an invalid file claims its portals all the same', async () => {
    const files = write({ 'a.yaml': ['acme'], 'b.yaml': 'version: 2\nportals: { acme: {} }\n' });
    const { code, out } = await runCli(['validate', files[0] ?? '', files[1] ?? '']);
    expect(code).toBe(1);
    expect(out).toContain('CONFLICT');
  });

  test('teams with secrets of their own never conflict', async () => {
    const files = write({ 'policies/red/fleet.yaml': ['acme'], 'policies/blue/fleet.yaml': ['acme'] });
    const TEAMS = JSON.stringify({ red: 'docspace/red/', blue: 'docspace/blue/' });
    expect((await runCli(['validate', ...files], { TEAMS })).code).toBe(0);
    expect((await runCli(['validate', ...files], { TEAMS: '{"red":"docspace/red/"}' })).code).toBe(0);
    expect((await runCli(['validate', ...files])).code).toBe(1);
  });
});

describe.each(['validate', 'plan'])('%s of fleet.yaml and fleet.yml together', (verb) => {
  test('is an error of the .yml, and of it alone', async () => {
    const files = write({ 'fleet.yaml': ['acme'], 'fleet.yml': ['acme', 'globex'] });
    const { code, out } = await runCli([verb, ...files, '--json']);
    expect(code).toBe(1);
    const message =
      'this and fleet.yaml are two spellings of one policy, and in a bucket the .yml never counts: keep one of them';
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      policies: [
        { policy: 'fleet', errors: [], portals: [] },
        { policy: 'fleet', errors: [{ line: 1, column: 1, message }], portals: [] },
      ],
    });
  });

  test('but not of those in two folders', async () => {
    const files = write({ 'eu/fleet.yaml': ['acme'], 'us/fleet.yml': ['globex'] });
    const { out } = await runCli([verb, ...files, '--json']);
    expect(JSON.parse(out).policies).toMatchObject([{ errors: [] }, { errors: [] }]);
  });
});

describe('validate of a file with a slip', () => {
  test('shows the line, with the caret by what a terminal shows', async () => {
    const text = `${policyText(['acme'])}  globex: { profile: 東京, backupsStored: 99 }\n`;
    const { code, out } = await runCli(['validate', ...write({ 'fleet.yaml': text })]);
    expect(code).toBe(1);
    expect(out.split('\n').slice(3, 7)).toEqual([
      expect.stringMatching(/fleet\.yaml:9:41: "backupsStored" must be a whole number from 1 to 30, not 99$/),
      '  9 |   globex: { profile: 東京, backupsStored: 99 }',
      `    |   ${' '.repeat('globex: { profile: xxxx, backupsStored: '.length)}^`,
      expect.stringMatching(/fleet\.yaml: 2 errors$/),
    ]);
  });

  test('among 3,000 portals tells that slip alone', async () => {
    const portals = Array.from({ length: 3000 }, (_, index) => `customer-${index}`);
    const text = policyText(portals).replace('  customer-990:', '  customer-990: { dump: false }}');
    const { code, out } = await runCli(['validate', ...write({ 'fleet.yaml': text })]);
    expect(code).toBe(1);
    expect(out).toMatch(/fleet\.yaml:998:32: one "}" too many: nothing is open that it could close\n/);
    expect(out).toMatch(/fleet\.yaml: 1 error\n$/);
  });
});
