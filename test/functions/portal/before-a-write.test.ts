import { afterEach, describe, expect, test } from 'vitest';
import type { Observed, Recalled } from '../../../functions/model/portal-memory.ts';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { type TreatOptions, treatOne, WANTED, WANTED_SETUP } from '../treat-one.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

const NOW = '2026-01-04T12:00:00Z';
const NEW_YORK = 'America/New_York';

async function acme(setup: Partial<PortalSetup> = {}, now = NOW) {
  fleet = await startFleet([{ name: 'acme', ...setup }], { startAt: new Date(now) });
  return fleet.portal('acme');
}

const at = (hour: number): BackupSchedule => ({ ...WANTED, cronParams: { ...WANTED.cronParams, hour } });
const toStore = (hour: number): BackupSchedule => ({
  ...at(hour),
  storageType: 'DataStore',
  storageParams: new Map(),
});
const there = (hour: number, more: Partial<PortalSetup['schedule']> = {}): PortalSetup['schedule'] => ({
  ...WANTED_SETUP,
  cronParams: { period: 'EveryDay', hour },
  ...more,
});
const RAN = { lastBackupTime: new Date('2026-01-04T03:00:10Z') };
const recalled = (observed: Observed, more: Partial<Recalled> = {}): Recalled => ({
  ...{ observed, isSameTarget: true, wasInPlace: false },
  ...more,
});

const warning = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);

/** What was asked, by the last part of its path, in order. */
const asked = () =>
  fleet.requests.entries.map(({ method, path }) => {
    const name = path.split('?')[0]?.replace('/api/2.0/', '') ?? '';
    return method === 'GET' ? (SHORT[name] ?? name) : method;
  });
const SHORT: Readonly<Record<string, string>> = {
  'backup/getbackupschedule': 'read',
  settings: 'Z',
  'settings/storage/backup': 'S',
  'backup/getbackuphistory': 'history',
  'keys/@self': 'key',
  'backup/getservicestate': 'service',
  'backup/getbackupscount': 'count',
  'portal/payment/quota': 'quota',
};
const TICK = ['history', 'Z', 'key', 'service', 'count', 'quota'];

