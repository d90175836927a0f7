import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FaultMatch } from '../../../local/aws/fault-queue.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const LEASE = 'reports/fleet/lease.json';
const LATEST = 'reports/fleet/latest.json';
const PORTALS = ['acme', 'globex', 'initech'];

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    PORTALS.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0', CONCURRENCY: '1' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const written = () => PORTALS.map((portal) => world.fleet.portal(portal).schedule?.backupsStored);
const writes = () => PORTALS.map((portal) => world.fleet.portal(portal).counts.write);

/** The bucket tells how long a lease has been held, so what its text says does not matter. */
function putLease(heldMs: number): void {
  const text = { schema: 1, holder: 'another', token: 'its own', until: '2999-01-01T00:00:00.000Z' };
  const version = world.aws.s3.put(BUCKET, LEASE, JSON.stringify(text));
  Object.assign(version, { lastModified: version.lastModified - heldMs });
}

const letLeaseRunOut = () => putLease(961_000);
const holdLease = () => putLease(0);

/** The process is killed while this call is under way; `passes` calls of the kind go by before. */
async function crashAtCall(match: FaultMatch, passes: number): Promise<void> {
  if (passes > 0) world.aws.faults.add({ ...match, after: false, until: Promise.resolve(), times: passes });
  const held = world.hold(match);
  const run = world.upload(KEY, policyText(PORTALS, 5));
  await held.arrived;
  world.fn.kill();
  expect(await run).toMatchObject({ errorType: 'Runtime.ExitError' });
}

const PASS_READ: PortalFault = { kind: 'pass', on: 'read', times: 1 };

async function crashAtPortal(fault: PortalFault | PortalFault[], counts: object): Promise<void> {
  const portal = world.fleet.portal('globex');
  portal.fault = fault;
  const run = world.upload(KEY, policyText(PORTALS, 5));
  await vi.waitFor(() => expect(portal.counts).toMatchObject(counts), { timeout: 30_000 });
  world.fn.kill();
  await run;
}

async function expectTickToDoTheRest(): Promise<void> {
  letLeaseRunOut();
  expect((await world.tick()).result).toMatchObject({
    ok: true,
    policies: 1,
    totals: { portals: 3, failed: 0 },
  });
  expect(written()).toEqual([5, 5, 5]);
  expect(writes()).toEqual([1, 1, 1]);
  const { ok, policies } = world.report('fleet');
  expect(ok).toBe(true);
  expect(policies[0].portals.map(({ portal, status }) => [portal, status])).toEqual(
    PORTALS.map((portal) => [portal, 'done']),
  );
  expect(JSON.parse(world.aws.s3.text(BUCKET, LEASE) ?? '')).toMatchObject({ holder: null, until: null });
}

describe('after a crash the next tick makes every portal right and writes none twice', () => {
  const put = { service: 's3', operation: 'PutObject' } as const;
  const get = { service: 's3', operation: 'GetObject' } as const;
  test.each<[string, FaultMatch, number]>([
    ['before the lease is taken', { ...put, key: LEASE }, 0],
    ['after the lease is taken', { ...put, key: LEASE, after: true }, 0],
    ['at the list of policies', { service: 's3', operation: 'ListObjectsV2' }, 0],
    ['at the policy', { ...get, key: KEY }, 0],
    ['at the last report', { ...get, key: LATEST }, 0],
    ['at the keys', { service: 'secretsmanager' }, 0],
    ['before the report is stored', put, 1],
    ['after the report is stored', { ...put, after: true }, 1],
    ['before the newest report is stored', { ...put, key: LATEST }, 0],
    ['after the newest report is stored', { ...put, key: LATEST, after: true }, 0],
    ['at the look after the last write', { service: 's3', operation: 'ListObjectsV2' }, 1],
    ['before the lease is let go', { ...put, key: LEASE }, 1],
    ['after the lease is let go', { ...put, key: LEASE, after: true }, 1],
    ['at the very last look', { service: 's3', operation: 'ListObjectsV2' }, 2],
  ])('%s', async (_name, match, passes) => {
    await crashAtCall(match, passes);
    await expectTickToDoTheRest();
  });

  test.each<[string, PortalFault | PortalFault[], object]>([
    ['while a portal is read', { kind: 'hang', on: 'read', times: 1 }, { read: 1 }],
    ['while a portal is read back', [PASS_READ, { kind: 'hang', on: 'read', times: 1 }], { read: 2 }],
    [
      'after a portal was written, before it answers',
      { kind: 'hang', on: 'write', times: 1, works: true },
      { write: 1 },
    ],
  ])('%s', async (_name, fault, counts) => {
    await crashAtPortal(fault, counts);
    await expectTickToDoTheRest();
  });

  test('before a portal takes the write: then it is sent once more', async () => {
    await crashAtPortal({ kind: 'hang', on: 'write', times: 1 }, { write: 1 });
    letLeaseRunOut();
    expect((await world.tick()).result).toMatchObject({ ok: true });
    expect(written()).toEqual([5, 5, 5]);
    expect(writes()).toEqual([1, 2, 1]);
  });
});

