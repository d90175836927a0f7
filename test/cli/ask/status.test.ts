import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { runCli } from '../run-cli.ts';

let aws: LocalAws | undefined;
afterEach(async () => {
  await aws?.close();
  aws = undefined;
});

const STARTED = '2026-03-04T12:00:00.000Z';
const TOTALS = { portals: 2, none: 1, create: 0, update: 0, remove: 0, failed: 1, skipped: 0 };
const done = (portal: string, more: object = {}) => ({ portal, action: 'none', status: 'done', ...more });
const failed = (portal: string) => ({
  portal,
  action: null,
  status: 'failed',
  error: { code: 'TIMEOUT', message: 'too \u001b[2Jlate', retryable: true },
});

function report(policy: string, ok: boolean, portals: readonly object[], more: object = {}): string {
  const entry = { policy, file: `s3://b/policies/${policy}.yaml`, version: 'v1', errors: [], warnings: [] };
  return JSON.stringify({
    schema: 1,
    mode: 'apply',
    startedAt: STARTED,
    trigger: { kind: 'tick', run: 'r' },
    policies: [{ ...entry, portals, totals: TOTALS, attempt: 1, claims: ['acme', 'globex'], ...more }],
    finishedAt: STARTED,
    ok,
  });
}

const REPORTS = {
  'reports/eu/fleet/latest.json': report('eu/fleet', false, [
    done('acme', { protection: { verdict: 'proven', due: null }, effect: 'weaken', drift: 'deleted' }),
    done('hooli', {
      protection: { verdict: 'late' },
      drift: { kind: 'edited' },
      action: 'update',
      status: 'planned',
    }),
    failed('globex'),
  ]),
  'reports/eu/fleet/2026-03-04T12-00-00.000Z-v1.json': 'not looked at',
  'reports/eu/fleet/lease.json': '{}',
  'reports/us/latest.json': report('us', true, [done('umbrella')], { gone: true }),
};

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-status-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function bucketOf(files: Record<string, string>): Promise<LocalAws> {
  aws = await startAws();
  aws.s3.createBucket('acme', { versioning: true });
  for (const [key, text] of Object.entries(files)) aws.s3.put('acme', key, text);
  return aws;
}