describe('the requests of a portal', () => {
  const equal = { schedule: there(22, RAN) };
  const update = { schedule: there(22, { ...RAN, backupsStored: 3 }) };
  const none = {};
  const other = { schedule: { ...there(22, RAN), storageType: 'DataStore', storageParams: [] } };
  const absent = { schedule: undefined };
  test.each<[string, TreatOptions['verb'], Partial<PortalSetup>, Partial<PortalTarget>, readonly string[]]>([
    ['an equal one', 'plan', equal, {}, ['read']],
    ['an equal one', 'apply', equal, {}, ['read']],
    ['an equal one', 'tick', equal, {}, ['read', ...TICK]],
    ['an equal one', 'audit', equal, {}, ['read', ...TICK]],
    [
      'an equal one of one’s own server',
      'tick',
      { ...equal, standalone: true },
      {},
      ['read', 'history', 'Z', 'key'],
    ],
    ['a create', 'plan', none, {}, ['read', 'Z', 'S']],
    ['a create', 'apply', none, {}, ['read', 'Z', 'S', 'POST', 'read']],
    ['a create', 'audit', none, {}, ['read', ...TICK]],
    [
      'a create',
      'tick',
      none,
      {},
      ['read', 'Z', 'S', 'POST', 'read', 'history', 'key', 'service', 'count', 'quota'],
    ],
    ['a create at an early hour', 'apply', none, { schedule: at(11) }, ['read', 'S', 'POST', 'read']],
    ['a create at hour 12', 'apply', none, { schedule: at(12) }, ['read', 'Z', 'S', 'POST', 'read']],
    ['a create elsewhere', 'apply', none, { schedule: toStore(22) }, ['read', 'Z', 'POST', 'read']],
    ['an update', 'plan', update, {}, ['read', 'Z']],
    ['an update', 'apply', update, {}, ['read', 'Z', 'POST', 'read']],
    ['an update of the type', 'apply', other, {}, ['read', 'Z', 'S', 'POST', 'read']],
    [
      'a dump',
      'apply',
      { standalone: true },
      { dump: true, schedule: { ...toStore(22), dump: true } },
      ['read', 'POST', 'read'],
    ],
    ['a removal', 'plan', equal, absent, ['read']],
    ['a removal', 'apply', equal, absent, ['read', 'DELETE', 'read']],
    [
      'a removal',
      'tick',
      { ...equal, standalone: true },
      absent,
      ['read', 'DELETE', 'read', 'history', 'Z', 'key'],
    ],
    ['nothing there and nothing wanted', 'tick', { standalone: true }, absent, ['read', 'key']],
    ['a watched one', 'apply', none, { mode: 'detect' }, ['read', 'Z', 'S']],
  ])('are exactly these: %s, %s', async (_, verb, setup, target, requests) => {
    await acme(setup);
    const { outcome } = await treatOne(fleet, 'acme', { verb, target: { schedule: at(22), ...target } });
    expect(outcome.error).toBeUndefined();
    expect(asked()).toEqual(requests);
    expect(outcome.requests).toBe(requests.length);
  });

  test('ask for the zone never where it is remembered, and for nothing twice in a run', async () => {
    await acme();
    const first = await treatOne(fleet, 'acme', { target: { schedule: at(22) }, gate: () => 'hold' });
    expect(asked()).toEqual(['read', 'Z', 'S']);
    fleet.requests.clear();
    await treatOne(fleet, 'acme', { target: { schedule: at(22) }, heard: first.heard ?? fail() });
    expect(asked()).toEqual(['read', 'POST', 'read']);
    fleet.requests.clear();
    fleet.portal('acme').setSchedule(there(22, { backupsStored: 3 }));
    const known = recalled({ timezone: 'UTC' });
    await treatOne(fleet, 'acme', { target: { schedule: at(22) }, recalled: known });
    expect(asked()).toEqual(['read', 'POST', 'read']);
  });

  test('of a tick come after the write: what it asks must not take the time that the write needs', async () => {
    await acme({ fault: { on: 'other', kind: 'hang' } });
    const { outcome } = await treatOne(fleet, 'acme', {
      verb: 'tick',
      target: { schedule: toStore(3) },
      limits: { portalMs: 3_000, requestMs: 40 },
    });
    expect(asked().slice(0, 3)).toEqual(['read', 'POST', 'read']);
    expect(outcome).toMatchObject({ status: 'done', protection: { verdict: 'unknown', bad: true } });
  });
});

