import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { s3Notification } from '../../../local/aws/object-events.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const TEAMS = JSON.stringify({ red: 'docspace/red/', blue: 'docspace/blue/' });

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
beforeAll(async () => {
  const portals = ['acme', 'globex', 'initech', 'red-acme', 'blue-acme'];
  world = await deploy(
    portals.map((name) => ({ name })),
    { TEAMS, KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const written = (portal: string) => world.fleet.portal(portal).schedule?.backupsStored;
const codes = (policy: string) =>
  Object.fromEntries(
    world.report(policy).policies[0].portals.map(({ portal, error }) => [portal, error?.code ?? null]),
  );

const warned = (policy: string) =>
  world
    .report(policy)
    .policies[0].portals.filter(({ warnings }) => warnings.some(({ code }) => code === 'CONFLICT'))
    .map(({ portal }) => portal);
const governedSince = (policy: string, name: string) =>
  world.report(policy).policies[0].portals.find(({ portal }) => portal === name)?.governedSince;

const beginAgain = () => world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));

/** `a` has acme and globex, then `b` names globex, too. */
async function beginConflict() {
  await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
  world.fleet.requests.clear();
  return world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));
}

describe('a portal that a second policy names', () => {
  test('stays with the first one; the second one gets no request to it, and both tell of it', async () => {
    expect((await beginConflict()).result).toMatchObject({
      ok: false,
      policies: 2,
      totals: { portals: 4, skipped: 1, create: 1, none: 2 },
    });
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(world.report('a')).toMatchObject({ ok: true, trigger: { kind: 'conflict' } });
    expect(warned('a')).toEqual(['globex']);
    const [newcomer] = world.report('b').policies[0].portals;
    expect(newcomer).toMatchObject({ action: null, status: 'skipped', held: true, requests: 0 });
    expect(newcomer?.error?.message).toBe(
      'named by 2 policies ("b", "a"); "a" governs it, and keeps it: keep it in one of them',
    );
    expect(newcomer?.governedSince).toBeUndefined();
    expect(world.fleet.requests.entries.filter(({ portal }) => portal === 'globex')).toHaveLength(1);
    expect(written('globex')).toBe(5);
    expect(written('initech')).toBe(6);
  });

  test('is still looked after by the first one, at ticks and when its text changes', async () => {
    await beginConflict();
    world.fleet.portal('globex').setSchedule(undefined);
    await world.tick();
    expect(written('globex')).toBe(5);
    expect(warned('a')).toEqual(['globex']);
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 4));
    expect(written('globex')).toBe(4);
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
  });

  test('stays with the first one while it can not be read, and while its text is broken', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.fleet.portal('globex').fault = { kind: 'status', status: 404 };
    await world.tick();
    await world.upload('policies/a.yaml', 'portals: [');
    await world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    world.fleet.portal('globex').fault = undefined;
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 4));
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(written('globex')).toBe(4);
  });

  test('is not the first one’s that never reached it: then it is nobody’s', async () => {
    world.aws.secrets.remove('docspace/portals/globex');
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    expect(codes('a')).toEqual({ acme: null, globex: 'KEY_NOT_FOUND' });
    await beginAgain();
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(world.fleet.requests.entries.filter(({ portal }) => portal === 'globex')).toEqual([]);
  });

  test('goes to the second one with the first one’s file, and stays there when that comes again', async () => {
    await beginConflict();
    await world.fn.invoke(world.remove('policies/a.yaml'));
    expect(codes('b')).toEqual({ globex: null, initech: null });
    expect(written('globex')).toBe(6);
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    expect(codes('b')).toEqual({ globex: null, initech: null });
    expect(written('globex')).toBe(6);
  });

  test('goes with its policy when that gets another name, whichever of both events comes first', async () => {
    const text = policyText(['acme', 'globex'], 5);
    await world.upload('policies/a.yaml', text);
    await world.upload('policies/eu/a.yaml', text);
    expect(codes('eu/a')).toEqual({ acme: 'CONFLICT', globex: 'CONFLICT' });
    await world.fn.invoke(world.remove('policies/a.yaml'));
    expect(codes('eu/a')).toEqual({ acme: null, globex: null });
    const removal = world.remove('policies/eu/a.yaml');
    await world.upload('policies/us/a.yaml', text);
    await world.fn.invoke(removal);
    expect(codes('us/a')).toEqual({ acme: null, globex: null });
    expect(world.report('eu/a').policies[0]).toMatchObject({ gone: true });
  });

  test('stays with the first one, though its newest report is lost', async () => {
    await beginConflict();
    const since = governedSince('a', 'globex');
    world.aws.s3.remove(BUCKET, 'reports/a/latest.json');
    await world.tick();
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(governedSince('a', 'globex')).toBe(since);
  });

  test('is nobody’s where all that is known of the first one is lost', async () => {
    await beginConflict();
    world.aws.s3.remove(BUCKET, 'reports/a/latest.json');
    world.aws.s3.remove(BUCKET, 'reports/a/claims.json');
    world.fleet.requests.clear();
    await world.tick();
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(world.fleet.requests.entries.filter(({ portal }) => portal === 'globex')).toEqual([]);
  });

  test('is told of by the first one’s own run, if the second one comes while that is under way', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    const held = world.hold({ service: 'secretsmanager', key: 'docspace/portals/globex' });
    const run = world.upload('policies/a.yaml', policyText(['acme', 'globex'], 4));
    await held.arrived;
    await beginAgain();
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    held.letGo();
    expect((await run).result).toMatchObject({ ok: true, policies: 1 });
    expect(warned('a')).toEqual(['globex']);
    expect(written('globex')).toBe(4);
  });

  test('is, of two that both governed it, that one’s who began first', async () => {
    await world.upload('policies/a.yaml', policyText(['acme', 'globex'], 5));
    await world.upload('policies/b.yaml', policyText(['initech'], 6));
    // `a` lets go and takes up again while nobody looks; meanwhile `b` has taken it.
    world.put('policies/a.yaml', policyText(['acme'], 5));
    await world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));
    expect(written('globex')).toBe(6);
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    await world.tick();
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(written('globex')).toBe(5);
  });
});

