import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../functions/model/durations.ts';
import { hoursIn } from '../../../functions/model/hour-window.ts';
import { targetHash } from '../../../functions/model/target-hash.ts';
import { chooseHour } from '../../../functions/portal/settle-hour.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { treatOne, WANTED, WANTED_SETUP } from '../treat-one.ts';

const NOW = new Date('2026-01-04T12:10:00Z');

describe('the hour that a name draws from a window', () => {
  const names = Array.from({ length: 2_400 }, (_, at) => `portal-${at}`);
  const chosen = (window: { from: number; to: number }, zone: string | undefined) =>
    names.map((name) => chooseHour(name, window, WANTED, NOW, zone));

  test('is spread over it, both ends in, across midnight too', () => {
    expect(hoursIn({ from: 22, to: 2 })).toEqual([22, 23, 0, 1, 2]);
    expect(hoursIn({ from: 3, to: 3 })).toEqual([3]);
    const counts = new Map<number, number>();
    for (const hour of chosen({ from: 22, to: 1 }, 'Asia/Tokyo'))
      counts.set(hour, (counts.get(hour) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 22, 23]);
    for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(120);
  });

  test('is one that would run: below 12 where nobody knows the zone, and never a late one west of UTC', () => {
    expect(Math.max(...chosen({ from: 8, to: 20 }, undefined))).toBe(11);
    const west = new Set(chosen({ from: 10, to: 20 }, 'America/Los_Angeles'));
    expect([...west].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test('moves only those whose hour does not run any more', () => {
    const [east, west] = ['UTC', 'America/Los_Angeles'].map((zone) => chosen({ from: 10, to: 20 }, zone));
    expect(east?.every((hour, at) => hour > 15 || hour === west?.[at])).toBe(true);
  });
});

test('a target with a window has one hash, whatever hour it comes to', () => {
  const of = (hour: number, window?: { from: number; to: number }) =>
    targetHash({ dump: false, schedule: { ...WANTED, cronParams: { ...WANTED.cronParams, hour } }, window });
  expect(of(1, { from: 1, to: 5 })).toBe(of(4, { from: 1, to: 5 }));
  expect(of(1, { from: 1, to: 5 })).not.toBe(of(1, { from: 1, to: 4 }));
  expect(of(1, { from: 1, to: 1 })).not.toBe(of(2, { from: 2, to: 2 }));
});

describe('on a portal', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet(
      ['holds', 'other', 'outside', 'none', 'late'].map((name) => ({ name, timezone: 'America/New_York' })),
      { startAt: NOW },
    );
  });
  afterAll(() => fleet.close());
  const window = { from: 1, to: 5 };
  const target = { schedule: { ...WANTED, cronParams: { ...WANTED.cronParams, hour: 1 } }, window };
  const hold = (name: string, hour: number, copies = 7) =>
    fleet.portal(name).setSchedule({
      ...WANTED_SETUP,
      backupsStored: copies,
      cronParams: { period: 'EveryDay', hour },
    });
  const drawn = (name: string) => chooseHour(name, window, WANTED, NOW, undefined);

  test('an hour in the window stays, and nothing is written', async () => {
    for (const hour of [1, 2, 3, 4, 5]) {
      hold('holds', hour);
      const { outcome } = await treatOne(fleet, 'holds', { target });
      expect(outcome).toMatchObject({ action: 'none', changes: [] });
    }
    expect(fleet.portal('holds').counts.write).toBe(0);
  });

  test('where something else is written the name draws, and the read-back proves it', async () => {
    hold('other', (drawn('other') % 5) + 1, 3);
    const { outcome } = await treatOne(fleet, 'other', { target });
    expect(outcome).toMatchObject({ action: 'update', status: 'done' });
    expect(fleet.portal('other').schedule?.cron).toMatchObject({ hour: drawn('other') });
  });

  test('an hour outside, and no schedule, get the one that the name draws', async () => {
    hold('outside', 7);
    for (const name of ['outside', 'none']) {
      const { outcome } = await treatOne(fleet, name, { target });
      expect(outcome.status).toBe('done');
      expect(fleet.portal(name).schedule?.cron).toMatchObject({ hour: drawn(name) });
    }
  });

  test('a window of late hours alone asks for the zone first, and takes one that runs there', async () => {
    const late = { ...target, window: { from: 17, to: 23 } };
    const { outcome } = await treatOne(fleet, 'late', { target: late });
    expect(outcome.status).toBe('done');
    expect([17, 18]).toContain(fleet.portal('late').schedule?.cron.hour);
  });
});

test('over a year with summer time no portal is written twice, and each runs every day', async () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Lord_Howe'];
  const windows = [
    { from: 22, to: 4 },
    { from: 10, to: 20 },
    { from: 15, to: 23 },
  ];
  const portals = zones.flatMap((timezone, zone) =>
    windows.flatMap((window, at) =>
      ['a', 'b', 'c'].map((one) => ({ name: `${one}-${zone}-${at}`, timezone, window })),
    ),
  );
  const setup = portals.map(({ name, timezone }) => ({ name, timezone }));
  const fleet = await startFleet(setup, { startAt: NOW, countsOnly: true });
  try {
    for (let step = 0; step < 14; step++) {
      for (const { name, window, timezone } of portals) {
        // What is known of the zone comes and goes: it is no reason, either.
        const recalled = { observed: step % 2 ? { timezone } : undefined, since: undefined };
        const { outcome } = await treatOne(fleet, name, {
          verb: 'tick',
          target: { schedule: WANTED, window },
          recalled: { ...recalled, isSameTarget: true, wasInPlace: false },
        });
        expect([name, step, outcome.status, outcome.action]).toEqual([
          name,
          step,
          'done',
          step === 0 ? 'create' : 'none',
        ]);
      }
      fleet.advanceBy(26 * DAY + HOUR);
    }
    for (const { counts, backupsStarted, name } of fleet.portals) {
      const times = [NOW, ...backupsStarted.map(({ at }) => at), fleet.now()];
      const gaps = times.slice(1).map((at, index) => at.getTime() - (times[index] ?? at).getTime());
      // A day, and what the end of summer time and the scheduler's looks add.
      expect([name, counts.write, Math.max(...gaps) <= 26 * HOUR]).toEqual([name, 1, true]);
    }
  } finally {
    await fleet.close();
  }
});
