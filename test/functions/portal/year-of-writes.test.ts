import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../functions/model/durations.ts';
import type { BackupSchedule, CronParams } from '../../../functions/model/schedule.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { treatOne, WANTED } from '../treat-one.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Los_Angeles',
  'Pacific/Marquesas',
  'Pacific/Pago_Pago',
];
const HOURS = [0, 3, 11, 12, 16, 19, 21, 23];
/** How long a schedule may be without a run: its period, and what clocks and looks add. */
const KINDS: readonly {
  mark: string;
  hours: readonly number[];
  cron: Omit<CronParams, 'hour'>;
  gap: number;
}[] = [
  { mark: 'd', hours: HOURS, cron: { period: 'EveryDay', day: 0 }, gap: 26 * HOUR },
  { mark: 'w', hours: [3, 16, 21], cron: { period: 'EveryWeek', day: 4 }, gap: 7 * DAY + 2 * HOUR },
  { mark: 'm', hours: [3, 16, 21], cron: { period: 'EveryMonth', day: 15 }, gap: 31 * DAY + 2 * HOUR },
];
const PORTALS = KINDS.flatMap(({ mark, hours, cron, gap }) =>
  ZONES.flatMap((timezone, zone) =>
    hours.map((hour) => ({ name: `z${zone}-${mark}-h${hour}`, timezone, cron: { ...cron, hour }, gap })),
  ),
);
const GAPS = new Map(PORTALS.map(({ name, gap }) => [name, gap]));

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(
    PORTALS.map(({ name, timezone }) => ({ name, timezone })),
    { startAt: new Date('2026-01-04T12:10:00Z'), countsOnly: true },
  );
});
afterAll(() => fleet.close());

test('over a year, in twelve zones, every schedule that was written runs in its period, and what runs is never stopped', async () => {
  const { refused, written } = { refused: new Set<string>(), written: new Set<string>() };
  for (let month = 0; month < 12; month++) {
    const from = fleet.now();
    for (const { name, cron } of PORTALS) {
      const schedule: BackupSchedule = {
        ...WANTED,
        backupsStored: 7 + month,
        cronParams: cron,
      };
      const { outcome } = await treatOne(fleet, name, { target: { schedule } });
      if (outcome.status === 'done') written.add(name);
      else {
        expect(outcome.error?.code).toBe('WOULD_NOT_RUN');
        refused.add(name);
      }
    }
    fleet.advanceBy(30 * DAY + HOUR);
    for (const portal of fleet.portals) {
      const runs = portal.backupsStarted.filter(({ at }) => at > from).map(({ at }) => at.getTime());
      if (!written.has(portal.name)) expect(runs).toEqual([]);
      else
        expect(longestGap([from.getTime(), ...runs, fleet.now().getTime()])).toBeLessThanOrEqual(
          GAPS.get(portal.name) ?? 0,
        );
    }
  }
  // East of UTC and at early hours everything is written; each western zone has hours that are not.
  const zonesRefused = new Set([...refused].map((name) => name.split('-')[0]));
  expect([...zonesRefused].sort()).toEqual(['z10', 'z11', 'z6', 'z7', 'z8', 'z9']);
  expect([...refused].filter((name) => Number(name.split('-h')[1]) < 12)).toEqual([]);
  // Some were refused in winter alone: what was written in summer went on.
  expect([...refused].filter((name) => written.has(name))).not.toEqual([]);
});

// --- internal ---

function longestGap(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}