describe('a schedule that the server would not run', () => {
  const west = { timezone: NEW_YORK };
  test.each(['plan', 'apply', 'tick'] as const)('is not written: %s', async (verb) => {
    const portal = await acme(west);
    const { outcome, change } = await treatOne(fleet, 'acme', { verb, target: { schedule: at(22) } });
    expect(outcome).toMatchObject({
      ...{ action: 'create', status: 'skipped', held: true, firstRun: null },
      error: { code: 'WOULD_NOT_RUN', retryable: false },
    });
    expect(outcome.error?.message).toMatch(
      /not run it within 400 days.*New_York.*3\.8.*hours 0 to 18 .*allowLateFirstRun/,
    );
    expect(change).toBeUndefined();
    expect(portal.schedule).toBeUndefined();
  });

  test('stays as it runs: seven copies to eight would end its backups', async () => {
    const portal = await acme({ ...west, schedule: there(22, RAN) });
    const wanted = { ...at(22), backupsStored: 8 };
    expect((await treatOne(fleet, 'acme', { target: { schedule: wanted } })).outcome).toMatchObject({
      ...{ action: 'update', status: 'skipped', error: { code: 'WOULD_NOT_RUN' } },
    });
    expect(portal.schedule?.backupsStored).toBe(7);
    fleet.advanceTo(new Date('2026-01-06T12:00:00Z'));
    expect(portal.backupsStarted).toHaveLength(2);
  });

  test('is told when it would run, where it would once the clocks are changed', async () => {
    await acme(west);
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: at(19) } });
    expect(outcome).toMatchObject({ firstRun: '2026-03-08T23:00:00.000Z', error: { code: 'WOULD_NOT_RUN' } });
    expect(outcome.error?.message).toContain('2026-03-08 23:00 UTC');
  });

  test('is written where somebody allows it, and that weakens', async () => {
    const portal = await acme(west);
    const target = { schedule: at(22), allowLateFirstRun: true };
    expect(await treatOne(fleet, 'acme', { target })).toMatchObject({
      outcome: { status: 'done', effect: 'weaken', firstRun: null },
      change: { effect: 'weaken' },
    });
    expect(portal.schedule).toBeDefined();
  });

  test.each([
    ['in summer', NEW_YORK, '2026-07-04T12:00:00Z', 19, '2026-07-04T23:00:00.000Z'],
    ['at the last hour of winter', NEW_YORK, NOW, 18, '2026-01-04T23:00:00.000Z'],
    ['in the east', 'Asia/Tokyo', NOW, 23, '2026-01-04T14:00:00.000Z'],
    ['in UTC', 'UTC', NOW, 23, '2026-01-04T23:00:00.000Z'],
  ])('is none %s: it is written, and then runs when it was told', async (_, timezone, now, hour, first) => {
    const portal = await acme({ timezone }, now);
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: at(hour) } });
    expect(outcome).toMatchObject({ status: 'done', firstRun: first });
    fleet.step();
    expect(portal.backupsStarted.map((run) => run.at.toISOString())).toEqual([first]);
  });

  test('of a dump is none: its hour is of UTC', async () => {
    await acme({ ...west, standalone: true });
    const target = { dump: true, schedule: { ...toStore(22), dump: true } };
    expect((await treatOne(fleet, 'acme', { target })).outcome).toMatchObject({
      ...{ status: 'done', firstRun: '2026-01-04T22:00:00.000Z' },
    });
  });

  test('that is there, equal, is told of where the zone is known', async () => {
    await acme({ ...west, schedule: there(22) });
    const target = { schedule: at(22) };
    const blind = await treatOne(fleet, 'acme', { target });
    expect(blind.outcome).toMatchObject({ status: 'done', warnings: [] });
    for (const options of [{ recalled: recalled({ timezone: NEW_YORK }) }, { verb: 'audit' as const }]) {
      const { outcome } = await treatOne(fleet, 'acme', { target, ...options });
      expect(outcome.warnings.map(({ code }) => code)).toContain('NOT_RUNNING');
      expect(outcome.warnings.find(({ code }) => code === 'NOT_RUNNING')?.message).toContain('hours 0 to 18');
    }
    fleet.portal('acme').setSchedule(there(22, RAN));
    const ran = await treatOne(fleet, 'acme', { target, recalled: recalled({ timezone: NEW_YORK }) });
    expect(ran.outcome.warnings).toEqual([]);
  });
});

