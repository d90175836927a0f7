import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';

const FLEET = `version: 1
defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
profiles:
  gold: { backupsStored: 30 }
portals:
  acme:
    profile: gold
  globex:
`;

/** A report as it is stored, of one portal. */
function report(policy: string, startedAt: string, portal: string, more: object = {}): string {
  const outcome = { portal, action: 'none', status: 'done', changes: [], warnings: [], ...more };
  return JSON.stringify({
    schema: 1,
    mode: 'apply',
    startedAt,
    trigger: { kind: 'tick', run: 'r' },
    policies: [
      { policy, file: 'f', version: 'v1', errors: [], warnings: [], portals: [outcome], totals: {} },
    ],
    finishedAt: startedAt,
    ok: true,
  });
}

/** A folder with files below it. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-reports-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('why', () => {
  test('tells each field with its place, and what it overrode', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET });
    const { code, out, err } = await runCli(['why', 'acme', file]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`acme: policy fleet, ${file}:6:3, profile gold\n`);
    expect(out).toMatch(
      /backupsStored +30 +\S+fleet\.yaml:4:11 \(profile gold\)\n +over 7, \S+fleet\.yaml:2:37 \(defaults\)/,
    );
    expect(out).toMatch(/dump +false +nobody says otherwise/);
  });

  test('tells it as JSON', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET });
    const { code, out } = await runCli(['why', 'acme', file, '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ schema: 1, mode: 'why', portal: 'acme', ok: true });
    const [policy] = answer.policies;
    expect(policy).toMatchObject({ policy: 'fleet', file, errors: [], line: 6, column: 3, profile: 'gold' });
    expect(policy).not.toHaveProperty('history');
    expect(policy.fields[1]).toEqual({
      field: 'backupsStored',
      value: 30,
      from: { layer: 'profile', profile: 'gold', line: 4, column: 11 },
      overrode: [{ value: 7, layer: 'defaults', line: 2, column: 37 }],
    });
  });

  test('tells both policies of a conflict, and exits with 1', async () => {
    const files = writeFiles({ 'a.yaml': FLEET, 'b.yaml': policyText(['acme']) });
    const { code, out, err } = await runCli(['why', 'acme', files['a.yaml'], files['b.yaml']]);
    expect(code).toBe(1);
    expect(out).toContain('acme: policy a, ');
    expect(out).toContain('acme: policy b, ');
    expect(err).toMatch(/named by 2 policies \("a", "b"\).*CONFLICT/);
  });

  test('suggests a name for a portal that no policy names', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET });
    const { code, out, err } = await runCli(['why', 'globx', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/no policy names the portal "globx": did you mean "globex"\? \(UNKNOWN_PORTAL\)/);
    const json = JSON.parse((await runCli(['why', 'globx', file, '--json'])).out);
    expect(json).toMatchObject({ ok: false, policies: [], error: { code: 'UNKNOWN_PORTAL' } });
  });

  test('tells the errors of an invalid policy, and explains nothing by it', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET.replace('hour: 3', 'hour: 24') });
    const { code, out } = await runCli(['why', 'acme', file]);
    expect(code).toBe(1);
    expect(out).toContain(`${file}:2:`);
    expect(out).not.toContain('policy fleet');
    const json = JSON.parse((await runCli(['why', 'acme', file, '--json'])).out);
    expect(json.policies).toMatchObject([{ policy: 'fleet', errors: [{ line: 2 }] }]);
    expect(json.policies[0]).not.toHaveProperty('fields');
  });

  test('adds the last outcomes, the newest first, and the next backup where a report knows it', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET });
    const error = { code: 'TIMEOUT', message: 'too late', retryable: true };
    const days = ['01', '02', '03', '04', '05', '06', '07'];
    const reports = folderOf({
      ...Object.fromEntries(
        days.map((day) => [
          `reports/eu/fleet/2026-03-${day}T00-00-00.000Z-v1.json`,
          report('eu/fleet', `2026-03-${day}T00:00:00.000Z`, day === '06' ? 'other' : 'acme', {
            ...(day === '07' && { action: null, status: 'failed', error }),
            ...(day === '05' && { protection: { verdict: 'proven', due: '2026-03-06T03:00:00.000Z' } }),
          }),
        ]),
      ),
      'reports/eu/fleet/latest.json': report('eu/fleet', '2026-03-07T00:00:00.000Z', 'acme'),
      'reports/fleet/latest.json': report('fleet', '2026-03-09T00:00:00.000Z', 'other'),
      'reports/eu/fleet/more/latest.json': report('eu/fleet/more', '2026-03-08T00:00:00.000Z', 'acme'),
    });
    const { out } = await runCli(['why', 'acme', file, '--reports', reports, '--json']);
    expect(JSON.parse(out).policies[0].history).toEqual({
      policy: 'eu/fleet',
      outcomes: [
        {
          startedAt: '2026-03-07T00:00:00.000Z',
          version: 'v1',
          action: null,
          status: 'failed',
          error: { code: 'TIMEOUT', message: 'too late' },
        },
        ...['05', '04', '03'].map((day) => ({
          startedAt: `2026-03-${day}T00:00:00.000Z`,
          version: 'v1',
          action: 'none',
          status: 'done',
        })),
      ],
      due: '2026-03-06T03:00:00.000Z',
    });
    const human = await runCli(['why', 'acme', file, '--reports', reports]);
    expect(human.out).toMatch(/ {2}next backup: 2026-03-06 03:00 UTC \(\d+ days ago\)\n/);
    expect(human.out).toMatch(
      / {2}2026-03-07 00:00 UTC \(\d+ days ago\) failed, not read {2}TIMEOUT: too late\n/,
    );
  });

  test('says so where no report speaks of the portal, or the reports cannot be read', async () => {
    const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': FLEET });
    const empty = folderOf({ 'reports/other/latest.json': report('other', '2026-03-07T00:00:00Z', 'acme') });
    const none = await runCli(['why', 'acme', file, '--reports', empty]);
    expect(none).toMatchObject({ code: 0, err: '' });
    expect(none.out).toContain('no report of this policy speaks of the portal');
    const broken = await runCli(['why', 'acme', file, '--reports', join(empty, 'nowhere')]);
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('REPORTS_UNREADABLE') });
    expect(broken.out).toContain('acme: policy fleet');
  });

  test.each([
    ['no file', ['why', 'acme'], /then at least one policy file/],
    ['an option that it does not take', ['why', 'acme', 'f', '--keys', 'k'], /why takes no --keys/],
    ['an output that it does not have', ['why', 'acme', 'f', '--markdown'], /why takes no --markdown/],
    ['a key in the bucket', ['why', 'acme', 'f', '--reports', 's3://b/reports/x'], /s3:\/\/bucket/],
    ['--reports without why', ['plan', 'f', '--reports', 'x'], /goes with why alone/],
  ])('refuses %s, on stderr alone', async (_, args, message) => {
    expect(await runCli(args)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(message) });
  });
});
