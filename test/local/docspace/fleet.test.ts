import { Agent, request as httpRequest } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { bearer, callPortal, DELETE, daily, post, READ, SELF, WRITE } from './call-portal.ts';
import { LOOPBACK_CERTIFICATE } from './loopback-certificate.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const now = () => NOW;
let fleet: Fleet;
afterEach(() => fleet?.close());

describe('a port for each portal', () => {
  it('on 127.0.0.1 alone, with the keys of a key file', async () => {
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex', apiKey: 'old-token' }]);
    const { acme, globex } = fleet.keys();
    expect(acme?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(acme?.apiKey).toMatch(/^sk-[0-9a-f]{64}$/);
    expect(globex?.apiKey).toBe('old-token');
    expect(globex?.url).not.toBe(acme?.url);
  });

  it('keeps the keys of one from working at the other', async () => {
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }]);
    const headers = bearer(fleet.portal('acme'));
    expect((await callPortal(fleet.portal('globex'), { path: READ, headers })).status).toBe(401);
  });

  it('on ::1 if told so', async () => {
    fleet = await startFleet([{ name: 'acme' }], { address: '::1' });
    expect(fleet.portal('acme').url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await callPortal(fleet.portal('acme'), { path: READ })).status).toBe(200);
  });
});

describe('one port for all', () => {
  it('tells portals apart by their keys', async () => {
    const setups = Array.from({ length: 500 }, (_, index) => ({ name: `p${index}` }));
    fleet = await startFleet(setups, { sharedPort: true, now });
    expect(new Set(fleet.portals.map(({ url }) => url)).size).toBe(1);
    await post(fleet.portal('p7'), daily(22));
    expect(fleet.portals.filter(({ schedule }) => schedule).map(({ name }) => name)).toEqual(['p7']);
    expect((await callPortal(fleet.portal('p7'), { path: READ, headers: {} })).status).toBe(401);
  });

  it('can give each portal an address of its own', async () => {
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }], {
      sharedPort: true,
      ownAddresses: true,
    });
    const origins = fleet.portals.map(({ url }) => new URL(url).origin);
    expect(new Set(origins).size).toBe(2);
    for (const portal of fleet.portals) expect((await callPortal(portal, { path: READ })).status).toBe(200);
  });

  it('finds a key that came later, and refuses the one that went', async () => {
    fleet = await startFleet([{ name: 'acme' }], { sharedPort: true });
    const portal = fleet.portal('acme');
    const before = bearer(portal);
    portal.keys = [{ key: 'sk-new' }];
    expect((await callPortal(portal, { path: READ })).status).toBe(200);
    expect((await callPortal(portal, { path: READ, headers: before })).status).toBe(401);
  });

  it('over TLS by the first label of Host, else by key', async () => {
    const options = { sharedPort: true, tls: LOOPBACK_CERTIFICATE };
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }], options);
    const [acme, globex] = [fleet.portal('acme'), fleet.portal('globex')];
    expect(acme.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    expect((await callPortal(acme, { path: READ })).status).toBe(200);
    const host = 'globex.docspace.localhost';
    expect((await callPortal(acme, { path: READ, headers: { host, ...bearer(acme) } })).status).toBe(401);
    expect((await callPortal(acme, { path: READ, headers: { host, ...bearer(globex) } })).status).toBe(200);
  });

  it('gives portals the host names it is told', async () => {
    const hostOf = (name: string) => `${name}.docspace.localhost`;
    fleet = await startFleet([{ name: 'acme' }], { sharedPort: true, tls: LOOPBACK_CERTIFICATE, hostOf });
    expect(fleet.keys().acme?.url).toMatch(/^https:\/\/acme\.docspace\.localhost:\d+$/);
  });
});