describe('a zone that can not be had', () => {
  const silent: PortalFault = { on: 'other', kind: 'status', status: 500, times: 1 };
  test('stops a write over a schedule that runs: another try may tell it', async () => {
    const portal = await acme({ schedule: there(22, RAN), timezone: NEW_YORK, fault: silent });
    const { outcome } = await treatOne(fleet, 'acme', {
      target: { schedule: { ...at(22), backupsStored: 8 } },
    });
    expect(outcome).toMatchObject({
      ...{ action: 'update', status: 'failed' },
      error: { code: 'SERVER_ERROR', httpStatus: 500, retryable: true },
    });
    expect(asked()).toEqual(['read', 'Z']);
    expect(portal.counts.write).toBe(0);
  });

  test.each([
    ['where there is none', undefined],
    ['over one that never ran', there(20)],
  ])('lets a write through %s, with a warning', async (_, schedule) => {
    const portal = await acme({ ...(schedule && { schedule }), fault: silent });
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: toStore(22) } });
    expect(outcome).toMatchObject({ status: 'done', warnings: warning('MAY_NOT_RUN') });
    expect(outcome).not.toHaveProperty('firstRun');
    expect(portal.counts.write).toBe(1);
  });

  test('is no reason to stop where somebody allows a late first run', async () => {
    await acme({ schedule: there(22, RAN), fault: silent });
    const target = { schedule: { ...at(22), backupsStored: 8 }, allowLateFirstRun: true };
    expect((await treatOne(fleet, 'acme', { target })).outcome).toMatchObject({
      ...{ status: 'done', warnings: warning('MAY_NOT_RUN') },
    });
  });
});

describe('a storage', () => {
  const bucket = (module: string): BackupSchedule => ({
    ...WANTED,
    storageParams: new Map([
      ['module', module],
      ['bucket', 'acme-backups'],
    ]),
  });
  test.each([
    [
      'that the portal has no credentials for',
      's3',
      { storages: ['googlecloud'] },
      /no credentials for s3.*Integration/,
    ],
    ['that no server knows', 'S3', {}, /knows no storage module S3 .*s3, googlecloud, rackspace/],
    ['that this server knows no more', 'selectel', {}, /knows no storage module selectel/],
  ])('%s gets no schedule', async (_, module, setup, message) => {
    const portal = await acme(setup);
    for (const verb of ['plan', 'apply'] as const) {
      const { outcome } = await treatOne(fleet, 'acme', { verb, target: { schedule: bucket(module) } });
      expect(outcome).toMatchObject({
        ...{ action: 'create', status: 'skipped', held: true },
        error: { code: 'STORAGE_NOT_READY', message: expect.stringMatching(message), retryable: false },
      });
    }
    expect(portal.counts.write).toBe(0);
  });

  test.each(['s3', 'googlecloud', 'rackspace'])('%s with credentials gets one', async (module) => {
    await acme({ storages: [module] });
    const target = { schedule: bucket(module) };
    expect((await treatOne(fleet, 'acme', { target })).outcome).toMatchObject({ status: 'done' });
  });

  test('that can not be asked for is written to, with a warning', async () => {
    await acme({ fault: { on: 'other', kind: 'status', status: 403 } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      ...{ status: 'done', warnings: warning('STORAGE_UNCHECKED'), requests: 4, attempts: 1 },
    });
  });

  test('that can not be asked for with this key is not: the key is not taken', async () => {
    const portal = await acme({ fault: { on: 'other', kind: 'status', status: 401 } });
    expect((await treatOne(fleet, 'acme')).outcome).toMatchObject({
      ...{ action: 'create', status: 'failed', error: { code: 'UNAUTHORIZED' } },
    });
    expect(portal.counts.write).toBe(0);
  });

  test('that is not ready is not told where the schedule would not run either', async () => {
    await acme({ timezone: NEW_YORK, storages: [] });
    const { outcome } = await treatOne(fleet, 'acme', { target: { schedule: at(22) } });
    expect(outcome.error?.code).toBe('WOULD_NOT_RUN');
    expect(asked()).toEqual(['read', 'Z', 'S']);
  });

  test('is not asked for by an audit, which holds nothing', async () => {
    await acme({ storages: [], timezone: NEW_YORK, standalone: true });
    const { outcome } = await treatOne(fleet, 'acme', { verb: 'audit', target: { schedule: at(22) } });
    expect(outcome).toMatchObject({ action: 'create', status: 'planned', firstRun: null });
    expect(outcome.error).toBeUndefined();
    expect(asked()).toEqual(['read', 'history', 'Z', 'key']);
  });
});

function fail(): never {
  throw new Error('nothing was heard');
}
