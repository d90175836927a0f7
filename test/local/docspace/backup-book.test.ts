import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, type FleetOptions, startFleet } from '../../../local/docspace/fleet.ts';
import { nextRun } from '../../../local/docspace/next-look.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { callPortal, DELETE, daily, HISTORY, post, READ } from './call-portal.ts';

let now = new Date(0);
let fleet: Fleet;
afterEach(() => fleet?.close());

/** A portal at 10:00 UTC on Monday, 23 November 2026. */
async function start(setup: Omit<PortalSetup, 'name'> = {}, options: FleetOptions = {}) {
  now = new Date('2026-11-23T10:00:00Z');
  fleet = await startFleet([{ name: 'acme', ...setup }], { ...options, now: () => now });
  return fleet.portal('acme');
}

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
  ])('when %s (%s) starts so many backups', async (_when, timezone, body, started) => {
    const portal = await start({ timezone });
    await post(portal, body);
    expect(portal.backupsStarted).toEqual(
      started
        ? [{ at: now, reason: 'at-once', failed: false }].map((one) =>
            expect.objectContaining({ at: one.at }),
          )
        : [],
    );
    expect(portal.archives).toHaveLength(started);
    expect(await lastBackupTime()).toBe(started ? '2026-11-23T10:00:00' : '0001-01-01T00:00:00');
  });

  it('of the same again forgets the last backup, and starts another one', async () => {
    const portal = await start();
    await post(portal, on('EveryDay', 9));
    now = new Date('2026-11-23T15:00:00Z');
    await post(portal, on('EveryDay', 9));
    expect(portal.backupsStarted.map(({ at, reason }) => [at.getUTCHours(), reason])).toEqual([
      [10, 'at-once'],
      [15, 'at-once'],
    ]);
  });

  it('of another hour, still to come, forgets the last backup and starts none', async () => {
    const portal = await start({
      schedule: {
        storageType: 4,
        cronParams: { hour: 3 },
        lastBackupTime: new Date('2026-11-23T03:00:00Z'),
      },
    });
    expect(await lastBackupTime()).toBe('2026-11-23T03:00:00');
    await post(portal, on('EveryDay', 22));
    expect(await lastBackupTime()).toBe('0001-01-01T00:00:00');
    expect(portal.backupsStarted).toEqual([]);
  });

  it('can count from the day in UTC, where that is the day before', async () => {
    const portal = await start({ timezone: 'Pacific/Kiritimati' }, { countsFrom: 'utc-day' });
    await post(portal, on('EveryDay', 13)); // there, it is 00:00 of the 24th
    expect(portal.backupsStarted).toHaveLength(1);
  });

  it('that keeps fewer copies deletes archives', async () => {
    const portal = await start({ timezone: 'UTC' });
    await post(portal, { ...on('EveryDay', 11), ...S3, backupsStored: 3 });
    now = new Date('2026-11-27T10:00:00Z');
    portal.runScheduler();
    expect(portal.archives).toHaveLength(3);
    const oldest = portal.archives.slice(0, 2);
    portal.archivesDeleted = [];
    await post(portal, { ...on('EveryDay', 11), ...S3, backupsStored: undefined });
    expect(portal.archivesDeleted).toEqual(oldest);
    expect(portal.archives).toHaveLength(1);
  });

  it('of a storage without a backend starts backups that fail', async () => {
    const portal = await start();
    await post(portal, { ...on('EveryDay', 9), storageType: 'CustomCloud' });
    expect(portal.backupsStarted).toEqual([{ at: now, reason: 'at-once', failed: true }]);
    expect(portal.archives).toEqual([]);
    expect(await lastBackupTime()).toBe('2026-11-23T10:00:00');
  });
});

describe('the scheduler', () => {
  it('starts a backup at each hour that came, once', async () => {
    const portal = await start();
    await post(portal, { ...on('EveryDay', 11), ...S3, backupsStored: 30 });
    now = new Date('2026-11-25T11:00:00Z');
    portal.runScheduler();
    fleet.runScheduler();
    expect(portal.backupsStarted.map(({ at, reason }) => [at.toISOString(), reason])).toEqual([
      ['2026-11-23T11:00:00.000Z', 'on-time'],
      ['2026-11-24T11:00:00.000Z', 'on-time'],
      ['2026-11-25T11:00:00.000Z', 'on-time'],
    ]);
    expect(await lastBackupTime()).toBe('2026-11-25T11:00:00');
  });

  it('deletes the schedule by itself when it meets a billing error', async () => {
    const portal = await start({ billingError: true });
    await post(portal, on('EveryDay', 11));
    portal.runScheduler();
    expect(portal.schedule).toBeDefined();
    now = new Date('2026-11-23T11:00:00Z');
    portal.runScheduler();
    expect(portal.schedule).toBeUndefined();
    expect(portal.schedulesDeleted).toEqual([now]);
    expect(portal.backupsStarted).toEqual([]);
  });

  it('leaves a suspended portal alone', async () => {
    const portal = await start();
    await post(portal, on('EveryDay', 11));
    portal.suspended = true;
    now = new Date('2026-11-25T11:00:00Z');
    portal.runScheduler();
    expect(portal.backupsStarted).toEqual([]);
  });

  it.each([
    [false, 1],
    [true, 0],
  ])('with a cleaner that cleans without a schedule (%s) leaves so many archives', async (cleans, left) => {
    const portal = await start({}, { cleansWithoutSchedule: cleans });
    await post(portal, { ...on('EveryDay', 9), ...S3 });
    await callPortal(portal, { path: DELETE, method: 'DELETE' });
    portal.runScheduler();
    expect(portal.archives).toHaveLength(left);
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
    expect((await history()).response).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        fileName: 'acme_2026-11-23T10-00-00.tar.gz',
        storageType: 4,
        createdOn: '2026-11-23T10:00:00',
        expiresOn: '2026-11-24T10:00:00',
      },
    ]);
  });

  it('drops the record of an archive that the storage cannot find, for good', async () => {
    const portal = await start();
    await post(portal, { ...on('EveryDay', 9), ...S3 });
    const [archive] = portal.archives;
    if (archive) archive.exists = false;
    expect((await history()).count).toBe(0);
    expect(portal.recordsDropped).toBe(1);
    if (archive) archive.exists = true;
    expect((await history()).count).toBe(0);
  });

  it('knows an archive in the DataStore for a day, and one elsewhere for ever', async () => {
    const portal = await start();
    await post(portal, on('EveryDay', 9));
    portal.setSchedule(undefined);
    await post(portal, { ...on('EveryDay', 9), ...S3, backupsStored: 5 });
    now = new Date('2026-11-24T09:59:59Z');
    expect((await history()).count).toBe(2);
    now = new Date('2026-11-24T10:00:00Z');
    const { response } = await history();
    expect(response).toHaveLength(1);
    expect(response[0]).toMatchObject({ storageType: 5, expiresOn: '0001-01-01T00:00:00' });
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

const S3 = { storageType: 'ThirdPartyConsumer', storageParams: [{ key: 'module', value: 'S3' }] };
