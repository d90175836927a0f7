import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const PREFIX = 'docspace/portals/';
let world: Deployment;

beforeAll(async () => {
  const portals = ['eu-1', 'eu-2', 'us-1'].map((name) => ({ name }));
  world = await deploy(portals, { KEY_CACHE_SECONDS: '0' });
});
beforeEach(() => {
  world.reset();
  world.aws.secrets.remove(`${PREFIX}eu-2`);
});
afterAll(() => world.close());

/** A policy that names some portals, and selects others. */
function selecting(selectors: string, named: readonly string[] = [], copies = 7): string {
  return policyText(named, copies).replace('portals:', `select: ${selectors}\nportals:`);
}
const EU = '[{ match: "eu-*" }]';
function storeKey(portal: string, tags: Record<string, string> = {}): void {
  const secret = world.aws.secrets.put(`${PREFIX}${portal}`, JSON.stringify(world.fleet.keys()[portal]));
  world.aws.secrets.tag(secret.name, tags);
}
const portalsOf = (policy: string) =>
  world.report(policy).policies[0].portals.map(({ portal, action, status }) => [portal, action, status]);
const isWritten = (portal: string) => world.fleet.portal(portal).counts.write;
function denyList(times: number): void {
  const [status, code] = [400, 'AccessDeniedException'];
  world.aws.faults.add({ service: 'secretsmanager', operation: 'ListSecrets', times, status, code });
}

describe('a policy that selects', () => {
  test('governs a key that is stored at the next tick, and its first report says by which line', async () => {
    await world.upload('policies/fleet.yaml', selecting(EU));
    expect(portalsOf('fleet')).toEqual([['eu-1', 'create', 'done']]);
    storeKey('eu-2');
    await world.tick();
    expect(portalsOf('fleet')).toEqual([
      ['eu-1', 'none', 'done'],
      ['eu-2', 'create', 'done'],
    ]);
    const [, second] = world.report('fleet').policies[0].portals;
    expect(second).toMatchObject({ selected: { line: 8 } });
    expect(isWritten('us-1')).toBe(0);
    const claims = JSON.parse(world.aws.s3.text(BUCKET, 'reports/fleet/claims.json') ?? '');
    expect(claims.select).toEqual({ selectors: [{ match: ['eu-*'], tags: {} }], portals: ['eu-1', 'eu-2'] });
    expect(Object.keys(claims.portals)).toEqual(['eu-1', 'eu-2']);
  });

  test('goes by tags', async () => {
    storeKey('eu-2', { tier: 'gold' });
    await world.upload(
      'policies/fleet.yaml',
      selecting('[{ match: "*", tags: { tier: gold }, mode: detect }]'),
    );
    expect(portalsOf('fleet')).toEqual([['eu-2', 'create', 'planned']]);
  });

  test('lets a portal go whose key is gone, tells it, and changes nothing there', async () => {
    storeKey('eu-2');
    await world.upload('policies/fleet.yaml', selecting(EU));
    const before = world.fleet.portal('eu-2').schedule;
    world.aws.secrets.remove(`${PREFIX}eu-2`);
    const requests = world.fleet.portal('eu-2').counts.all;
    await world.tick();
    expect(world.report('fleet').policies[0]).toMatchObject({ released: ['eu-2'], claims: ['eu-1'] });
    expect(world.fleet.portal('eu-2').schedule).toEqual(before);
    expect(world.fleet.portal('eu-2').counts.all).toBe(requests);
  });

  test('leaves what any policy names to that policy', async () => {
    await world.upload('policies/fleet.yaml', selecting(EU));
    await world.upload('policies/own.yaml', policyText(['eu-1'], 9));
    expect(portalsOf('own')).toEqual([['eu-1', 'update', 'done']]);
    await world.tick();
    expect(world.report('fleet').policies[0]).toMatchObject({ claims: [], released: ['eu-1'] });
    expect(isWritten('eu-1')).toBe(2);
  });

  test('conflicts with another that selects the same portal: who governs it keeps it, as one that names it', async () => {
    await world.upload('policies/fleet.yaml', selecting(EU));
    await world.upload('policies/other.yaml', selecting('[{ match: "*-1" }]', [], 9));
    const told = world.report('other').policies[0].portals.map(({ portal, error }) => [portal, error?.code]);
    expect(told).toEqual([
      ['eu-1', 'CONFLICT'],
      ['us-1', undefined],
    ]);
    expect(isWritten('eu-1')).toBe(1);
    await world.tick();
    const [kept] = world.report('fleet').policies[0].portals;
    expect(kept?.warnings.map(({ code }) => code)).toContain('CONFLICT');
  });

  test('two that select a new portal at once leave it alone, both', async () => {
    world.put('policies/a.yaml', selecting(EU, [], 5));
    world.put('policies/b.yaml', selecting('[{ match: eu-1 }]', [], 6));
    await world.tick();
    for (const policy of ['a', 'b'])
      expect(world.report(policy).policies[0].portals[0]?.error?.code).toBe('CONFLICT');
    expect(isWritten('eu-1')).toBe(0);
  });
});

