import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { type PageForm, writtenByVendorPage } from '../../../local/docspace/vendor-page.ts';
import { callPortal, daily, intoS3, post, READ, STORAGES } from './call-portal.ts';

const START = new Date('2026-11-23T10:00:00Z');
let fleet: Fleet;
afterEach(() => fleet?.close());

async function start(setup: Omit<PortalSetup, 'name'> = {}) {
  fleet = await startFleet([{ name: 'acme', folderId: 77, ...setup }], { startAt: START });
  return fleet.portal('acme');
}

type Storage = {
  id: string;
  isSet: boolean;
  current: boolean;
  properties: { name: string; value: string }[];
};

async function storages(query = ''): Promise<Storage[]> {
  const { json } = await callPortal(fleet.portal('acme'), { path: STORAGES + query });
  return (json as { response: Storage[] }).response;
}

const param = (key: string, value: string) => ({ key, value });
const into = (...params: { key: string; value: string }[]) =>
  daily(9, { storageType: 'ThirdPartyConsumer', storageParams: params });

describe('the storages of a portal', () => {
  it('are those of its server, with what each can be told', async () => {
    await start({ storages: ['s3'] });
    expect((await storages()).map(({ id, isSet, current }) => [id, isSet, current])).toEqual([
      ['s3', true, false],
      ['googlecloud', false, false],
      ['rackspace', false, false],
    ]);
    expect((await storages())[1]).toEqual({
      id: 'googlecloud',
      title: 'Google Cloud',
      properties: [{ name: 'bucket', value: '', title: 'googlecloud bucket' }],
      current: false,
      isSet: false,
    });
  });

  it('before 2.6 had one more', async () => {
    await start({ version: '2.5.1' });
    expect((await storages()).map(({ id }) => id)).toContain('selectel');
    fleet.portal('acme').version = '2.6.0';
    expect((await storages()).map(({ id }) => id)).not.toContain('selectel');
  });

  it('know the one in use by its exact text, and what the schedule says of it', async () => {
    const portal = await start();
    await post(portal, intoS3(22));
    const [s3] = await storages();
    expect([s3?.current, s3?.properties]).toEqual([
      true,
      [{ name: 'bucket', value: 'acme-backups', title: 's3 bucket' }],
    ]);
    await post(portal, into(param('module', 'S3'), param('bucket', 'acme-backups')));
    expect((await storages()).some(({ current }) => current)).toBe(false);
    await post(portal, into(param('bucket', 'acme-backups')));
    expect((await callPortal(portal, { path: STORAGES })).status).toBe(500);
  });

  it('are those of the whole server where it is one’s own', async () => {
    const server = { server: 'one', standalone: true };
    const setups = [
      { name: 'acme', storages: ['googlecloud'], ...server },
      { name: 'globex', ...server },
    ];
    fleet = await startFleet(setups, { startAt: START });
    expect([...fleet.portal('globex').storages]).toEqual(['googlecloud']);
  });
});

describe('a run', () => {
  const bucket = param('bucket', 'acme-backups');
  it.each<[string, Omit<PortalSetup, 'name'>, Record<string, unknown>, boolean]>([
    ['s3', {}, into(param('module', 's3'), bucket), true],
    ['S3', {}, into(param('module', 'S3'), bucket), false],
    ['googlecloud', {}, into(param('module', 'googlecloud'), bucket), true],
    ['GoogleCloud', {}, into(param('module', 'GoogleCloud'), bucket), false],
    ['rackspace', {}, into(param('module', 'rackspace'), param('private_container', 'acme')), true],
    ['a module without its place', {}, into(param('module', 'rackspace'), bucket), false],
    ['an unknown module', {}, into(param('module', 'azure'), bucket), false],
    [
      'a module of older servers',
      {},
      into(param('module', 'selectel'), param('private_container', 'a')),
      false,
    ],
    [
      'it on such a server',
      { version: '2.5' },
      into(param('module', 'selectel'), param('private_container', 'a')),
      true,
    ],
    ['no module', {}, into(bucket), false],
    ['s3 without credentials', { storages: [] }, into(param('module', 's3'), bucket), false],
    ['CustomCloud', {}, daily(9, { storageType: 'CustomCloud' }), false],
    ['DataStore', {}, daily(9), true],
    ['a folder', {}, daily(9, { storageType: 0, storageParams: [param('folderId', '77')] }), true],
  ])('into %s', async (_where, setup, body, works) => {
    const portal = await start(setup);
    expect((await post(portal, body)).status).toBe(200);
    expect(fleet.step().map(({ what }) => what)).toEqual([works ? 'started' : 'failed']);
    expect(portal.archives).toHaveLength(works ? 1 : 0);
    expect(portal.mails.map(({ about }) => about)).toEqual(works ? [] : ['backup-failed']);
    const { json } = await callPortal(portal, { path: READ });
    expect(json).toMatchObject({ response: { lastBackupTime: '2026-11-23T10:15:00' } });
  });

  it('into a folder that is gone leaves nothing', async () => {
    const portal = await start({ providerFolders: ['box-1'] });
    await post(portal, daily(9, { storageType: 1, storageParams: [param('folderId', 'box-1')] }));
    portal.providerFolders = new Set();
    expect(fleet.step().map(({ what }) => what)).toEqual(['failed']);
  });

  it('does not come any more when the provider is cut off: the schedule is deleted', async () => {
    const portal = await start({ providerFolders: ['box-1'] });
    await post(portal, daily(9, { storageType: 1, storageParams: [param('folderId', 'box-1')] }));
    portal.disconnectProvider();
    expect([portal.schedule, portal.schedulesDeleted]).toEqual([undefined, [START]]);
  });
});

describe('the vendor’s page', () => {
  const form = { backupsStored: 7, period: 'EveryWeek', day: 2, hour: 22 } as const;
  it.each<[PageForm['to'], object]>([
    [
      { module: 's3', bucket: 'acme', region: 'eu-west-1' },
      {
        module: 's3',
        serviceurl: '',
        forcepathstyle: 'false',
        usehttp: 'false',
        bucket: 'acme',
        region: 'eu-west-1',
      },
    ],
    [
      { module: 's3', bucket: 'acme', region: '', serviceurl: 'https://minio', sse: 'awskms', ssekey: 'k' },
      {
        module: 's3',
        serviceurl: 'https://minio',
        forcepathstyle: 'false',
        usehttp: 'false',
        bucket: 'acme',
        region: '',
        sse: 'awskms',
        ssekey: 'k',
      },
    ],
    [
      { module: 'googlecloud', bucket: 'acme' },
      { module: 'googlecloud', bucket: 'acme' },
    ],
    [
      { module: 'rackspace', private_container: 'a', public_container: '', region: 'IAD' },
      { module: 'rackspace', private_container: 'a', public_container: '', region: 'IAD' },
    ],
    [{ folderId: 77 }, { folderId: '77' }],
    [{ providerFolderId: 'box-1' }, { folderId: 'box-1' }],
  ])('writes %j', async (to, expected) => {
    const portal = await start({ providerFolders: ['box-1'] });
    expect((await post(portal, writtenByVendorPage({ to, ...form }))).status).toBe(200);
    const { json } = await callPortal(portal, { path: READ });
    expect(json).toMatchObject({
      response: { backupsStored: 7, cronParams: { period: 1, day: 2, hour: 22 } },
    });
    expect(portal.schedule?.storageParams).toEqual(expected);
    const posted = portal.schedule;
    portal.setSchedule(writtenByVendorPage({ to, ...form, lastBackupTime: START }));
    expect(portal.schedule).toEqual({ ...posted, lastBackupTime: START });
  });
});
