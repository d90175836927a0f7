import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, type FleetOptions, startFleet } from '../../../local/docspace/fleet.ts';
import { nextRun } from '../../../local/docspace/next-look.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { callPortal, DELETE, daily, HISTORY, intoS3, post, READ } from './call-portal.ts';

const START = new Date('2026-11-23T10:00:00Z');
let fleet: Fleet;
afterEach(() => fleet?.close());

/** A portal at 10:00 UTC on Monday, 23 November 2026. */
async function start(setup: Omit<PortalSetup, 'name'> = {}, options: FleetOptions = {}) {
  fleet = await startFleet([{ name: 'acme', ...setup }], { ...options, startAt: START });
  return fleet.portal('acme');
}

const at = (time: string) => new Date(`2026-11-${time}Z`);
const on = (period: string, hour: number, day?: number) => daily(0, { cronParams: { period, hour, day } });
const lastBackupTime = async () => {
  const { json } = await callPortal(fleet.portal('acme'), { path: READ });
  return (json as { response: { lastBackupTime: string } }).response.lastBackupTime;
};

describe('a write', () => {
  it.each([
    ['the hour has passed today', 'UTC', on('EveryDay', 9), 1],
    ['it is the hour', 'UTC', on('EveryDay', 10), 1],
    ['the hour is still to come', 'UTC', on('EveryDay', 11), 0],
    ['the hour has passed where the portal is', 'Asia/Tokyo', on('EveryDay', 19), 1],
    ['the hour is to come where the portal is', 'America/New_York', on('EveryDay', 6), 0],
    ['the hour has passed on the day of the week', 'UTC', on('EveryWeek', 9, 2), 1],
    ['the hour has passed on another day of the week', 'UTC', on('EveryWeek', 9, 1), 0],
    ['the hour has passed on the day of the month', 'UTC', on('EveryMonth', 9, 23), 1],
    ['the hour has passed on another day of the month', 'UTC', on('EveryMonth', 9, 22), 0],
    [
      'the hour has passed on the next day of the month there',
      'Pacific/Kiritimati',
      on('EveryMonth', 0, 24),
      1,
    ],
  ])('when %s (%s) starts so many backups at the next look', async (_when, timezone, body, started) => {
    const portal = await start({ timezone });
    await post(portal, body);
    expect(portal.backupsStarted).toEqual([]);
    fleet.advanceTo(at('23T10:15:00'));
    expect(portal.backupsStarted).toEqual(
      started ? [{ at: at('23T10:15:00'), reason: 'at-once', failed: false, paid: false }] : [],
    );
    expect(portal.archives).toHaveLength(started);
    expect(await lastBackupTime()).toBe(started ? '2026-11-23T10:15:00' : '0001-01-01T00:00:00');
  });

  it('of the same again forgets the last backup, and starts another one', async () => {
    const portal = await start();
    await post(portal, on('EveryDay', 9));
    fleet.advanceTo(at('23T15:00:00'));
    await post(portal, on('EveryDay', 9));
    fleet.advanceTo(at('23T20:00:00'));
    expect(portal.backupsStarted.map(({ at, reason }) => [at.toISOString(), reason])).toEqual([
      ['2026-11-23T10:15:00.000Z', 'at-once'],
      ['2026-11-23T15:15:00.000Z', 'at-once'],
    ]);
    expect(portal.writes).toBe(2);
  });

  it('of another hour, still to come, forgets the last backup and starts none', async () => {
    const portal = await start({
      schedule: { storageType: 4, cronParams: { hour: 3 }, lastBackupTime: at('23T03:00:00') },
    });
    expect(await lastBackupTime()).toBe('2026-11-23T03:00:00');
    await post(portal, on('EveryDay', 22));
    expect(await lastBackupTime()).toBe('0001-01-01T00:00:00');
    fleet.advanceTo(at('23T21:59:00'));
    expect(portal.backupsStarted).toEqual([]);
  });

  it('west of UTC, of an hour that comes when the date in UTC has turned, never starts any', async () => {
    const portal = await start({ timezone: 'America/New_York' });
    await post(portal, intoS3(21));
    expect(fleet.nextEvent()).toBeUndefined();
    fleet.advanceBy(300 * DAY);
    expect(portal.backupsStarted).toEqual([]);
    portal.setSchedule({ storageType: 4, cronParams: { hour: 21 }, lastBackupTime: fleet.now() });
    fleet.advanceBy(DAY);
    expect(portal.backupsStarted).toHaveLength(1);
  });

  it('of an hour that turns with the summer time starts the first after the clocks have changed', async () => {
    await start({ timezone: 'America/New_York' });
    await post(fleet.portal('acme'), intoS3(19)); // 00:00 in UTC, and 23:00 in summer
    expect(fleet.nextEvent()?.at).toEqual(new Date('2027-03-14T23:00:00Z'));
  });

  it('that keeps fewer copies has the cleaner delete archives', async () => {
    const portal = await start();
    await post(portal, intoS3(11, { backupsStored: 3 }));
    fleet.advanceTo(at('27T10:00:00'));
    expect(portal.archives).toHaveLength(3);
    const oldest = portal.archives.slice(0, 2);
    portal.archivesDeleted = [];
    await post(portal, intoS3(11, { backupsStored: undefined }));
    expect(portal.archivesDeleted).toEqual([]);
    fleet.advanceTo(at('27T10:15:00'));
    expect(portal.archivesDeleted).toEqual(oldest);
    expect(portal.archives).toHaveLength(1);
  });
});