describe('status', () => {
  test('tells the last report of each policy as JSON, alike from a bucket and from a copy of it', async () => {
    const folder = folderOf(REPORTS);
    const bucket = await bucketOf(REPORTS);
    const runs = [
      await runCli(['status', 's3://acme', '--json'], bucket.env()),
      await runCli(['status', 's3://acme/', '--json'], bucket.env()),
      await runCli(['status', folder, '--json']),
      await runCli(['status', join(folder, 'reports'), '--json']),
    ];
    for (const { code, out, err } of runs) {
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(JSON.parse(out)).toEqual({
        schema: 1,
        mode: 'status',
        ok: false,
        policies: [
          {
            policy: 'eu/fleet',
            file: 's3://b/policies/eu/fleet.yaml',
            version: 'v1',
            mode: 'apply',
            trigger: { kind: 'tick', run: 'r' },
            startedAt: STARTED,
            finishedAt: STARTED,
            ageSeconds: expect.any(Number),
            attempt: 1,
            ok: false,
            errors: [],
            warnings: [],
            totals: TOTALS,
            planned: 1,
            failed: [{ portal: 'globex', status: 'failed', code: 'TIMEOUT', message: 'too \u001b[2Jlate' }],
            failedNotShown: 0,
            protection: { proven: 1, late: 1 },
            effect: { weaken: 1 },
            drift: { deleted: 1, edited: 1 },
          },
          expect.objectContaining({ policy: 'us', ok: true, gone: true, failed: [] }),
        ],
        needYou: {
          portals: 4,
          count: 2,
          notAsked: 1,
          items: [
            {
              policy: 'eu/fleet',
              portal: 'hooli',
              verdict: 'late',
              since: null,
              lastArchive: null,
              seenAt: STARTED,
              ageSeconds: expect.any(Number),
              todo: expect.stringContaining('by hand'),
            },
            expect.objectContaining({ portal: 'globex', verdict: null, code: 'TIMEOUT' }),
          ],
        },
      });
    }
  });

  test('tells it to people, and nothing that could move their cursor', async () => {
    const { code, out, err } = await runCli(['status', folderOf(REPORTS)]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^2 of 4 need you \(tick \d+ days ago\)\n/);
    expect(out).toMatch(/\nTIMEOUT: too \\u\{1b\}\[2Jlate\n {2}to do: .*\n {4}globex {2}eu\/fleet\n/);
    expect(out).toMatch(/\neu\/fleet: not ok, 3 portals: 1 proven, 1 late; .*; tick 2026-03-04 12:00 UTC \(/);
    expect(out).toMatch(/\nus: ok, 1 portal; the policy is gone from the bucket/);

    const verbose = await runCli(['status', folderOf(REPORTS), '--verbose']);
    expect(verbose.out).toContain('eu/fleet  not ok\n');
    expect(verbose.out).toMatch(/ {2}2026-03-04 12:00 UTC \(\d+ days ago\), apply, by tick, version v1\n/);
    expect(verbose.out).toContain('  2 portals: 1 unchanged, 1 failed (1 of these only planned)\n');
    expect(verbose.out).toContain('  protection: 1 proven, 1 late\n');
    expect(verbose.out).toContain('  failed globex  TIMEOUT: too \\u{1b}[2Jlate\n');
    expect(verbose.out).toMatch(/us {2}ok\n {2}the policy is gone from the bucket/);
  });

  test('exits with 0 where every report is ok', async () => {
    const folder = folderOf({ 'us/latest.json': REPORTS['reports/us/latest.json'] });
    expect(await runCli(['status', folder])).toMatchObject({ code: 0, err: '' });
  });

  test('tells the errors of an invalid policy', async () => {
    const errors = [{ line: 3, column: 5, message: 'unknown key "x"' }];
    const folder = folderOf({ 'reports/us/latest.json': report('us', false, [], { errors }) });
    const { code, out } = await runCli(['status', folder]);
    expect(code).toBe(1);
    expect(out).toMatch(/^1 of 1 policy needs you .*\n\nus: invalid, 1 error: 3:5: unknown key "x"\n/);
  });

  test.each([
    ['no JSON', 'canary'],
    ['another JSON', '{"ok":true}'],
    ['no policy', JSON.stringify({ startedAt: STARTED, ok: true, policies: [] })],
  ])('does not pass over a report that is %s', async (_, text) => {
    const folder = folderOf({ ...REPORTS, 'reports/x/latest.json': text });
    const { code, out } = await runCli(['status', folder, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).policies.at(-1)).toEqual({
      policy: 'x',
      ok: false,
      error: { code: 'REPORT_UNREADABLE', message: expect.any(String) },
    });
    expect((await runCli(['status', folder])).out).toContain('REPORT_UNREADABLE');
  });

  test('exits with 1 where there is no report, no folder or no bucket, and says which', async () => {
    const { env } = await bucketOf({ 'policies/us.yaml': '' });
    expect(await runCli(['status', 's3://acme'], env())).toMatchObject({
      code: 1,
      err: /* */ expect.stringContaining('NO_REPORTS'),
    });
    for (const place of ['s3://nobody', join(folderOf({}), 'nowhere')]) {
      const { code, out } = await runCli(['status', place, '--json'], env());
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        policies: [],
        ok: false,
        error: { code: 'REPORTS_UNREADABLE' },
      });
    }
  });

  test.each([
    ['no place', ['status'], /one place/],
    ['two places', ['status', 'a', 'b'], /one place/],
    ['a key in the bucket', ['status', 's3://acme/reports/us'], /nothing behind it/],
    ['an option that it does not take', ['status', 'a', '--portal', 'x'], /status takes no --portal/],
  ])('refuses %s, on stderr alone', async (_, args, message) => {
    expect(await runCli(args)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(message) });
  });
});
