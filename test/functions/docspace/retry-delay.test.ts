import { describe, expect, test } from 'vitest';
import { retryAfterOf, retryDelay } from '../../../functions/docspace/retry-delay.ts';

const NOW = new Date('2026-03-04T12:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['seconds', '3', 3_000],
    ['no time', '0', 0],
    ['a date', 'Wed, 04 Mar 2026 12:00:05 GMT', 5_000],
    ['a date that has passed', 'Wed, 04 Mar 2026 11:00:00 GMT', 0],
    ['nothing', undefined, undefined],
    ['words', 'soon', undefined],
    ['a negative number', '-1', undefined],
    ['a fraction', '1.5', undefined],
  ])('%s', (_, header, expected) => {
    expect(retryAfterOf(header, NOW)).toBe(expected);
  });
});

describe('the pause before another try', () => {
  test('is never less than the server asked for, however long', () => {
    expect(retryDelay(1, 90_000, 0.5)).toBe(90_000);
    expect(retryDelay(1, 90_000, 1)).toBe(90_000);
  });

  test('is the backoff where the server asks for less, or for nothing', () => {
    expect(retryDelay(5, 0, 1)).toBe(3_200);
    expect(retryDelay(5, 1_000, 1)).toBe(3_200);
    expect(retryDelay(5, 4_000, 1)).toBe(4_000);
  });

  test('is never nothing', () => {
    for (const retryAfter of [undefined, 0, 1]) expect(retryDelay(1, retryAfter, 0)).toBe(200);
  });

  test('doubles with each failure, is jittered over its whole length, and has an end', () => {
    expect([1, 2, 3, 9, 99].map((failures) => retryDelay(failures, undefined, 1))).toEqual([
      200, 400, 800, 5_000, 5_000,
    ]);
    expect(retryDelay(3, undefined, 0)).toBe(200);
    expect(retryDelay(3, undefined, 0.5)).toBe(400);
  });
});