describe('what portals share', () => {
  it('folder ids are one sequence, each good in one portal', async () => {
    fleet = await startFleet([{ name: 'acme', folderId: 1004 }, { name: 'globex' }, { name: 'initech' }]);
    const ids = fleet.portals.flatMap(({ folderIds }) => Object.values(folderIds));
    expect(new Set(ids).size).toBe(9);
    for (const owner of fleet.portals)
      for (const portal of fleet.portals) {
        const storageParams = [{ key: 'folderId', value: owner.folderIds.documents }];
        const { status } = await post(portal, { storageParams, cronParams: { hour: 22 } });
        expect(status).toBe(owner === portal ? 200 : 404);
      }
  });

  it('the dump belongs to the server, apart from the schedules of its portals', async () => {
    const server = { server: 'one', standalone: true };
    fleet = await startFleet(
      [
        { name: 'acme', ...server },
        { name: 'globex', ...server },
        { name: 'other', standalone: true },
      ],
      { now },
    );
    const count = async (name: string, query: string) =>
      ((await callPortal(fleet.portal(name), { path: READ + query })).json as { count: number }).count;
    await post(fleet.portal('acme'), daily(9, { dump: true }));
    fleet.runScheduler();
    expect(fleet.server('one').dump.backupsStarted).toHaveLength(1);
    expect(fleet.portal('acme').backupsStarted).toHaveLength(0);
    expect(await count('globex', '?Dump=true')).toBe(1);
    expect(await count('globex', '?dump=True')).toBe(1);
    expect(await count('acme', '')).toBe(0);
    expect(await count('acme', '?Dump=false')).toBe(0);
    expect(await count('other', '?Dump=true')).toBe(0);
    await callPortal(fleet.portal('globex'), { method: 'DELETE', path: DELETE });
    expect(await count('acme', '?Dump=true')).toBe(1);
    await callPortal(fleet.portal('globex'), { method: 'DELETE', path: `${DELETE}?Dump=true` });
    expect(await count('acme', '?Dump=true')).toBe(0);
  });

  it('the dump runs by the hours of UTC, whatever portal posted it, active or not', async () => {
    const server = { server: 'one', standalone: true };
    fleet = await startFleet([{ name: 'tokyo', timezone: 'Asia/Tokyo', ...server }], { startAt: NOW });
    await post(fleet.portal('tokyo'), daily(19, { dump: true })); // it is 19:00 there
    fleet.portal('tokyo').suspended = true;
    expect(fleet.nextEvent()).toEqual({ at: new Date('2026-11-23T19:00:00Z'), name: 'one', dump: true });
    expect(fleet.step().map(({ what }) => what)).toEqual(['started']);
    expect(fleet.server('one').dump.archives.map(({ fileName }) => fileName)).toEqual([
      'workspace_2026-11-23_19-00-00.tar.gz',
    ]);
  });

  it.each([
    ['name', [{ name: 'acme' }, { name: 'acme' }]],
    [
      'folder id',
      [
        { name: 'acme', folderId: 5 },
        { name: 'globex', folderId: 5 },
      ],
    ],
  ])('but never a %s', async (what, setups) => {
    await expect(startFleet(setups)).rejects.toThrow(`the same ${what}`);
  });
});

describe('what a fleet counts', () => {
  it('every request, with its connection', async () => {
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }], { now });
    const [acme, globex] = [fleet.portal('acme'), fleet.portal('globex')];
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await callPortal(acme, { path: READ, agent });
    await callPortal(acme, { path: WRITE, method: 'POST', body: daily(24), agent });
    await callPortal(globex, { path: `${DELETE}?x=1`, method: 'DELETE', agent });
    await callPortal(globex, { path: SELF, agent });
    expect(fleet.requests.entries).toEqual([
      { portal: 'acme', method: 'GET', path: READ, connection: 1, at: NOW, status: 200 },
      {
        portal: 'acme',
        method: 'POST',
        path: WRITE,
        connection: 1,
        at: NOW,
        status: 500,
        body: JSON.stringify(daily(24)),
      },
      { portal: 'globex', method: 'DELETE', path: `${DELETE}?x=1`, connection: 2, at: NOW, status: 200 },
      { portal: 'globex', method: 'GET', path: SELF, connection: 2, at: NOW, status: 200 },
    ]);
    expect(fleet.requests.counts).toEqual({ all: 4, read: 1, write: 1, delete: 1, other: 1 });
    expect(fleet.requests.byPath('acme')).toEqual({ [`GET ${READ}`]: 1, [`POST ${WRITE}`]: 1 });
    expect(fleet.requests.byPath()).toMatchObject({ [`DELETE ${DELETE}`]: 1, [`GET ${SELF}`]: 1 });
    expect(acme.counts).toEqual({ all: 2, read: 1, write: 1, delete: 0, other: 0 });
    expect([fleet.connections, fleet.openSockets, fleet.maxOpenSockets]).toEqual([2, 2, 2]);
    agent.destroy();
  });

  it('counts alone, if told so', async () => {
    fleet = await startFleet([{ name: 'acme' }], { countsOnly: true });
    await callPortal(fleet.portal('acme'), { path: READ });
    expect(fleet.requests.entries).toEqual([]);
    expect(fleet.requests.counts.read).toBe(1);
    fleet.requests.clear();
    expect(fleet.requests.counts.read).toBe(0);
  });

  it('connections over TLS', async () => {
    fleet = await startFleet([{ name: 'acme' }], { tls: LOOPBACK_CERTIFICATE });
    const agent = new TlsAgent({ keepAlive: true, maxSockets: 1 });
    for (const _time of [1, 2]) await callPortal(fleet.portal('acme'), { path: READ, agent });
    expect(fleet.requests.entries.map(({ connection }) => connection)).toEqual([1, 1]);
    agent.destroy();
  });

  it('requests under way at the same time', async () => {
    fleet = await startFleet([{ name: 'acme', fault: { kind: 'hang' } }]);
    const calls = [1, 2, 3].map(() => callPortal(fleet.portal('acme'), { path: READ }));
    const settled = Promise.allSettled(calls);
    await until(() => fleet.requests.inFlight === 3);
    await fleet.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(fleet.requests.maxInFlight).toBe(3);
    expect(fleet.requests.inFlight).toBe(0);
  });
});

