import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';

const protection = { verdict: 'late', lastBackup: null, lastArchive: null, due: null, bad: true };
const outcome = { action: 'none', status: 'done', changes: [], warnings: [], requests: 1, attempts: 1 };

/** A copy of a bucket with one report. */
function copyOf(portals: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-report-'));
  const report = {
    ...{ schema: 1, mode: 'apply', startedAt: '2026-11-27T06:00:00.000Z', ok: true },
    policies: [{ policy: 'eu/fleet', file: 's3://acme/policies/eu/fleet.yaml', version: 'v1', portals }],
  };
  const file = join(folder, 'reports/eu/fleet/latest.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(report));
  writeFileSync(
    join(dirname(file), 'days.json'),
    JSON.stringify({ schema: 1, until: '2026-11-27', portals: { acme: 'p3b2' } }),
  );
  return folder;
}

describe('report', () => {
  test('writes the page where it is told to, and says how many need somebody', async () => {
    const folder = copyOf([
      { ...outcome, portal: 'acme', protection },
      { ...outcome, portal: 'globex' },
    ]);
    const file = join(folder, 'page.html');
    expect(await runCli(['report', folder, '--out', file])).toMatchObject({
      ...{ code: 0, err: '' },
      out: `1 of 2 portals needs you: ${file}\n`,
    });
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('"days":"p3b2"');
  });

  test('says the same in words, and writes no page', async () => {
    const folder = copyOf([{ ...outcome, portal: 'acme', protection }]);
    const { code, out } = await runCli(['report', folder, '--markdown', '--out', join(folder, 'page.html')]);
    expect(code).toBe(0);
    expect(out).toContain('# 1 of 1 portal needs you');
    expect(out).toContain('## 1 late');
    expect(existsSync(join(folder, 'page.html'))).toBe(false);
  });

  test.each([
    ['no place', ['report'], /report needs one place/],
    ['a folder that is not there', ['report', '/nowhere/at/all'], /no such folder/],
    ['a folder without reports', ['report', mkdtempSync(join(tmpdir(), 'policy-sync-none-'))], /NO_REPORTS/],
    [
      'a file that can’t be written',
      ['report', copyOf([outcome]), '--out', '/nowhere/page.html'],
      /can't be written \(ENOENT\)/,
    ],
    ['an option of another command', ['report', '.', '--json'], /report takes no --json/],
  ])('%s: is told, exit code 1', async (_, args, message) => {
    const { code, out, err } = await runCli(args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });
});