describe('two policies that name the same new portal', () => {
  /** Neither of them has ever reached it. */
  async function beginConflict() {
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    return world.upload('policies/b.yaml', policyText(['globex', 'initech'], 6));
  }

  test.each([
    ['the other one lets go', () => world.upload('policies/b.yaml', policyText(['initech'], 6)), 5],
    ['the other one is deleted', () => world.fn.invoke(world.remove('policies/b.yaml')), 5],
    ['the first one lets go', () => world.upload('policies/a.yaml', policyText(['acme'], 5)), 6],
  ])('are both set going again when %s', async (_name, end, copies) => {
    await beginConflict();
    world.fleet.portal('globex').setSchedule(undefined);
    expect((await end()).result).toMatchObject({ ok: true });
    expect(written('globex')).toBe(copies);
    expect(codes('a')).not.toMatchObject({ globex: 'CONFLICT' });
  });

  test('that come in one event are both told, without a second round over either', async () => {
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.put('policies/b.yaml', policyText(['globex', 'initech'], 6));
    await world.fn.invoke(s3Notification(world.changes));
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    expect(codes('b')).toEqual({ globex: 'CONFLICT', initech: null });
    expect(world.fleet.requests.counts).toMatchObject({ all: 8, write: 2 });
  });

  test('are both told by a tick, too', async () => {
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    world.put('policies/b.yaml', policyText(['globex', 'initech'], 6));
    expect((await world.tick()).result).toMatchObject({ ok: false, totals: { skipped: 2, create: 2 } });
    expect(world.fleet.portal('globex').counts.all).toBe(0);
  });

  test('an event whose follow-up failed sets the other one going when it comes again', async () => {
    await beginConflict();
    world.fleet.portal('globex').setSchedule(undefined);
    const event = world.put('policies/b.yaml', policyText(['initech'], 6));
    // The run over `b` ends well; that over `a`, which it sets going, can't take its lease.
    world.aws.faults.add({
      service: 's3',
      operation: 'PutObject',
      key: 'reports/a/lease.json',
      status: 500,
      code: 'InternalError',
      times: 3,
    });
    expect((await world.fn.invoke(event, SAME_RUN)).errorType).toBe('InternalError');
    expect(written('globex')).toBeUndefined();
    expect((await world.fn.invoke(event, SAME_RUN)).errorType).toBeUndefined();
    expect(written('globex')).toBe(5);
  });

  test('a deletion whose follow-up failed sets the other one going when it comes again', async () => {
    await beginConflict();
    world.fleet.portal('globex').setSchedule(undefined);
    const event = world.remove('policies/b.yaml');
    world.aws.faults.add({
      service: 's3',
      operation: 'PutObject',
      key: 'reports/a/lease.json',
      status: 503,
      code: 'SlowDown',
      times: 3,
    });
    expect((await world.fn.invoke(event)).errorType).toBe('SlowDown');
    expect((await world.fn.invoke(event)).errorType).toBeUndefined();
    expect(written('globex')).toBe(5);
  });

  test('conflict, too, where the text changes between the look at the others and the reading', async () => {
    await world.upload('policies/b.yaml', policyText(['globex'], 6));
    world.fleet.requests.clear();
    const held = world.hold({ service: 's3', operation: 'GetObject', key: 'policies/a.yaml' });
    const run = world.upload('policies/a.yaml', policyText(['acme'], 5));
    await held.arrived;
    world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    held.letGo();
    expect((await run).result).toMatchObject({ ok: false });
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    // That of `b`, which governs it, and was set going to tell of the conflict.
    const requests = world.fleet.requests.entries.filter(({ portal }) => portal === 'globex');
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
    expect(warned('b')).toEqual(['globex']);
    expect(written('globex')).toBe(6);
  });

  test('a retry does not keep a conflict that is over', async () => {
    world.put('policies/b.yaml', policyText(['globex'], 6));
    const event = world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    await world.fn.invoke(event);
    expect(codes('a')).toEqual({ acme: null, globex: 'CONFLICT' });
    world.remove('policies/b.yaml'); // and its event is late
    await world.fn.invoke(event);
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(written('globex')).toBe(5);
  });

  test('a retry does not keep a portal that came into a conflict', async () => {
    const event = world.put('policies/a.yaml', policyText(['acme', 'globex'], 5));
    await world.fn.invoke(event);
    world.put('policies/b.yaml', policyText(['globex'], 6)); // and its event is late
    await world.fn.invoke(event);
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(warned('a')).toEqual(['globex']);
  });

  test('a conflict that ends while a tick is at the policy is followed up by the tick', async () => {
    await beginConflict();
    world.fleet.portal('globex').setSchedule(undefined);
    // The oldest report comes first: `a` has its turn, then the run over `b` waits for a key.
    await world.upload('policies/b.yaml', policyText(['globex', 'initech'], 8));
    const held = world.hold({ service: 'secretsmanager', key: 'docspace/portals/initech' });
    const tick = world.tick();
    await held.arrived;
    const { result } = await world.upload('policies/b.yaml', policyText(['initech'], 8));
    expect(result).toMatchObject({ ok: true, policies: 0 });
    expect(written('globex')).toBeUndefined();
    held.letGo();
    expect((await tick).result).toMatchObject({ ok: true });
    expect(codes('a')).toEqual({ acme: null, globex: null });
    expect(written('globex')).toBe(5);
  });
});