describe('where the keys can not be listed', () => {
  test('nothing is let go, nothing is asked, the report says why; the next tick goes on', async () => {
    storeKey('eu-2');
    await world.upload('policies/fleet.yaml', selecting(EU, ['us-1']));
    const asked = world.fleet.portal('eu-1').counts.all;
    denyList(Number.POSITIVE_INFINITY);
    await world.tick();
    const report = world.report('fleet');
    expect(report).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
    expect(report.policies[0]).toMatchObject({ claims: ['us-1', 'eu-1', 'eu-2'], released: [] });
    expect(world.fleet.portal('eu-1').counts.all).toBe(asked);
    const claims = JSON.parse(world.aws.s3.text(BUCKET, 'reports/fleet/claims.json') ?? '');
    expect(claims.select.portals).toEqual(['eu-1', 'eu-2']);
    expect(Object.values(claims.portals)).toEqual([
      expect.any(String),
      expect.any(String),
      expect.any(String),
    ]);
    world.aws.faults.clear();
    await world.tick();
    expect(portalsOf('fleet')).toEqual([
      ['us-1', 'none', 'done'],
      ['eu-1', 'none', 'done'],
      ['eu-2', 'none', 'done'],
    ]);
  });

  test('a policy that names its portals goes on, and keeps off what the other has selected', async () => {
    await world.upload('policies/fleet.yaml', selecting(EU));
    world.put('policies/own.yaml', policyText(['us-1'], 9));
    denyList(Number.POSITIVE_INFINITY);
    await world.tick();
    expect(portalsOf('own')).toEqual([['us-1', 'create', 'done']]);
    expect(world.report('fleet').policies[0].claims).toEqual(['eu-1']);
  });

  test('an empty list is no list, where there were keys', async () => {
    await world.upload('policies/fleet.yaml', selecting(EU));
    for (const name of ['eu-1', 'us-1']) world.aws.secrets.remove(PREFIX + name);
    await world.tick();
    expect(world.report('fleet')).toMatchObject({
      error: { code: 'KEYS_UNREADABLE', message: expect.stringContaining('no key is listed') },
      policies: [{ released: [], claims: ['eu-1'] }],
    });
  });
});

test('a slip of the pen frees no selected portal, and ticks go on with the last valid text', async () => {
  await world.upload('policies/fleet.yaml', selecting(EU));
  await world.upload('policies/fleet.yaml', selecting('[{ mtch: "eu-*" }]'));
  expect(world.report('fleet').policies[0]).toMatchObject({ claims: ['eu-1'], released: [] });
  storeKey('eu-2');
  await world.upload('policies/other.yaml', selecting('[{ match: "eu-1" }]', [], 9));
  expect(world.report('other').policies[0].portals[0]?.error?.code).toBe('CONFLICT');
  await world.tick();
  expect(portalsOf('fleet')).toEqual([
    ['eu-1', 'none', 'done'],
    ['eu-2', 'create', 'done'],
  ]);
});

test('what selectors newly bring counts for the guards as what is named', async () => {
  const text = selecting('[{ match: "*" }]').replace('guard: {', 'guard: { maxChange: 1,');
  await world.upload('policies/fleet.yaml', text);
  const [policy] = world.report('fleet').policies;
  expect(policy.guard?.exceeded).toMatchObject([{ guard: 'maxChange', count: 2 }]);
  expect(Object.keys(policy.guard?.changes ?? {})).toEqual(['eu-1', 'us-1']);
  expect(isWritten('eu-1') + isWritten('us-1')).toBe(0);
  await world.upload('policies/fleet.yaml', `${text}approve: ${policy.guard?.digest}\n`);
  expect(portalsOf('fleet').map(([, , status]) => status)).toEqual(['done', 'done']);
});
