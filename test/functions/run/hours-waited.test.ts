import { describe, expect, test } from 'vitest';
import { hoursWaited } from '../../../functions/run/hours-waited.ts';

const NOW = new Date('2026-11-27T12:00:00Z');

describe('the time that the longest-waiting policy was not looked at', () => {
  test.each<[string, number, Record<string, { start?: string; uploaded?: string }>]>([
    ['is nothing without policies', 0, {}],
    ['is the age of its newest report', 6, { a: { start: '2026-11-27T06:00:00.000Z' } }],
    [
      'is the longest of all',
      30,
      {
        a: { start: '2026-11-27T06:00:00Z' },
        b: { start: '2026-11-26T06:00:00Z' },
        c: { start: '2026-11-27T11:00:00Z' },
      },
    ],
    ['counts from the upload where it never was', 2, { a: { uploaded: '2026-11-27T10:00:00Z' } }],
    [
      'does not count from an upload that came after the report',
      6,
      { a: { start: '2026-11-27T06:00:00Z', uploaded: '2026-11-27T11:00:00Z' } },
    ],
    [
      'counts from the upload where the report is of the future, or nonsense',
      24,
      {
        a: { start: '2031-01-01T00:00:00Z', uploaded: '2026-11-26T12:00:00Z' },
        b: { start: 'soon', uploaded: '2026-11-27T11:00:00Z' },
      },
    ],
    ['is nothing where nothing is known', 0, { a: {} }],
  ])('%s', (_, hours, policies) => {
    const starts = new Map(Object.entries(policies).map(([name, { start }]) => [name, start]));
    const objects = new Map(
      Object.entries(policies).map(([name, { uploaded }]) => [
        name,
        {
          key: `policies/${name}.yaml`,
          etag: '',
          modifiedAt: uploaded === undefined ? new Date(8.64e15) : new Date(uploaded),
        },
      ]),
    );
    expect(hoursWaited(starts, objects, NOW)).toBe(hours);
  });
});
