import { describe, expect, it } from 'vitest';
import { readReport } from '../../../functions/report/read-report.ts';

const OUTCOME = { portal: 'acme', action: 'none', status: 'done', changes: [], warnings: [] };

function bytesOf(entry: object, head: object = {}): Uint8Array {
  const report = { schema: 1, startedAt: '2026-11-27T03:00:00.000Z', ok: true, ...head };
  return Buffer.from(
    JSON.stringify({ ...report, policies: [{ policy: 'fleet', portals: [OUTCOME], ...entry }] }),
  );
}

const WRITTEN = new Date('2026-11-27T03:00:05.000Z');

describe('readReport', () => {
  it('keeps members that it does not know', () => {
    const report = readReport(bytesOf({ future: 1 }, { later: 2 }), WRITTEN);
    expect(report?.entry).toMatchObject({ policy: 'fleet', future: 1 });
    expect(report?.head).toMatchObject({ later: 2 });
  });

  it.each([
    ['claims that are no list of names', { claims: [7] }, 'claims'],
    ['an attempt that is no number', { attempt: 'x' }, 'attempt'],
    ['a version that is none', { version: {} }, 'version'],
  ])('takes %s as missing, and tells the rest', (_, entry, member) => {
    const report = readReport(bytesOf(entry), WRITTEN);
    expect(report?.entry[member]).toBeUndefined();
    expect(report?.portals).toEqual([OUTCOME]);
  });

  it.each([
    ['an error without a code', { error: { message: 'x' } }, 'error'],
    ['a protection without a verdict', { protection: 'good' }, 'protection'],
    ['an effect that is no word', { effect: 3 }, 'effect'],
  ])('leaves %s out of an outcome', (_, more, member) => {
    const [outcome] = readReport(bytesOf({ portals: [{ ...OUTCOME, ...more }] }), WRITTEN)?.portals ?? [];
    expect(outcome).toMatchObject({ portal: 'acme', status: 'done' });
    expect(outcome).not.toHaveProperty(member);
  });

  it('passes over what is no outcome', () => {
    const portals = [null, 'acme', { portal: 'x' }, OUTCOME];
    expect(readReport(bytesOf({ portals }), WRITTEN)?.portals).toEqual([OUTCOME]);
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['a start that is no time', bytesOf({}, { startedAt: 'yesterday' })],
    ['no policy', Buffer.from('{"startedAt":"2026-11-27T03:00:00.000Z","ok":true,"policies":[]}')],
  ])('takes %s for no report', (_, bytes) => {
    expect(readReport(bytes, WRITTEN)).toBeUndefined();
  });
});
