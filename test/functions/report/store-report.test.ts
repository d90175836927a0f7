import { expect, test } from 'vitest';
import { NO_SELECTION } from '../../../functions/model/policy-claims.ts';
import { type LastReport, readLastReport } from '../../../functions/report/last-report.ts';
import { type ReportBody, storeReport } from '../../../functions/report/store-report.ts';
import { NO_TOTALS } from '../../../functions/report/totals.ts';
import { siegeBucket } from '../../siege/siege-bucket.ts';

const NOON = new Date('2026-11-27T12:00:00.000Z');
const LATER = new Date('2026-11-27T12:03:00.000Z');

function open() {
  const bucket = siegeBucket(() => new Date(LATER.getTime() + 60_000)).open(
    async (effect) => effect(),
    () => undefined,
  );
  const last = () => readLastReport(bucket, 'fleet');
  const store = async (startedAt: Date, run: string, before?: { read: LastReport | undefined }) =>
    storeReport(bucket, 'fleet', bodyOf(startedAt, run), before ? before.read : await last());
  return { last, store };
}

function bodyOf(startedAt: Date, run: string): ReportBody {
  return {
    head: { edition: 2, mode: 'apply', startedAt, trigger: { kind: 'tick', run } },
    policy: { policy: 'fleet', file: 's3://policies/fleet.yaml', version: 'v1', errors: [], warnings: [] },
    outcomes: [],
    totals: NO_TOTALS,
    claims: { version: 'v1', portals: new Map(), selection: NO_SELECTION },
    more: {},
    tail: { finishedAt: startedAt, ok: true },
  };
}

test('a run’s report replaces the one that it has read, also where that is of a machine whose clock is ahead', async () => {
  const { store, last } = open();
  await store(LATER, 'ahead');
  await store(NOON, 'next');
  expect((await last())?.run).toBe('next');
});

test('a report that was stored meanwhile stays where it is of a later run, and goes where it is of an earlier one', async () => {
  const { store, last } = open();
  const before = { read: await last() };
  await store(LATER, 'took over');
  await store(NOON, 'slow', before);
  expect((await last())?.run).toBe('took over');
  await store(new Date(LATER.getTime() + 1), 'quick', before);
  expect((await last())?.run).toBe('quick');
});