describe('limits of a key', () => {
  it('so many requests a minute', async () => {
    let time = NOW;
    const setup = {
      name: 'acme',
      limits: { requestsPerMinute: 2 },
      keys: [{ key: 'sk-1' }, { key: 'sk-2' }],
    };
    fleet = await startFleet([setup], { now: () => time });
    const portal = fleet.portal('acme');
    const read = (key = 'sk-1') =>
      callPortal(portal, { path: READ, headers: { authorization: `Bearer ${key}` } });
    await read();
    time = new Date(NOW.getTime() + 30_500);
    expect((await read()).status).toBe(200);
    const refused = await read();
    expect([refused.status, refused.text, refused.headers['retry-after']]).toEqual([429, '', undefined]);
    expect((await read('sk-2')).status).toBe(200);
    time = new Date(NOW.getTime() + 60_000); // a minute after the first, not after the second
    expect((await read()).status).toBe(200);
    expect((await read()).status).toBe(429);
  });

  it('so many writes a day', async () => {
    fleet = await startFleet([{ name: 'acme', limits: { writesPerDay: 1 } }], { now });
    const portal = fleet.portal('acme');
    expect((await post(portal, daily(22))).status).toBe(200);
    const refused = await post(portal, daily(22));
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '86400']);
    expect((await callPortal(portal, { path: DELETE, method: 'DELETE' })).status).toBe(200);
    expect((await callPortal(portal, { path: READ })).status).toBe(200);
  });

  it('so many reads at a time', async () => {
    const limits = { parallelReads: 1 };
    fleet = await startFleet([{ name: 'acme', limits, fault: { times: 1, kind: 'hang' } }], { now });
    const portal = fleet.portal('acme');
    const first = hangingRead();
    await until(() => fleet.requests.inFlight === 1);
    const second = await callPortal(portal, { path: READ });
    expect([second.status, second.headers['retry-after']]).toEqual([429, undefined]);
    expect((await post(portal, daily(22))).status).toBe(200);
    first.destroy();
    await until(() => fleet.requests.inFlight === 0);
    expect((await callPortal(portal, { path: READ })).status).toBe(200);
  });
});

it('ends at once, requests under way too', async () => {
  fleet = await startFleet([{ name: 'acme', fault: { kind: 'hang' } }]);
  const ended = new Promise<string>((resolve) => {
    hangingRead().on('error', (error) => resolve(error.message));
  });
  await until(() => fleet.requests.inFlight === 1);
  await fleet.close();
  expect(await ended).toBe('socket hang up');
  expect(fleet.openSockets).toBe(0);
  await expect(callPortal(fleet.portal('acme'), { path: READ })).rejects.toThrow('ECONNREFUSED');
});

function hangingRead() {
  const portal = fleet.portal('acme');
  const request = httpRequest(new URL(READ, portal.url), { headers: bearer(portal) });
  request.on('error', () => {});
  request.end();
  return request;
}

async function until(met: () => boolean) {
  while (!met()) await new Promise(setImmediate);
}