describe('the scheduler', () => {
  it('starts a backup at each hour that came, once', async () => {
    const portal = await start();
    await post(portal, intoS3(11, { backupsStored: 30 }));
    expect(fleet.advanceTo(at('25T11:00:00'))).toEqual(
      ['23', '24', '25'].map((day) => ({
        at: at(`${day}T11:00:00`),
        what: 'started',
        name: 'acme',
        dump: false,
      })),
    );
    fleet.runScheduler();
    expect(portal.backupsStarted.map(({ at, reason }) => [at.toISOString(), reason])).toEqual([
      ['2026-11-23T11:00:00.000Z', 'on-time'],
      ['2026-11-24T11:00:00.000Z', 'on-time'],
      ['2026-11-25T11:00:00.000Z', 'on-time'],
    ]);
    expect(await lastBackupTime()).toBe('2026-11-25T11:00:00');
  });

  it('looks as long after a quarter of an hour as it is told', async () => {
    await start({}, { lookOffsetMs: 7 * 60_000 });
    await post(fleet.portal('acme'), intoS3(11));
    expect(fleet.nextEvent()?.at).toEqual(at('23T11:07:00'));
  });

  it('deletes the schedule by itself when it meets a billing error, and says so', async () => {
    const portal = await start({ billingError: true });
    await post(portal, on('EveryDay', 11));
    fleet.runScheduler();
    expect(portal.schedule).toBeDefined();
    expect(fleet.step()).toMatchObject([{ at: at('23T11:00:00'), what: 'schedule-deleted' }]);
    expect(portal.schedule).toBeUndefined();
    expect(portal.schedulesDeleted).toEqual([at('23T11:00:00')]);
    expect(portal.mails).toMatchObject([{ about: 'schedule-deleted' }]);
    expect(portal.backupsStarted).toEqual([]);
  });

  it.each<Omit<PortalSetup, 'name'>>([
    { suspended: true },
    { status: 'removePending' },
    { status: 'transfering' },
    { status: 'restoring' },
    { status: 'migrating' },
    { status: 'encryption' },
    { plan: 'overdue' },
    { plan: 'unpaid' },
  ])('passes over a portal that is %j, and makes up for it at the first look after', async (setup) => {
    const lastBackupTime = at('22T11:00:00');
    const portal = await start({
      ...setup,
      schedule: { ...intoS3(11), cronParams: { hour: 11 }, lastBackupTime },
    });
    expect(fleet.nextEvent()).toBeUndefined();
    expect(fleet.advanceTo(at('25T12:00:00'))).toEqual([]);
    expect(portal.schedule).toBeDefined();
    portal.status = 'active';
    portal.plan = 'automatic-backup';
    expect(fleet.step()).toMatchObject([{ at: at('25T12:15:00'), what: 'started' }]);
    expect(portal.backupsStarted).toHaveLength(1);
  });

  it('leaves the archives of a schedule that is gone', async () => {
    const portal = await start();
    await post(portal, intoS3(9));
    fleet.step();
    await callPortal(portal, { path: DELETE, method: 'DELETE' });
    fleet.runScheduler();
    expect(portal.archives).toHaveLength(1);
  });
});

