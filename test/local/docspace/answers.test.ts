import { afterEach, describe, expect, it } from 'vitest';
import { CANARY } from '../../../local/docspace/answer.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { callPortal, DELETE, daily, HISTORY, post, READ, SELF, SETTINGS } from './call-portal.ts';

const NOW = new Date('2026-11-23T10:00:00Z'); // a Monday
const EVENING = { period: 'EveryDay', hour: 22 };
let fleet: Fleet;
afterEach(() => fleet.close());

async function start(setup: Omit<PortalSetup, 'name'> = {}) {
  fleet = await startFleet([{ name: 'acme', folderId: 77, apiKey: 'sk-1234', ...setup }], { now: () => NOW });
  return fleet.portal('acme');
}

async function readBack(body: Record<string, unknown>, setup: Omit<PortalSetup, 'name'> = {}) {
  const portal = await start(setup);
  expect((await post(portal, body)).status).toBe(200);
  const { json } = await callPortal(portal, { path: `${READ}${body.dump ? '?Dump=true' : ''}` });
  return (json as { response: Record<string, unknown> }).response;
}

describe('the envelope', () => {
  it('wraps a write', async () => {
    const portal = await start();
    const { json, headers } = await post(portal, daily(22));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json).toEqual({
      response: true,
      count: 1,
      links: [{ href: `${portal.url}/api/2.0/backup/createbackupschedule`, action: 'POST' }],
      status: 0,
      statusCode: 200,
    });
  });

  it('leaves the response out where there is no schedule', async () => {
    const portal = await start();
    expect((await callPortal(portal, { path: READ })).json).toEqual({
      count: 0,
      links: [{ href: `${portal.url}${READ}`, action: 'GET' }],
      status: 0,
      statusCode: 200,
    });
  });

  it('answers true to a delete, also of nothing', async () => {
    const portal = await start();
    await post(portal, daily(22));
    for (const _time of [1, 2])
      expect((await callPortal(portal, { method: 'DELETE', path: DELETE })).json).toMatchObject({
        response: true,
        count: 1,
      });
    expect(portal.schedule).toBeUndefined();
  });

  it('wraps an error with a stack trace that nobody should show', async () => {
    const portal = await start();
    expect((await post(portal, daily(22, { backupsStored: 31 }))).json).toEqual({
      error: {
        message: 'backupStored must be 1 - 30',
        type: 'System.ArgumentException',
        stack: expect.stringContaining(CANARY),
        hresult: expect.any(Number),
      },
      status: 1,
      statusCode: 400,
    });
  });
});

describe('what a read gives back', () => {
  it('numbers for names, an object of texts, and the folder', async () => {
    const body = {
      storageType: 'Documents',
      storageParams: [{ key: 'folderId', value: 77 }],
      backupsStored: 7,
      cronParams: { period: 'EveryWeek', hour: 22, day: 1 },
      dump: false,
    };
    expect(await readBack(body)).toEqual({
      storageType: 0,
      storageParams: { folderId: '77' },
      cronParams: { period: 1, hour: 22, day: 1 },
      backupsStored: 7,
      lastBackupTime: '0001-01-01T00:00:00',
      dump: false,
    });
  });

  it('no folder for a third-party consumer', async () => {
    const storageParams = [
      { key: 'module', value: 'S3' },
      { key: 'bucket', value: 'acme-backups' },
    ];
    const response = await readBack({
      storageType: 'ThirdPartyConsumer',
      storageParams,
      cronParams: EVENING,
    });
    expect(response).toMatchObject({ storageType: 5, backupsStored: 1 });
    expect(response.storageParams).toEqual({ module: 'S3', bucket: 'acme-backups' });
  });

  it('a null folder for DataStore', async () => {
    expect((await readBack(daily(22))).storageParams).toEqual({ folderId: null });
  });

  it('both paths for Local', async () => {
    const storageParams = [{ key: 'filePath', value: '/backup' }];
    const body = { storageType: 'Local', storageParams, cronParams: EVENING };
    expect((await readBack(body, { standalone: true })).storageParams).toEqual({
      filePath: '/backup',
      folderId: '/backup',
    });
  });

  it('the tenant for a dump', async () => {
    const response = await readBack(daily(22, { dump: true }), { standalone: true });
    expect(response).toMatchObject({ dump: true, storageParams: { tenantId: '1', folderId: null } });
  });

  it('day 0 for a daily schedule, whatever day was posted', async () => {
    const cronParams = { ...EVENING, day: 5 };
    expect((await readBack(daily(22, { cronParams }))).cronParams).toEqual({ period: 0, hour: 22, day: 0 });
  });

  it('no number kept, if the portal hides it', async () => {
    expect(await readBack(daily(22), { hidesBackupsStored: true })).not.toHaveProperty('backupsStored');
  });

  it('True for true, and the text of a number', async () => {
    const storageParams = [
      { key: 'module', value: 'S3' },
      { key: 'usehttp', value: true },
      { key: 'forcepathstyle', value: false },
      { key: 'port', value: 9000 },
    ];
    const response = await readBack({
      storageType: 'ThirdPartyConsumer',
      storageParams,
      cronParams: EVENING,
    });
    expect(response.storageParams).toMatchObject({ usehttp: 'True', forcepathstyle: 'False', port: '9000' });
  });
});

