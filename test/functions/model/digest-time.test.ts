import { describe, expect, test } from 'vitest';
import { lastDigestTime, parseDigestTime } from '../../../functions/model/digest-time.ts';

describe('the time of a digest', () => {
  test.each(['', 'Monday', 'Monday 24:00', 'Monday 8:00', 'monday 08:00', 'Funday 08:00', 'Monday 08:00 '])(
    '"%s" is none',
    (text) => {
      expect(parseDigestTime(text)).toBeUndefined();
    },
  );

  // 2027-01-04 is a Monday.
  test.each([
    ['Monday 08:00', '2027-01-04T08:00:00Z', '2027-01-04T08:00:00Z'],
    ['Monday 08:00', '2027-01-04T07:59:59Z', '2026-12-28T08:00:00Z'],
    ['Monday 08:00', '2027-01-10T23:59:59Z', '2027-01-04T08:00:00Z'],
    ['Sunday 23:59', '2027-01-04T00:00:00Z', '2027-01-03T23:59:00Z'],
    ['Saturday 00:00', '2027-01-08T23:59:59Z', '2027-01-02T00:00:00Z'],
  ])('%s was last, at %s, at %s', (text, now, last) => {
    const time = parseDigestTime(text);
    expect(time && lastDigestTime(time, new Date(now))).toEqual(new Date(last));
  });
});