describe('a policy that another run holds', () => {
  test('is left alone, by uploads and ticks, until the lease has run out', async () => {
    await crashAtCall({ service: 'secretsmanager' }, 0);
    expect((await world.tick()).result).toMatchObject({ ok: true, policies: 0 });
    expect((await world.upload(KEY, policyText(PORTALS, 5))).result).toMatchObject({ ok: true, policies: 0 });
    expect(world.fleet.requests.counts.all).toBe(0);
    expect(world.log()).toContainEqual(
      expect.objectContaining({ message: 'another run is at this policy', policy: 'fleet' }),
    );
    await expectTickToDoTheRest();
  });

  test('does not keep a tick from the others', async () => {
    holdLease();
    world.put(KEY, policyText(['acme'], 5));
    world.put('policies/other.yaml', policyText(['globex'], 6));
    expect((await world.tick()).result).toMatchObject({ ok: true, policies: 1 });
    expect(written()).toEqual([undefined, 6, undefined]);
  });

  test('has a lease that says who holds it, for the function’s time and a minute', async () => {
    const held = world.hold({ service: 'secretsmanager' });
    const before = Date.now();
    const run = world.upload(KEY, policyText(PORTALS, 5));
    await held.arrived;
    const lease = JSON.parse(world.aws.s3.text(BUCKET, LEASE) ?? '');
    held.letGo();
    await run;
    expect(lease.holder).toBe(world.report('fleet').trigger.run);
    const end = Date.parse(lease.until) - 960_000;
    expect(end).toBeGreaterThanOrEqual(before);
    expect(end).toBeLessThanOrEqual(Date.now());
  });
});

describe('what is uploaded while a run holds the policy is done by that run', () => {
  const list = { service: 's3', operation: 'ListObjectsV2' } as const;
  test.each<[string, FaultMatch, number]>([
    ['while it reads keys', { service: 'secretsmanager' }, 0],
    ['while it stores its report', { service: 's3', operation: 'PutObject', key: LATEST }, 0],
    ['while it looks once more', list, 1],
    ['after that look, while it lets go', { service: 's3', operation: 'PutObject', key: LEASE }, 1],
  ])('%s', async (_name, match, passes) => {
    if (passes > 0) world.aws.faults.add({ ...match, until: Promise.resolve(), times: passes });
    const held = world.hold(match);
    const holder = world.upload(KEY, policyText(PORTALS, 5));
    await held.arrived;
    const second = world.put(KEY, policyText(PORTALS, 6));
    expect((await world.fn.invoke(second)).result).toMatchObject({ ok: true, policies: 0 });
    held.letGo();
    expect((await holder).result).toMatchObject({ ok: true, policies: 1 });
    expect(written()).toEqual([6, 6, 6]);
    expect(world.report('fleet').policies[0].version).toBe(world.changes.at(-1)?.versionId);
  });

  test('but not after it let go: then the upload’s own run does it', async () => {
    const match = { service: 's3', operation: 'PutObject', key: LEASE } as const;
    world.aws.faults.add({ ...match, until: Promise.resolve() });
    const held = world.hold({ ...match, after: true });
    const holder = world.upload(KEY, policyText(PORTALS, 5));
    await held.arrived;
    expect((await world.upload(KEY, policyText(PORTALS, 6))).result).toMatchObject({ ok: true, policies: 1 });
    expect(written()).toEqual([6, 6, 6]);
    held.letGo();
    expect((await holder).result).toMatchObject({ ok: true });
    expect(writes()).toEqual([2, 2, 2]);
  });

  test('a deletion, too', async () => {
    const held = world.hold({ service: 's3', operation: 'PutObject', key: LATEST });
    const holder = world.upload(KEY, policyText(PORTALS, 5));
    await held.arrived;
    await world.fn.invoke(world.remove(KEY));
    held.letGo();
    await holder;
    expect(world.report('fleet').policies[0]).toMatchObject({ gone: true, released: PORTALS });
    expect(written()).toEqual([5, 5, 5]);
  });

  test('a portal that is left then makes the holder’s event come again', async () => {
    const held = world.hold({ service: 's3', operation: 'PutObject', key: LATEST });
    const event = world.put(KEY, policyText(['acme'], 5));
    const holder = world.fn.invoke(event, SAME_RUN);
    await held.arrived;
    world.fleet.portal('acme').fault = { kind: 'status', status: 503, headers: { 'retry-after': '3600' } };
    await world.upload(KEY, policyText(['acme'], 6));
    held.letGo();
    expect(await holder).toMatchObject({ errorType: 'PortalsLeftError' });
    world.fleet.portal('acme').fault = undefined;
    expect((await world.fn.invoke(event, SAME_RUN)).result).toMatchObject({ ok: true });
    expect(world.report('fleet').policies[0]).toMatchObject({ attempt: 2 });
    expect(written()[0]).toBe(6);
  });
});

describe('a policy that never settles', () => {
  test('has three rounds, then the run throws; the next one goes on', async () => {
    let copies = 5;
    const stop = world.aws.s3.onChange(({ key }) => {
      if (key === LATEST && copies < 15) world.put(KEY, policyText(['acme'], ++copies));
    });
    expect(await world.upload(KEY, policyText(['acme'], 5))).toEqual({
      errorType: 'PolicyUnsettledError',
      errorMessage: 'the policy "fleet" changed 3 times while it was applied',
    });
    stop();
    expect(written()[0]).toBe(7);
    expect(world.aws.s3.keys(BUCKET, 'reports/fleet/2')).toHaveLength(3);
    expect(JSON.parse(world.aws.s3.text(BUCKET, LEASE) ?? '')).toMatchObject({ holder: null });
    await world.tick();
    expect(written()[0]).toBe(8);
  });
});
