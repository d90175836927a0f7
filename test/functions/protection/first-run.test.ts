import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../functions/model/durations.ts';
import type { CronParams } from '../../../functions/model/schedule.ts';
import { offsetOf, wallTime } from '../../../functions/model/time-zone.ts';
import { nextSlot } from '../../../functions/protection/backup-slots.ts';
import {
  firstRun,
  isFirstRunLate,
  lastHourAllYear,
  nextRun,
  type RunTime,
} from '../../../functions/protection/first-run.ts';
import { anyCron } from '../arbitraries.ts';
import { anyInstant, ZONES } from '../zones.ts';

const daily = (hour: number): CronParams => ({ period: 'EveryDay', hour, day: 0 });
const weekly = (day: number, hour: number): CronParams => ({ period: 'EveryWeek', hour, day });
const monthly = (day: number, hour: number): CronParams => ({ period: 'EveryMonth', hour, day });
const of = (cronParams: CronParams, dump = false) => ({ cronParams, dump });
const at = (time: string) => new Date(`${time}Z`);
const iso = (time: RunTime) => (time instanceof Date ? time.toISOString().slice(0, 16) : time);

const NEW_YORK = 'America/New_York';
const LOS_ANGELES = 'America/Los_Angeles';
const WESTERN = [NEW_YORK, LOS_ANGELES, 'America/Sao_Paulo', 'Pacific/Marquesas', 'Pacific/Pago_Pago'];
const anyZone = fc.constantFrom(...ZONES, ...WESTERN);

/** The server, taken by its word: look after look, and hour after hour from the time of reckoning on. */
function serverRunsAt(
  cron: CronParams,
  now: Date,
  zone: string,
  last?: Date,
  most = 400 * DAY,
): Date | undefined {
  const offsets = new Map<number, number>();
  const shown = (time: number) => {
    const quarter = time - (time % (15 * MINUTE));
    const offset = offsets.get(quarter) ?? wallTime(new Date(quarter), zone) - quarter;
    offsets.set(quarter, offset);
    return time + offset;
  };
  let look = Math.floor(now.getTime() / (15 * MINUTE)) * 15 * MINUTE + 15 * MINUTE;
  for (; look <= now.getTime() + most; look += 15 * MINUTE) {
    const midnight = look - (look % DAY);
    const from = last ? wallTime(last, zone) : midnight - 1000;
    const wall = shown(look);
    for (let hour = Math.ceil((from + 1000) / HOUR) * HOUR; hour <= wall; hour += HOUR) {
      const date = new Date(hour);
      const isDay =
        cron.period === 'EveryDay' ||
        (cron.period === 'EveryWeek' ? date.getUTCDay() + 1 : date.getUTCDate()) === cron.day;
      if (isDay && date.getUTCHours() === cron.hour) return new Date(look);
    }
  }
  return undefined;
}

describe('a schedule that is written now first runs', () => {
  it.each<[string, CronParams, string, string, string | null]>([
    ['not at the look of this very moment', daily(3), 'UTC', '2026-03-04T12:00:00', '2026-03-04T12:15'],
    ['at the next look, its hour being past', daily(3), 'UTC', '2026-03-04T12:01:00', '2026-03-04T12:15'],
    ['at its hour', daily(13), 'UTC', '2026-03-04T12:01:00', '2026-03-04T13:00'],
    ['at its hour in the east', daily(20), 'Asia/Kathmandu', '2026-03-04T12:00:00', '2026-03-04T14:15'],
    [
      'at once, yesterday’s in the east',
      daily(3),
      'Asia/Kathmandu',
      '2026-03-04T20:00:00',
      '2026-03-04T20:15',
    ],
    ['west of UTC, at an early hour', daily(3), NEW_YORK, '2026-01-04T12:00:00', '2026-01-04T12:15'],
    ['at the last hour of winter', daily(18), NEW_YORK, '2026-01-04T12:00:00', '2026-01-04T23:00'],
    ['when summer time begins', daily(19), NEW_YORK, '2026-01-04T12:00:00', '2026-03-08T23:00'],
    ['at once, in summer', daily(19), NEW_YORK, '2026-07-04T12:00:00', '2026-07-04T23:00'],
    ['never', daily(20), NEW_YORK, '2026-01-04T12:00:00', null],
    ['never, by the week', weekly(1, 21), NEW_YORK, '2026-01-04T12:00:00', null],
    ['never, by the month', monthly(1, 23), 'America/Sao_Paulo', '2026-01-04T12:00:00', null],
    ['in another month', monthly(31, 19), NEW_YORK, '2026-01-04T12:00:00', '2026-03-31T23:00'],
    ['by half an hour', daily(20), 'America/St_Johns', '2026-01-04T12:00:00', '2026-01-04T23:30'],
    ['half an hour too late', daily(21), 'America/St_Johns', '2026-01-04T12:00:00', '2026-03-08T23:30'],
    ['never where it strikes never', monthly(0, 3), 'UTC', '2026-01-04T12:00:00', null],
    ['never at an hour that is none', daily(24), 'UTC', '2026-01-04T12:00:00', null],
  ])('%s', (_, cron, zone, now, first) => {
    expect(iso(firstRun(of(cron), at(now), zone))).toBe(first);
  });

  it('nobody knows when, where the zone is not known; a dump schedule strikes in UTC', () => {
    expect(firstRun(of(daily(22)), at('2026-01-04T12:00:00'), undefined)).toBeUndefined();
    const dump = firstRun(of(daily(22), true), at('2026-01-04T12:00:00'), NEW_YORK);
    expect(iso(dump)).toBe('2026-01-04T22:00');
  });

  it('exactly when a server that looks every 15 minutes runs it, in any zone, looked at for a month', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, zone) => {
        const served = serverRunsAt(cron, now, zone, undefined, 35 * DAY);
        const first = firstRun(of(cron), now, zone);
        if (served) expect(first).toEqual(served);
        else if (first) expect(first.getTime()).toBeGreaterThan(now.getTime() + 34 * DAY);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [daily(19), NEW_YORK],
    [daily(20), NEW_YORK],
    [daily(16), LOS_ANGELES],
    [weekly(7, 17), LOS_ANGELES],
    [monthly(30, 19), NEW_YORK],
    [daily(14), 'Pacific/Marquesas'],
    [daily(21), 'America/St_Johns'],
    [weekly(3, 21), 'America/Sao_Paulo'],
  ])('and so over more than a year: %j in %s', (cron, zone) => {
    for (const now of ['2026-11-05T10:20:00', '2026-03-06T23:50:00', '2027-07-01T00:00:00'])
      expect(firstRun(of(cron), at(now), zone) ?? undefined).toEqual(serverRunsAt(cron, at(now), zone));
  });
});