describe('teams', () => {
  function putTeamSecrets() {
    const keys = world.fleet.keys();
    world.aws.secrets.put('docspace/red/acme', JSON.stringify(keys['red-acme']));
    world.aws.secrets.put('docspace/blue/acme', JSON.stringify(keys['blue-acme']));
  }

  test('may name the same portal, and each reaches the secrets of its own prefix alone', async () => {
    putTeamSecrets();
    const policies = { 'red/fleet': 5, 'blue/x/y': 6, fleet: 7 };
    for (const [policy, copies] of Object.entries(policies)) {
      const { result } = await world.upload(`policies/${policy}.yaml`, policyText(['acme'], copies));
      expect(result).toMatchObject({ ok: true });
    }
    expect((await world.tick()).result).toMatchObject({ ok: true, policies: 3, totals: { none: 3 } });
    expect(['red-acme', 'blue-acme', 'acme'].map(written)).toEqual([5, 6, 7]);
    const asked = world.aws.calls.all.flatMap(({ secretIds = [] }) => secretIds);
    expect(new Set(asked)).toEqual(
      new Set(['docspace/red/acme', 'docspace/blue/acme', 'docspace/portals/acme']),
    );
  });

  test('conflict among themselves', async () => {
    putTeamSecrets();
    await world.upload('policies/red/one.yaml', policyText(['acme'], 5));
    await world.upload('policies/red/two.yaml', policyText(['acme'], 6));
    expect(codes('red/one')).toEqual({ acme: null });
    expect(warned('red/one')).toEqual(['acme']);
    expect(codes('red/two')).toEqual({ acme: 'CONFLICT' });
  });

  test.each([
    'policies/red.yaml',
    'policies/reds/fleet.yaml',
    'policies/x/red/fleet.yaml',
    'policies/constructor/fleet.yaml',
  ])('have no part in %s', async (key) => {
    putTeamSecrets();
    await world.upload(key, policyText(['acme'], 7));
    const asked = world.aws.calls.all.flatMap(({ secretIds = [] }) => secretIds);
    expect(asked).toEqual(['docspace/portals/acme']);
  });
});
