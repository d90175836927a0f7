import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { PLAN_OF_TODAY, type PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { COUNT, callPortal, intoS3, post, QUOTA, READ, SERVICE_STATE } from './call-portal.ts';

let fleet: Fleet;
afterEach(() => fleet?.close());

/** A portal on the first of November, at noon, with a daily backup at 3. */
async function start(setup: Omit<PortalSetup, 'name'> = {}) {
  fleet = await startFleet([{ name: 'acme', ...PLAN_OF_TODAY, ...setup }], {
    startAt: new Date('2026-11-01T12:00:00Z'),
  });
  const portal = fleet.portal('acme');
  await post(portal, intoS3(13, { backupsStored: 30 }));
  return portal;
}

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 20));

async function answer(path: string): Promise<unknown> {
  return ((await callPortal(fleet.portal('acme'), { path })).json as { response: unknown }).response;
}

async function freeBackups(): Promise<unknown> {
  const { features } = (await answer(QUOTA)) as { features: { id: string; value: number; used: unknown }[] };
  return features.find(({ id }) => id === 'free_backup');
}

describe('the free backups of a month', () => {
  it('run out, and the run after them deletes the schedule and mails', async () => {
    const portal = await start();
    fleet.advanceTo(day(2));
    expect([portal.schedule !== undefined, portal.archives.length]).toEqual([true, 2]);
    expect(fleet.step()).toMatchObject([{ what: 'schedule-deleted', at: new Date('2026-11-03T13:00:00Z') }]);
    expect((await callPortal(portal, { path: READ })).json).toMatchObject({ count: 0 });
    expect(portal.mails.map(({ message }) => message)).toEqual([
      'The number of free backups should not exceed 2 within a month',
    ]);
    expect(portal.backupsStarted).toHaveLength(2);
  });

  it('do not keep anybody from posting the schedule again, which is deleted again', async () => {
    const portal = await start();
    fleet.advanceTo(day(3));
    expect((await post(portal, intoS3(13))).status).toBe(200);
    fleet.advanceTo(day(5));
    expect([portal.schedule, portal.mails.length]).toEqual([undefined, 2]);
  });

  it('begin anew with the month', async () => {
    const portal = await start();
    portal.setSchedule({ ...(intoS3(0) as object), cronParams: { period: 'EveryWeek', day: 1, hour: 13 } });
    fleet.advanceTo(day(14));
    expect(portal.archives).toHaveLength(2); // the 1st and the 8th
    portal.setSchedule({
      ...(intoS3(0) as object),
      cronParams: { period: 'EveryMonth', day: 1, hour: 13 },
      lastBackupTime: day(2),
    });
    expect(fleet.step()).toMatchObject([{ what: 'started', at: new Date('2026-12-01T13:00:00Z') }]);
  });

  it('are used up by backups by hand too, and not by those that fail', async () => {
    const portal = await start();
    expect([portal.backUpByHand(), portal.backUpByHand(), portal.backUpByHand()]).toEqual([
      true,
      true,
      false,
    ]);
    fleet.advanceTo(day(1));
    expect(portal.schedule).toBeUndefined();
    portal.setSchedule({ storageType: 'CustomCloud', cronParams: { hour: 13 } });
    portal.freeBackups = 3;
    fleet.advanceTo(day(9));
    expect(portal.backupsStarted.every(({ failed, paid }) => failed && !paid)).toBe(true);
    expect(portal.schedule).toBeDefined();
  });

  it('with the paid service are followed by such that cost', async () => {
    const portal = await start({ paidService: true });
    fleet.advanceTo(day(5));
    expect(portal.backupsStarted.map(({ paid }) => paid)).toEqual([false, false, true, true, true]);
    expect(await answer(COUNT)).toBe(2);
    expect(await answer(`${COUNT}?paid=true`)).toBe(3);
  });

  it('do not run out on a server of one’s own', async () => {
    const portal = await start({ standalone: true });
    fleet.advanceTo(day(20));
    expect(portal.archives).toHaveLength(20);
    expect(await freeBackups()).toMatchObject({ value: -1 });
  });
});

describe('what the server says about it', () => {
  it('is whether the paid service is on', async () => {
    const portal = await start();
    expect(await answer(SERVICE_STATE)).toEqual({ enabled: false });
    portal.paidService = true;
    expect(await answer(SERVICE_STATE)).toEqual({ enabled: true });
  });

  it('is how many are free, and used', async () => {
    await start();
    fleet.advanceTo(day(1));
    expect(await freeBackups()).toMatchObject({ type: 'count', value: 2, used: { value: 1 } });
  });

  it('is nothing about free ones to who is no administrator', async () => {
    const portal = await start();
    portal.keys = [{ key: 'sk-member', admin: false }];
    expect(await freeBackups()).toBeUndefined();
  });

  it('is how many were made in any time, also if their archives are gone', async () => {
    const portal = await start({ standalone: true });
    await post(portal, intoS3(13, { backupsStored: 1 }));
    fleet.advanceTo(day(10));
    expect(portal.archives).toHaveLength(1);
    expect(await answer(COUNT)).toBe(10);
    expect(await answer(`${COUNT}?From=2026-11-04T00:00:00Z&to=2026-11-06T00:00:00Z`)).toBe(2);
    expect(await answer(`${COUNT}?from=2026-10-01&to=2026-10-31&paid=false`)).toBe(0);
    for (const query of ['from=2026-11-06&to=2026-11-04', 'from=yesterday'])
      expect((await callPortal(portal, { path: `${COUNT}?${query}` })).status).toBe(400);
  });
});
