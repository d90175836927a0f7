import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { callPortal, DELETE, daily, HISTORY, READ, SELF, SETTINGS, WRITE } from './call-portal.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const NEW = `sk-${'a'.repeat(64)}`;
const OLD = 'old+token/with=signs';
const JWT = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.c2ln`;
const keys = [
  { key: NEW },
  { key: OLD },
  { key: JWT },
  { key: 'sk-expired', expiresAt: NOW },
  { key: 'sk-lives', expiresAt: new Date(NOW.getTime() + 1000) },
  { key: 'sk-inactive', isActive: false },
  { key: 'sk-reader', permissions: ['*:read'] },
  { key: 'sk-writer', permissions: ['*:write'] },
  { key: 'sk-foreign', permissions: ['files:read', 'files:write'] },
  { key: 'sk-member', admin: false },
];
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet([{ name: 'acme', keys }], { now: () => NOW });
});
afterAll(() => fleet.close());

async function status(path: string, headers: Record<string, string>, method = 'GET', body?: unknown) {
  return (await callPortal(fleet.portal('acme'), { path, headers, method, body })).status;
}

describe('who may read a schedule', () => {
  it.each([
    ['nobody without credentials', {}, 401],
    ['a new key as Bearer', { authorization: `Bearer ${NEW}` }, 200],
    ['a new key not in the cookie', { cookie: `asc_auth_key=${NEW}` }, 401],
    ['a new key not bare in Authorization', { authorization: NEW }, 401],
    ['a new key not as Basic', { authorization: `Basic ${NEW}` }, 401],
    ['an older token in the cookie', { cookie: `asc_auth_key=${OLD}` }, 200],
    ['an older token percent-encoded', { cookie: `a=b; asc_auth_key=${encodeURIComponent(OLD)}; c=d` }, 200],
    ['an older token as Bearer', { authorization: `Bearer ${OLD}` }, 200],
    ['an older token bare in Authorization', { authorization: OLD }, 200],
    ['no cookie beside another Authorization', { authorization: 'x', cookie: `asc_auth_key=${OLD}` }, 401],
    ['no JWT that the server did not sign', { authorization: `Bearer ${JWT}` }, 401],
    ['no unknown key', { authorization: 'Bearer sk-unknown' }, 401],
    ['no broken percent-encoding', { cookie: 'asc_auth_key=%E0%A4%A' }, 401],
    ['no expired key', { authorization: 'Bearer sk-expired' }, 401],
    ['a key until it expires', { authorization: 'Bearer sk-lives' }, 200],
    ['no inactive key', { authorization: 'Bearer sk-inactive' }, 401],
    ['a read-only key', { authorization: 'Bearer sk-reader' }, 200],
    ['a key with the global write scope', { authorization: 'Bearer sk-writer' }, 200],
    ['no key with scopes for other things', { authorization: 'Bearer sk-foreign' }, 403],
    ['no key of a plain member', { authorization: 'Bearer sk-member' }, 403],
  ])('%s', async (_who, headers, expected) => {
    expect(await status(READ, headers)).toBe(expected);
  });
});

describe('who may do what', () => {
  it.each([
    ['sk-writer', 200, 200, 200],
    ['sk-reader', 403, 403, 200],
    ['sk-foreign', 403, 403, 403],
    ['sk-member', 403, 403, 403],
    ['sk-expired', 401, 401, 401],
  ])('%s: write %i, delete %i, history %i', async (key, write, remove, history) => {
    const headers = { authorization: `Bearer ${key}` };
    expect(await status(WRITE, headers, 'POST', daily(23))).toBe(write);
    expect(await status(DELETE, headers, 'DELETE')).toBe(remove);
    expect(await status(HISTORY, headers)).toBe(history);
  });

  it('asks for a key and its scopes before it looks at the body, and for rights after', async () => {
    const post = (key: string, body: unknown) =>
      status(WRITE, { authorization: `Bearer ${key}` }, 'POST', body);
    expect(await status(WRITE, {}, 'POST', 'no json')).toBe(401);
    expect(await post('sk-reader', { ...daily(23), backupsStored: 99 })).toBe(403);
    expect(await post('sk-member', { ...daily(23), backupsStored: 99 })).toBe(400);
    expect(await post('sk-member', daily(24))).toBe(403);
  });

  it('lets any live API key ask about itself, but no token in a cookie', async () => {
    expect(await status(SELF, { authorization: 'Bearer sk-foreign' })).toBe(200);
    expect(await status(SELF, { authorization: 'Bearer sk-inactive' })).toBe(401);
    expect(await status(SELF, { cookie: `asc_auth_key=${OLD}` })).toBe(400);
  });

  it('tells the time zone only to who has a key', async () => {
    const portal = fleet.portal('acme');
    const known = await callPortal(portal, { path: SETTINGS });
    const unknown = await callPortal(portal, { path: SETTINGS, headers: {} });
    expect(known.json).toMatchObject({ response: { timezone: 'UTC' } });
    expect(unknown.status).toBe(200);
    expect(unknown.json).not.toHaveProperty('response.timezone');
  });
});
