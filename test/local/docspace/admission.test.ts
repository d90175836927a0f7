import { afterEach, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { TENANT_STATUS, type TenantStatus } from '../../../local/docspace/tenant-status.ts';
import {
  COUNT,
  callPortal,
  DELETE,
  daily,
  HISTORY,
  post,
  QUOTA,
  READ,
  SELF,
  SERVICE_STATE,
  SETTINGS,
  STORAGES,
} from './call-portal.ts';

let fleet: Fleet;
afterEach(() => fleet?.close());

async function start(setup: Omit<PortalSetup, 'name'>) {
  fleet = await startFleet([{ name: 'acme', ...setup }]);
  return fleet.portal('acme');
}

const GETS = [READ, HISTORY, SELF, SETTINGS, STORAGES, SERVICE_STATE, COUNT, QUOTA];

/** What each of `GETS`, the POST and the DELETE are answered with. */
async function statuses(headers?: Record<string, string>): Promise<Record<string, number>> {
  const portal = fleet.portal('acme');
  const found: Record<string, number> = {};
  for (const path of GETS) {
    const { status } = await callPortal(portal, { path, ...(headers && { headers }) });
    found[path] = status;
  }
  found.POST = (await post(portal, daily(22), headers)).status;
  const remove = { path: DELETE, method: 'DELETE', ...(headers && { headers }) };
  found.DELETE = (await callPortal(portal, remove)).status;
  return found;
}

/** The same for all calls but these. */
function all(status: number, but: Record<string, number> = {}): Record<string, number> {
  const calls = [...GETS, 'POST', 'DELETE'].map((name) => [name, status]);
  return { ...Object.fromEntries(calls), ...but };
}

describe('a portal', () => {
  it.each<[string, Omit<PortalSetup, 'name'>, Record<string, number>]>([
    ['that is well', {}, all(200)],
    ['that is suspended', { status: 'suspended' }, all(404, { [SETTINGS]: 200 })],
    ['that is about to be removed', { status: 'removePending' }, all(404)],
    ['that is being transferred', { status: 'transfering' }, all(403, { [SETTINGS]: 200, [SELF]: 200 })],
    ['that is being restored', { status: 'restoring' }, all(403, { [SETTINGS]: 200, [SELF]: 200 })],
    ['that is being encrypted', { status: 'encryption' }, all(403, { [SETTINGS]: 200, [SELF]: 200 })],
    ['that migrates', { status: 'migrating' }, all(200)],
    [
      'that is not paid',
      { plan: 'unpaid' },
      all(402, { [SETTINGS]: 200, [SERVICE_STATE]: 200, [COUNT]: 200, [QUOTA]: 200 }),
    ],
    ['whose bill is overdue', { plan: 'overdue' }, all(200)],
    ['that keeps the caller’s address out', { ipRestricted: true }, all(403)],
    ['that is gone', { unknownHost: true }, all(500)],
    [
      'that is gone from a server of one’s own',
      { unknownHost: true, standalone: true },
      all(401, { [SETTINGS]: 200 }),
    ],
  ])('%s', async (_what, setup, expected) => {
    await start(setup);
    expect(await statuses()).toEqual(expected);
  });

  it.each(Object.entries(TENANT_STATUS).filter(([status]) => status !== 'removePending'))(
    'says that it is %s by %i',
    async (status, number) => {
      const portal = await start({ status: status as TenantStatus });
      const { json } = await callPortal(portal, { path: SETTINGS });
      expect(json).toMatchObject({ response: { tenantStatus: number } });
    },
  );

  it.each<[string, Omit<PortalSetup, 'name'>, string]>([
    ['that is suspended', { suspended: true }, ''],
    ['that is being restored', { status: 'restoring' }, ''],
    ['that is not paid', { plan: 'unpaid' }, ''],
    ['behind an IP restriction', { ipRestricted: true }, 'The access to the portal is restricted'],
    ['that is gone', { unknownHost: true }, 'Could not resolve current tenant :-(.'],
  ])('%s says no more than this', async (_what, setup, text) => {
    const { text: body, json } = await callPortal(await start(setup), { path: READ });
    expect(json ? (json as { error: { message: string } }).error.message : body).toBe(text);
  });

  it('that is gone answers an older token, and nobody, as if it knew no one', async () => {
    await start({ unknownHost: true, apiKey: 'old-token' });
    const gone = all(401, { [SETTINGS]: 404 });
    expect(await statuses({ cookie: 'asc_auth_key=old-token' })).toEqual(gone);
    expect(await statuses({})).toEqual(gone);
  });

  it('that is suspended still tells who has no key, and what a key may not do', async () => {
    const portal = await start({ suspended: true, keys: [{ key: 'sk-reader', permissions: ['*:read'] }] });
    expect((await callPortal(portal, { path: READ, headers: {} })).status).toBe(401);
    expect((await post(portal, daily(22))).status).toBe(403);
    expect((await callPortal(portal, { path: READ })).status).toBe(404);
  });
});

describe('a key', () => {
  it.each([
    ['of a member', { admin: false }, all(403, { [SELF]: 200, [SETTINGS]: 200, [QUOTA]: 200 })],
    ['for other things', { permissions: ['files:read'] }, all(403, { [SELF]: 200 })],
    ['that only reads', { permissions: ['*:read'] }, all(200, { POST: 403, DELETE: 403 })],
  ])('%s', async (_whose, key, expected) => {
    await start({ keys: [{ key: 'sk-1', ...key }] });
    expect(await statuses()).toEqual(expected);
  });
});
