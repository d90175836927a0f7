import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../functions/model/durations.ts';
import type { CronParams } from '../../../functions/model/schedule.ts';
import { instantOf, isTimeZone, wallTime } from '../../../functions/model/time-zone.ts';
import { isSlotDay, nextSlot, previousSlot } from '../../../functions/protection/backup-slots.ts';
import { anyCron } from '../arbitraries.ts';
import { anyInstant, anyZone } from '../zones.ts';

const daily = (hour: number): CronParams => ({ period: 'EveryDay', hour, day: 0 });
const weekly = (day: number, hour: number): CronParams => ({ period: 'EveryWeek', hour, day });
const monthly = (day: number, hour: number): CronParams => ({ period: 'EveryMonth', hour, day });

const BERLIN = 'Europe/Berlin';
const LORD_HOWE = 'Australia/Lord_Howe';

describe('the next slot', () => {
  it.each<[string, CronParams, string, string, string]>([
    ['later today', daily(3), 'UTC', '2026-03-04T02:59:59Z', '2026-03-04T03:00:00Z'],
    ['not the one that strikes now', daily(3), 'UTC', '2026-03-04T03:00:00Z', '2026-03-05T03:00:00Z'],
    ['east of UTC', daily(3), 'Pacific/Kiritimati', '2026-03-04T12:00:00Z', '2026-03-04T13:00:00Z'],
    ['by quarters of an hour', daily(3), 'Asia/Kathmandu', '2026-03-04T12:00:00Z', '2026-03-04T21:15:00Z'],
    ['west of UTC, by halves', daily(3), 'America/St_Johns', '2026-01-04T12:00:00Z', '2026-01-05T06:30:00Z'],
    ['Sunday is 1', weekly(1, 3), 'UTC', '2026-03-04T12:00:00Z', '2026-03-08T03:00:00Z'],
    ['Saturday is 7', weekly(7, 3), 'UTC', '2026-03-04T12:00:00Z', '2026-03-07T03:00:00Z'],
    [
      'a weekday by the portal',
      weekly(5, 1),
      'Pacific/Kiritimati',
      '2026-03-04T10:00:00Z',
      '2026-03-04T11:00:00Z',
    ],
    ['a short month is skipped', monthly(31, 3), 'UTC', '2026-03-31T03:00:00Z', '2026-05-31T03:00:00Z'],
    ['so is February', monthly(30, 3), 'UTC', '2026-01-30T03:00:00Z', '2026-03-30T03:00:00Z'],
    ['but for the 29th', monthly(29, 3), 'UTC', '2028-01-29T03:00:00Z', '2028-02-29T03:00:00Z'],
    ['over the new year', monthly(31, 0), BERLIN, '2026-12-31T00:00:00Z', '2027-01-30T23:00:00Z'],
    ['an hour that is skipped', daily(2), BERLIN, '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['the day after it', daily(2), BERLIN, '2026-03-29T01:00:00Z', '2026-03-30T00:00:00Z'],
    ['an hour that comes twice', daily(2), BERLIN, '2026-10-24T12:00:00Z', '2026-10-25T00:00:00Z'],
    ['strikes once', daily(2), BERLIN, '2026-10-25T00:00:00Z', '2026-10-26T01:00:00Z'],
    ['half an hour is skipped', daily(2), LORD_HOWE, '2026-10-03T12:00:00Z', '2026-10-03T15:30:00Z'],
    ['half an hour comes twice', daily(2), LORD_HOWE, '2026-04-04T14:30:00Z', '2026-04-04T15:30:00Z'],
    [
      'a skipped hour in the west',
      daily(2),
      'America/St_Johns',
      '2026-03-07T12:00:00Z',
      '2026-03-08T05:30:00Z',
    ],
    ['a whole day is skipped', daily(3), 'Pacific/Apia', '2011-12-29T14:00:00Z', '2011-12-30T10:00:00Z'],
    ['and the day after it', daily(3), 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-30T13:00:00Z'],
  ])('%s', (_, cron, timezone, after, slot) => {
    expect(nextSlot(cron, new Date(after), timezone)).toEqual(new Date(slot));
    expect(previousSlot(cron, new Date(slot), timezone)).toEqual(new Date(slot));
  });

  it.each([daily(24), daily(-1), weekly(0, 3), weekly(8, 3), monthly(0, 3), monthly(32, 3)])(
    'is none for %j, which a portal may hold',
    (cron) => {
      expect(nextSlot(cron, new Date('2026-03-04T12:00:00Z'), 'UTC')).toBeUndefined();
      expect(previousSlot(cron, new Date('2026-03-04T12:00:00Z'), 'UTC')).toBeUndefined();
    },
  );
});

describe('in any zone, at any time', () => {
  it('a slot shows its day and hour, unless the clocks jump over it', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, after, timezone) => {
        const slot = nextSlot(cron, after, timezone) ?? new Date(Number.NaN);
        expect(slot > after).toBe(true);
        const wall = wallTime(slot, timezone);
        const isExact = wall % DAY === cron.hour * HOUR && isSlotDay(cron, wall);
        const jump = wall - wallTime(new Date(slot.getTime() - 60_000), timezone) - 60_000;
        expect(isExact || jump > 0).toBe(true);
      }),
    );
  });

  it('the slot before the next one is the previous one, and the one after the previous one the next', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, timezone) => {
        const [previous, next] = [previousSlot(cron, now, timezone), nextSlot(cron, now, timezone)];
        if (!previous || !next) throw new Error('every cron strikes');
        expect(previous <= now && now < next).toBe(true);
        expect(nextSlot(cron, previous, timezone)).toEqual(next);
        expect(previousSlot(cron, new Date(next.getTime() - 1), timezone)).toEqual(previous);
      }),
    );
  });

  it('no time on a slot’s day and hour is left out, but for the second of two', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, timezone) => {
        const next = nextSlot(cron, now, timezone)?.getTime() ?? 0;
        const quarter = HOUR / 4;
        const first = Math.floor(now.getTime() / quarter + 1) * quarter;
        const last = Math.min(next - quarter, first + 40 * DAY);
        for (let time = first; time <= last; time += quarter) {
          const wall = wallTime(new Date(time), timezone);
          if (wall % DAY !== cron.hour * HOUR || !isSlotDay(cron, wall)) continue;
          expect(instantOf(wall, timezone).getTime()).toBeLessThan(time);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a wall time', () => {
  it('first comes at its instant, in any zone', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, timezone) => {
        const wall = Math.floor(instant.getTime() / 60_000) * 60_000;
        const found = instantOf(wall, timezone);
        expect(wallTime(found, timezone)).toBeGreaterThanOrEqual(wall);
        expect(wallTime(new Date(found.getTime() - 60_000), timezone)).toBeLessThan(wall);
      }),
    );
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Asia/Kathmandu', true],
    ['Mars/Olympus', false],
    ['', false],
    ['W. Europe Standard Time', false],
  ])('%s: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known);
  });
});