describe('the history', () => {
  const history = async () => {
    const { json } = await callPortal(fleet.portal('acme'), { path: HISTORY });
    return json as { response: Record<string, unknown>[]; count: number };
  };

  it('lists the archives that exist', async () => {
    const portal = await start();
    expect(await history()).toMatchObject({ response: [], count: 0 });
    await post(portal, on('EveryDay', 9));
    fleet.step();
    expect((await history()).response).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        fileName: 'acme_2026-11-23_10-15-00.tar.gz',
        storageType: 4,
        createdOn: '2026-11-23T10:15:00',
        expiresOn: '2026-11-24T10:15:00',
      },
    ]);
  });

  it('drops the record of an archive that the storage cannot find, for good', async () => {
    const portal = await start();
    await post(portal, intoS3(9));
    fleet.step();
    const [archive] = portal.archives;
    if (archive) archive.exists = false;
    expect((await history()).count).toBe(0);
    expect(portal.recordsDropped).toBe(1);
    if (archive) archive.exists = true;
    expect((await history()).count).toBe(0);
  });

  it('is not alone in that: the cleaner drops such a record too', async () => {
    const portal = await start();
    await post(portal, intoS3(9));
    fleet.step();
    for (const archive of portal.archives) archive.exists = false;
    fleet.advanceBy(15 * 60_000);
    expect([portal.archives, portal.recordsDropped]).toEqual([[], 1]);
  });

  it('drops the records of a module whose credentials were taken away', async () => {
    const portal = await start();
    await post(portal, intoS3(9));
    fleet.step();
    portal.storages = new Set(['googlecloud']);
    expect((await history()).count).toBe(0);
    expect(portal.archivesDropped).toHaveLength(1);
  });

  it('knows an archive in the DataStore for a day, and one elsewhere for ever', async () => {
    const portal = await start();
    await post(portal, on('EveryDay', 9));
    fleet.step();
    portal.setSchedule(undefined);
    await post(portal, intoS3(9, { backupsStored: 5 }));
    fleet.step();
    expect((await history()).count).toBe(2);
    fleet.advanceTo(at('24T10:15:00'));
    const kinds = (await history()).response.map(({ storageType, expiresOn }) => [storageType, expiresOn]);
    expect(kinds).toEqual([
      [5, '0001-01-01T00:00:00'],
      [5, '0001-01-01T00:00:00'],
    ]);
  });
});

describe('the next run', () => {
  const wall = (text: string) => Date.parse(`${text}Z`);
  it.each([
    [{ period: 0, hour: 3, day: 0 }, '2026-11-23T02:59:59', '2026-11-23T03:00:00'],
    [{ period: 0, hour: 3, day: 0 }, '2026-11-23T03:00:00', '2026-11-24T03:00:00'],
    [{ period: 1, hour: 0, day: 1 }, '2026-11-23T00:00:00', '2026-11-29T00:00:00'],
    [{ period: 1, hour: 23, day: 7 }, '2026-11-23T00:00:00', '2026-11-28T23:00:00'],
    [{ period: 2, hour: 1, day: 31 }, '2026-11-23T00:00:00', '2026-12-31T01:00:00'],
    [{ period: 2, hour: 1, day: 30 }, '2027-01-30T01:00:00', '2027-03-30T01:00:00'],
    [{ period: 2, hour: 1, day: 29 }, '2028-02-01T00:00:00', '2028-02-29T01:00:00'],
  ])('of %j after %s is %s', (cron, after, expected) => {
    expect(nextRun(cron, wall(after))).toBe(wall(expected));
  });
});

const DAY = 86_400_000;