describe('whether a first run is late', () => {
  it('is so west of UTC alone, never below hour 12, and never at an hour that runs all year', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, zone) => {
        const isLate = isFirstRunLate(of(cron), now, zone);
        if (cron.hour < 12 || cron.hour <= lastHourAllYear(now, zone)) expect(isLate).toBe(false);
        if (isLate) expect(offsetOf(now, zone)).toBeLessThan(0);
        const [first, slot] = [firstRun(of(cron), now, zone), nextSlot(cron, now, zone)];
        if (!isLate) expect(first?.getTime()).toBeLessThanOrEqual((slot?.getTime() ?? 0) + 30 * MINUTE);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, string, number]>([
    [NEW_YORK, '2026-07-04T12:00:00', 18],
    [LOS_ANGELES, '2026-07-04T12:00:00', 15],
    ['America/Sao_Paulo', '2026-07-04T12:00:00', 20],
    ['America/St_Johns', '2026-07-04T12:00:00', 20],
    ['Europe/Berlin', '2026-07-04T12:00:00', 23],
    ['UTC', '2026-07-04T12:00:00', 23],
  ])('in %s hours run all year up to a last one', (zone, now, hour) => {
    expect(lastHourAllYear(at(now), zone)).toBe(hour);
  });

  it('is not so where nobody knows the zone', () => {
    expect(isFirstRunLate(of(daily(23)), at('2026-01-04T12:00:00'), undefined)).toBe(false);
  });
});

describe('a schedule that has run runs next', () => {
  it.each<[string, CronParams, string, string, string, string | null]>([
    ['at its next slot', daily(3), 'UTC', '2026-03-04T03:00:10', '2026-03-04T12:00:00', '2026-03-05T03:00'],
    [
      'west of UTC too',
      daily(22),
      NEW_YORK,
      '2026-01-04T03:00:10',
      '2026-01-04T12:00:00',
      '2026-01-05T03:00',
    ],
    [
      'at once, a slot missed',
      daily(3),
      'UTC',
      '2026-03-01T03:00:10',
      '2026-03-04T12:01:00',
      '2026-03-04T12:15',
    ],
    ['never', monthly(0, 3), 'UTC', '2026-03-01T03:00:10', '2026-03-04T12:01:00', null],
  ])('%s', (_, cron, zone, last, now, next) => {
    expect(iso(nextRun(of(cron), at(last), at(now), zone))).toBe(next);
  });

  it('exactly when a server that looks every 15 minutes runs it', () => {
    const ago = fc.integer({ min: 0, max: 40 * 24 * 60 });
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, ago, (cron, now, zone, minutes) => {
        const last = new Date(now.getTime() - minutes * MINUTE);
        expect(nextRun(of(cron), last, now, zone)).toEqual(serverRunsAt(cron, now, zone, last, 70 * DAY));
      }),
      { numRuns: 100 },
    );
  });
});
