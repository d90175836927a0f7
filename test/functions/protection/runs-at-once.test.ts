import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CronParams, PERIODS } from '../../../functions/model/schedule.ts';
import { runsAtOnce } from '../../../functions/protection/runs-at-once.ts';
import { createBackupBook, runBackups } from '../../../local/docspace/backup-book.ts';
import type { ServerClock } from '../../../local/docspace/portal-setup.ts';
import { anyCron } from '../arbitraries.ts';
import { anyInstant, anyZone } from '../zones.ts';

/** Whether a server that counts in this way starts a backup when the schedule is written. */
function serverRuns(
  cron: CronParams,
  now: Date,
  timezone: string,
  countsFrom: ServerClock['countsFrom'],
): boolean {
  const book = createBackupBook();
  book.schedule = {
    storageType: 5,
    storageParams: { module: 's3' },
    basePath: null,
    backupsStored: 7,
    cron: { ...cron, period: PERIODS.indexOf(cron.period) },
    dump: false,
    postedAt: now,
    lastBackupTime: undefined,
  };
  const clock: ServerClock = { now: () => now, countsFrom, cleansWithoutSchedule: false };
  runBackups(book, { clock, name: 'acme', timezone, billingError: false });
  return book.backupsStarted.length > 0;
}

describe('with the zone known, a write runs a backup at once', () => {
  const daily = (hour: number): CronParams => ({ period: 'EveryDay', hour, day: 0 });
  it.each<[string, CronParams, string, string, boolean]>([
    ['the hour has passed', daily(3), 'Europe/Berlin', '2026-03-04T12:00:00Z', true],
    ['the hour strikes now', daily(13), 'Europe/Berlin', '2026-03-04T12:00:00Z', true],
    ['the hour is to come', daily(14), 'Europe/Berlin', '2026-03-04T12:00:00Z', false],
    ['passed here, not in UTC', daily(14), 'Asia/Kathmandu', '2026-03-04T12:00:00Z', true],
    ['passed in UTC, not here', daily(11), 'America/St_Johns', '2026-03-04T12:00:00Z', false],
    ['to come, and the same day in UTC', daily(20), 'Pacific/Kiritimati', '2026-03-04T05:59:00Z', false],
    ['yesterday in UTC', daily(20), 'Pacific/Kiritimati', '2026-03-04T12:00:00Z', true],
    ['tomorrow in UTC', daily(3), 'America/St_Johns', '2026-03-05T01:00:00Z', true],
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

  it('exactly if a server does that counts in one of the two ways', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, (cron, now, timezone) => {
        const runs = (['portal-day', 'utc-day'] as const).some((way) => serverRuns(cron, now, timezone, way));
        expect(runsAtOnce(cron, now, timezone)).toBe(runs);
      }),
      { numRuns: 1000 },
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
});
