import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** When it is in these tests. */
export const NOW = new Date('2026-11-27T08:00:00.000Z');
const TICK = '2026-11-27T06:00:00.000Z';

/** Outcomes as a report has them. */
export const proven = (portal: string) => ({
  portal,
  action: 'none',
  status: 'done',
  protection: { verdict: 'proven', lastBackup: TICK, lastArchive: TICK, due: null },
});
export const late = (portal: string) => ({
  portal,
  action: 'none',
  status: 'done',
  needsSince: '2026-11-25T18:00:00.000Z',
  protection: {
    verdict: 'late',
    lastBackup: null,
    lastArchive: '2026-11-24T03:00:00.000Z',
    due: null,
    bad: true,
  },
});
export const silent = (portal: string) => ({
  portal,
  action: null,
  status: 'failed',
  needsSince: TICK,
  protection: { verdict: 'unknown', lastBackup: null, lastArchive: null, due: null, bad: true },
  error: { code: 'TIMEOUT', message: 'no whole answer within 10 s', retryable: true },
});
export const guarded = (portal: string) => ({
  portal,
  action: 'update',
  status: 'skipped',
  held: true,
  needsSince: TICK,
  protection: { verdict: 'proven', lastBackup: TICK, lastArchive: TICK, due: null },
  error: { code: 'GUARDED', message: 'held: maxWeaken lets 1 through', retryable: false },
});
export const expiring = (portal: string) => ({
  ...proven(portal),
  warnings: [{ code: 'KEY_EXPIRES_SOON', message: 'the key expires within 30 days' }],
});

/** Of a run that asked for no archives. */
export const upload = (portal: string) => ({ portal, action: 'none', status: 'done' });

/** A folder of last reports, by policy. */
export function morningReports(
  policies: Readonly<Record<string, readonly object[]>>,
  more: object = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-morning-'));
  for (const [policy, portals] of Object.entries(policies)) {
    const file = join(folder, 'reports', policy, 'latest.json');
    mkdirSync(dirname(file), { recursive: true });
    const ok = portals.every((portal) => 'status' in portal && portal.status === 'done');
    const entry = { policy, file: 'f', version: 'v1', errors: [], warnings: [], portals, ...more };
    const head = { schema: 1, mode: 'apply', startedAt: TICK, trigger: { kind: 'tick', run: 'r' } };
    writeFileSync(file, JSON.stringify({ ...head, policies: [entry], finishedAt: TICK, ok }));
  }
  return folder;
}

export const named = (count: number, prefix: string) =>
  Array.from(
    { length: count },
    (_, index) => `${prefix}-${String(index + 1).padStart(String(count).length, '0')}`,
  );
