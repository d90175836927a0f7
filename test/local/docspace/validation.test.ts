import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { callPortal, DELETE, daily, post, READ } from './call-portal.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(
    [
      { name: 'acme', folderId: 77, providerFolders: ['sbox-1-|backups'] },
      { name: 'globex', folderId: 78 },
      { name: 'alone', standalone: true },
      { name: 'limited', standalone: true, spaceAccess: false },
      { name: 'poor', plan: 'no-automatic-backup' },
      { name: 'unpaid', plan: 'unpaid' },
      { name: 'member', keys: [{ key: 'sk-member', admin: false }] },
      { name: 'bought', plan: 'automatic-backup', freeBackups: 0, paidService: true },
      { name: 'own', plan: 'no-automatic-backup', standalone: true },
    ],
    { now: () => new Date('2026-11-23T10:00:00Z') },
  );
});
afterAll(() => fleet.close());

const CRON = { period: 'EveryDay', hour: 22 };
const into = (value: unknown, more = {}) => ({
  storageParams: [{ key: 'folderId', value }],
  cronParams: CRON,
  ...more,
});
const cron = (period: unknown, hour: unknown, day?: unknown) =>
  daily(0, { cronParams: { period, hour, day } });

describe('a body that is refused stores nothing', () => {
  it.each([
    ['acme', 'backupsStored 0', daily(22, { backupsStored: 0 }), 400],
    ['acme', 'backupsStored 31', daily(22, { backupsStored: 31 }), 400],
    ['acme', 'a dump on SaaS', daily(22, { dump: true }), 403],
    ['acme', 'a dump on SaaS, whatever else is wrong', { dump: true, backupsStored: 31 }, 403],
    ['acme', 'a folder that is not there', into(79), 404],
    ['acme', 'the folder of another portal', into(78), 404],
    ['acme', "a provider's folder that is not there", into('sbox-2', { storageType: 1 }), 404],
    ['limited', 'a dump without space access', daily(22, { dump: true }), 403],
    ['poor', 'any schedule in a plan without automatic backup', daily(22), 402],
    ['poor', 'also one at a bad hour', daily(24), 402],
    ['poor', 'but first one that keeps too many', daily(24, { backupsStored: 31 }), 400],
    ['poor', 'and one without a folder', into(79), 404],
    ['member', 'one of a plain member', daily(22), 403],
    ['member', 'one of a plain member at a bad hour', daily(24), 403],
    ['acme', 'no cronParams, and too many to keep', { storageType: 'DataStore', backupsStored: 31 }, 500],
    ['acme', 'too many to keep, before the folder', into(79, { backupsStored: 31 }), 400],
    ['acme', 'Local on SaaS at a bad hour', { ...local('/backup'), cronParams: { hour: 24 } }, 500],
    ['unpaid', 'anything unpaid', daily(22), 402],
    ['acme', 'no cronParams', { storageType: 'DataStore' }, 500],
    ['acme', 'no folderId', { cronParams: CRON }, 500],
    ['acme', 'no folderId at a provider', { storageType: 1, cronParams: CRON }, 500],
    ['acme', 'hour 24', cron('EveryDay', 24), 500],
    ['acme', 'hour -1', cron('EveryDay', -1), 500],
    ['acme', 'weekly day 0', cron('EveryWeek', 1, 0), 500],
    ['acme', 'weekly without a day', cron('EveryWeek', 1), 500],
    ['acme', 'weekly day 8', cron('EveryWeek', 1, 8), 500],
    ['acme', 'monthly day 0', cron('EveryMonth', 1, 0), 500],
    ['acme', 'monthly day 32', cron('EveryMonth', 1, 32), 500],
    ['acme', 'Local on SaaS', { ...local('/backup'), cronParams: CRON }, 500],
    ['alone', 'Local without a path', { storageType: 'Local', cronParams: CRON }, 500],
    ['acme', 'a param without a value', daily(22, { storageParams: [{ key: 'a', value: null }] }), 500],
    [
      'acme',
      'a param twice',
      daily(22, { storageParams: [1, 2].map((value) => ({ key: 'a', value })) }),
      400,
    ],
    ['acme', 'an unknown type', daily(22, { storageType: 'Tape' }), 400],
    ['acme', 'an unknown type number', daily(22, { storageType: 6 }), 400],
    ['acme', 'params as an object', daily(22, { storageParams: { a: 'b' } }), 400],
    ['acme', 'a number with a fraction', daily(22, { backupsStored: 1.5 }), 400],
    ['acme', 'what is no JSON', '{', 400],
  ])('%s: %s', async (name, _what, body, status) => {
    const portal = fleet.portal(name);
    expect((await post(portal, body)).status).toBe(status);
    expect(portal.schedule).toBeUndefined();
    expect(portal.server.dump.schedule).toBeUndefined();
  });

  it('neither into a folder that may not be written nor into a section root', async () => {
    const portal = fleet.portal('acme');
    const { noCreate, sectionRoot } = portal.folderIds;
    for (const id of [noCreate, sectionRoot]) expect((await post(portal, into(id))).status).toBe(403);
    expect(portal.schedule).toBeUndefined();
  });

  it('nor with another content type', async () => {
    const portal = fleet.portal('acme');
    const headers = { authorization: `Bearer ${portal.keys[0]?.key}`, 'content-type': 'text/plain' };
    expect((await post(portal, daily(22), headers)).status).toBe(415);
    expect(portal.schedule).toBeUndefined();
  });
});

