import { describe, expect, test } from 'vitest';
import { tellCount } from '../../../cli/words/tell-count.ts';
import { tellAge, tellMinute, tellTime } from '../../../cli/words/tell-time.ts';

const NOW = new Date('2026-11-27T08:00:00.000Z');

describe('a time for people', () => {
  test.each([
    ['2026-11-27T03:00:00.000Z', '2026-11-27 03:00 UTC (5 h ago)'],
    ['2026-11-27T05:00:00+02:00', '2026-11-27 03:00 UTC (5 h ago)'],
    ['2026-11-27T13:30:00.000Z', '2026-11-27 13:30 UTC (in 5 h)'],
    ['2026-11-27T08:00:00.000Z', '2026-11-27 08:00 UTC (0 s ago)'],
    ['no \u001b[2Jtime', 'no \\u{1b}[2Jtime'],
  ])('%s is %s', (time, told) => {
    expect(tellTime(time, NOW)).toBe(told);
  });

  test('is one without an age, too', () => {
    expect(tellMinute('2026-11-27T03:00:59.999Z')).toBe('2026-11-27 03:00 UTC');
  });

  test.each([
    [0, '0 s'],
    [119.9, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [2 * 86_400 - 1, '47 h'],
    [2 * 86_400, '2 days'],
    [400 * 86_400, '400 days'],
  ])('an age of %d seconds is at least %s', (seconds, told) => {
    expect(tellAge(seconds)).toBe(told);
  });
});

test.each([
  [1, 'portal', '1 portal'],
  [0, 'portal', '0 portals'],
  [1700, undefined, '1,700'],
  [1_234_567, 'policy', '1,234,567 policies'],
  [999, 'archive', '999 archives'],
])('%d %s is %s', (count, noun, told) => {
  expect(tellCount(count, noun)).toBe(told);
});
