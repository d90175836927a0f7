import { afterEach, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { callPortal, daily, post, READ } from './call-portal.ts';

const START = new Date('2026-11-23T10:00:00Z');
const DAY = 86_400_000;
let fleet: Fleet;
afterEach(() => fleet?.close());

const every = (hour: number) => ({ storageType: 'DataStore', backupsStored: 7, cronParams: { hour } });

it('stands still until it is told to go on, and then goes to the next event of any portal', async () => {
  fleet = await startFleet(
    [
      { name: 'berlin', timezone: 'Europe/Berlin', schedule: every(13) },
      { name: 'tokyo', timezone: 'Asia/Tokyo', schedule: every(20) },
      { name: 'idle' },
      { name: 'never', timezone: 'America/New_York', schedule: every(22) },
    ],
    { startAt: START },
  );
  const seen = Array.from({ length: 4 }, () => {
    const next = fleet.nextEvent();
    const [happened] = fleet.step();
    expect(happened).toMatchObject({ ...next, what: 'started' });
    expect(fleet.now()).toEqual(happened?.at);
    return `${happened?.name} ${happened?.at.toISOString().slice(8, 16)}`;
  });
  expect(seen).toEqual(['tokyo 23T11:00', 'berlin 23T12:00', 'tokyo 24T11:00', 'berlin 24T12:00']);
});

it('is the time of requests, too', async () => {
  const keys = [{ key: 'sk-1', expiresAt: new Date(START.getTime() + DAY) }];
  fleet = await startFleet([{ name: 'acme', keys }], { startAt: START });
  expect((await callPortal(fleet.portal('acme'), { path: READ })).status).toBe(200);
  expect(fleet.advanceBy(DAY)).toEqual([]);
  expect((await callPortal(fleet.portal('acme'), { path: READ })).status).toBe(401);
});

it('goes through a year of twelve zones in moments, and each day has its backup', async () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'Europe/Lisbon',
    'Africa/Cairo',
    'Asia/Tokyo',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
    'America/New_York',
    'America/Sao_Paulo',
    'America/Los_Angeles',
  ];
  const setups = zones.map((timezone, index) => ({ name: `p${index}`, timezone, schedule: every(3) }));
  fleet = await startFleet(setups, { startAt: START });
  fleet.advanceBy(365 * DAY);
  const runs = fleet.portals.map(({ backupsStarted }) => backupsStarted.length);
  for (const made of runs) expect(made).toBeGreaterThanOrEqual(365);
  for (const { archives } of fleet.portals) expect(archives.length).toBeLessThanOrEqual(7);
});

it('does what was posted in between, and tells the portals apart', async () => {
  fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }], { startAt: START });
  expect(fleet.step()).toEqual([]);
  await post(fleet.portal('globex'), daily(22));
  expect(fleet.nextEvent()).toEqual({ at: new Date('2026-11-23T22:00:00Z'), name: 'globex', dump: false });
  await post(fleet.portal('globex'), daily(23));
  expect(fleet.nextEvent()?.at).toEqual(new Date('2026-11-23T23:00:00Z'));
  fleet.portal('globex').suspended = true;
  expect(fleet.nextEvent()).toBeUndefined();
});

it('never goes back, and is the fleet’s own or somebody else’s', async () => {
  fleet = await startFleet([{ name: 'acme' }], { startAt: START });
  expect(() => fleet.advanceBy(-1)).toThrow('2026-11-23T10:00:00.000Z already');
  await fleet.close();
  fleet = await startFleet([{ name: 'acme' }], { now: () => START });
  expect(() => fleet.advanceBy(DAY)).toThrow('startAt');
  await expect(startFleet([], { now: () => START, startAt: START })).rejects.toThrow('one clock');
});
