import { describe, expect, it } from 'vitest';
import { isContested, recentRepairs } from '../../../functions/drift/repair-limit.ts';

const NOW = new Date('2026-03-04T12:00:00Z');

describe('repairs', () => {
  const RECENT = ['2026-02-25T12:00:01Z', '2026-03-01T00:00:00Z', '2026-03-04T11:00:00Z'];

  it('count for seven days', () => {
    expect(recentRepairs([], NOW)).toEqual([]);
    expect(recentRepairs(RECENT, NOW)).toEqual(RECENT);
    expect(recentRepairs(['2026-02-25T12:00:00Z', ...RECENT, 'no time'], NOW)).toEqual(RECENT);
  });

  it('are contested once three were made: a fourth is not', () => {
    expect(isContested(RECENT.slice(1), NOW)).toBe(false);
    expect(isContested(RECENT, NOW)).toBe(true);
    expect(isContested(RECENT, new Date('2026-03-04T12:00:01Z'))).toBe(false);
  });
});