describe('a body that is taken', () => {
  it.each([
    ['acme', 'a folder as a number', into(77), { storageType: 0, backupsStored: 1 }],
    ['acme', 'a folder as a text', into('77'), { basePath: '77' }],
    [
      'acme',
      "a provider's folder",
      into('sbox-1-|backups', { storageType: 'ThridpartyDocuments' }),
      { storageType: 1 },
    ],
    ['acme', 'numbers for enums', cron(2, 3, 31), { cron: { period: 2, hour: 3, day: 31 } }],
    ['acme', 'texts for numbers', cron('EveryWeek', '3', '7'), { cron: { period: 1, hour: 3, day: 7 } }],
    ['acme', 'no period and no hour', daily(0, { cronParams: {} }), { cron: { period: 0, hour: 0, day: 0 } }],
    ['acme', 'backupsStored 30', daily(22, { backupsStored: 30 }), { backupsStored: 30 }],
    ['acme', 'CustomCloud', daily(22, { storageType: 2 }), { storageType: 2, basePath: null }],
    ['bought', 'a plan without free backups, and the paid service', daily(22), { storageType: 4 }],
    ['own', 'a server of one’s own has no plan', daily(22), { storageType: 4 }],
    ['alone', 'Local', { ...local('/backup'), cronParams: CRON }, { basePath: '/backup' }],
  ])('%s: %s', async (name, _what, body, stored) => {
    const portal = fleet.portal(name);
    expect((await post(portal, body)).status).toBe(200);
    expect(portal.schedule).toMatchObject(stored);
    portal.schedule = undefined;
  });
});

it('reads and deletes without automatic backup, but nothing unpaid', async () => {
  for (const [name, status] of [
    ['poor', 200],
    ['unpaid', 402],
  ] as const) {
    expect((await callPortal(fleet.portal(name), { path: READ })).status).toBe(status);
    expect((await callPortal(fleet.portal(name), { path: DELETE, method: 'DELETE' })).status).toBe(status);
  }
});

it.each(['acme', 'limited'])('%s has no access to a dump', async (name) => {
  expect((await callPortal(fleet.portal(name), { path: `${READ}?Dump=true` })).status).toBe(403);
});

function local(filePath: string) {
  return { storageType: 'Local', storageParams: [{ key: 'filePath', value: filePath }] };
}
