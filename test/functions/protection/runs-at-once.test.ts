import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../functions/model/durations.ts';
import type { CronParams } from '../../../functions/model/schedule.ts';
import { firstRun } from '../../../functions/protection/first-run.ts';
import { runsAtOnce } from '../../../functions/protection/runs-at-once.ts';
import { anyCron } from '../arbitraries.ts';
import { anyInstant, anyZone } from '../zones.ts';

describe('with the zone known, a write runs a backup at once', () => {
  const daily = (hour: number): CronParams => ({ period: 'EveryDay', hour, day: 0 });
  it.each<[string, CronParams, string, string, boolean]>([
    ['the hour has passed', daily(3), 'Europe/Berlin', '2026-03-04T12:00:00Z', true],
    ['the hour strikes now', daily(13), 'Europe/Berlin', '2026-03-04T12:00:00Z', true],
    ['the hour is to come', daily(14), 'Europe/Berlin', '2026-03-04T12:00:00Z', false],
    ['the hour comes before the next look', daily(14), 'Europe/Berlin', '2026-03-04T12:50:00Z', true],
    ['passed here, not in UTC', daily(14), 'Asia/Kathmandu', '2026-03-04T12:00:00Z', true],
    ['passed in UTC, not here', daily(11), 'America/St_Johns', '2026-03-04T12:00:00Z', false],
    ['to come, and the same day in UTC', daily(20), 'Pacific/Kiritimati', '2026-03-04T05:40:00Z', false],
    ['yesterday in UTC', daily(20), 'Pacific/Kiritimati', '2026-03-04T12:00:00Z', true],
    ['yesterday here, today in UTC', daily(3), 'America/St_Johns', '2026-03-05T01:00:00Z', false],
    [
      'another weekday',
      { period: 'EveryWeek', hour: 3, day: 5 },
      'Europe/Berlin',
      '2026-03-04T12:00:00Z',
      false,
    ],
    [
      'its day, by the zone',
      { period: 'EveryWeek', hour: 1, day: 5 },
      'Pacific/Kiritimati',
      '2026-03-04T12:00:00Z',
      true,
    ],
  ])('%s', (_, cron, timezone, now, runs) => {
    expect(runsAtOnce(cron, new Date(now), timezone)).toBe(runs);
  });

  it('exactly if its first run is within 15 minutes', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, fc.boolean(), (cron, now, timezone, dump) => {
        const first = firstRun({ cronParams: cron, dump }, now, timezone);
        const isSoon = first instanceof Date && first.getTime() <= now.getTime() + 15 * MINUTE;
        expect(runsAtOnce(cron, now, timezone, dump)).toBe(isSoon);
      }),
      { numRuns: 500 },
    );
  });
});

describe('with the zone unknown', () => {
  it('the answer is yes wherever it is yes in some zone', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, timezone) => {
        if (runsAtOnce(cron, now, timezone)) expect(runsAtOnce(cron, now, undefined)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('a dump schedule is judged by UTC all the same', () => {
    const cron: CronParams = { period: 'EveryDay', hour: 13, day: 0 };
    expect(runsAtOnce(cron, new Date('2026-03-04T12:00:00Z'), undefined)).toBe(true);
    expect(runsAtOnce(cron, new Date('2026-03-04T12:00:00Z'), undefined, true)).toBe(false);
  });
});
