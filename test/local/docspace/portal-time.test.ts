import { expect, it } from 'vitest';
import { instantOf, offsetMs, offsetText, wallTime } from '../../../local/docspace/portal-time.ts';

const wall = (text: string) => Date.parse(`${text}Z`);

it.each([
  ['UTC', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00'],
  ['Europe/Berlin', '2026-07-01T22:30:00Z', '2026-07-02T00:30:00'],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T01:30:00'],
  ['Asia/Kolkata', '2026-12-31T18:30:00Z', '2027-01-01T00:00:00'],
])('the clocks of %s at %s show %s', (timezone, instant, shown) => {
  expect(wallTime(new Date(instant), timezone)).toBe(wall(shown));
  expect(instantOf(wall(shown), timezone)).toEqual(new Date(instant));
});

it('a time that summer time skips is right after the gap', () => {
  expect(instantOf(wall('2026-03-29T02:00:00'), 'Europe/Berlin')).toEqual(new Date('2026-03-29T01:00:00Z'));
});

it.each([
  ['UTC', '00:00:00'],
  ['Asia/Kolkata', '05:30:00'],
  ['America/Sao_Paulo', '-03:00:00'],
])('the offset of %s is written %s', (timezone, text) => {
  expect(offsetText(offsetMs(new Date('2026-11-23T10:00:00.500Z'), timezone))).toBe(text);
});