describe('the other reads', () => {
  it('describes the calling key without showing it', async () => {
    const expiresAt = new Date('2027-01-31T23:00:00Z');
    const portal = await start({
      timezone: 'Europe/Berlin',
      keys: [{ key: 'sk-secret9876', name: 'ops', permissions: ['*:read'], expiresAt }],
    });
    const { json, text } = await callPortal(portal, { path: SELF });
    expect(json).toMatchObject({
      response: {
        name: 'ops',
        keyPostfix: '9876',
        permissions: ['*:read'],
        expiresAt: '2027-02-01T00:00:00.0000000+01:00',
        isActive: true,
      },
    });
    expect(text).not.toContain('sk-secret');
    portal.timesAsObjects = true;
    expect((await callPortal(portal, { path: SELF })).json).toMatchObject({
      response: { expiresAt: { utcTime: '2027-01-31T23:00:00.0000000Z', timeZoneOffset: '01:00:00' } },
    });
  });

  it.each([
    ['UTC', '00:00:00', 0],
    ['Asia/Kolkata', '05:30:00', 5.5],
    ['America/St_Johns', '-03:30:00', -3.5],
  ])('settings in %s', async (timezone, utcOffset, utcHoursOffset) => {
    const portal = await start({ timezone });
    expect((await callPortal(portal, { path: SETTINGS })).json).toMatchObject({
      response: {
        timezone,
        utcOffset,
        utcHoursOffset,
        standalone: false,
        version: '3.7.2',
        tenantStatus: 0,
      },
    });
  });

  it('a suspended portal answers its settings and else nothing', async () => {
    const portal = await start({ suspended: true });
    expect((await callPortal(portal, { path: SETTINGS })).json).toMatchObject({
      response: { tenantStatus: 1 },
    });
    for (const path of [READ, HISTORY, SELF]) {
      const { status, text } = await callPortal(portal, { path });
      expect([status, text]).toEqual([404, '']);
    }
  });

  it('a portal that moved redirects everything', async () => {
    const portal = await start({ movedTo: 'https://elsewhere.example/' });
    for (const path of [READ, SETTINGS]) {
      const { status, headers } = await callPortal(portal, { path });
      expect([status, headers.location]).toEqual([302, 'https://elsewhere.example/']);
    }
  });

  it('knows no other path and no other method', async () => {
    const portal = await start();
    expect((await callPortal(portal, { path: '/api/2.0/backup/other' })).status).toBe(404);
    expect((await callPortal(portal, { path: READ, method: 'PUT' })).status).toBe(405);
  });
});
