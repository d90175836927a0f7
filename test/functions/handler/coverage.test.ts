import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

let world: Deployment;
const secret = { url: 'https://portal.onlyoffice.com', apiKey: 'sk-unused' };
const metrics = () => world.log().filter((line) => 'UngovernedKeys' in line);

beforeAll(async () => {
  world = await deploy([{ name: 'acme' }, { name: 'globex' }], {
    KEY_CACHE_SECONDS: '0',
    TEAMS: '{"red":"docspace/red/"}',
  });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

test('a tick tells of keys without a policy and of names without a key, each team by its own prefix', async () => {
  world.aws.secrets.put('docspace/red/acme', JSON.stringify(secret));
  world.aws.secrets.put('docspace/red/zorro', JSON.stringify(secret));
  world.aws.secrets.put('docspace/elsewhere/acme', JSON.stringify(secret));
  world.put('policies/fleet.yaml', policyText(['acme', 'nobody']));
  world.put('policies/red/fleet.yaml', policyText(['acme', 'unheard-of']));
  const { result } = await world.tick();
  for (const policy of ['fleet', 'red/fleet'])
    expect(world.report(policy).policies[0]).not.toHaveProperty('coverage');
  expect(metrics()).toMatchObject([{ UngovernedKeys: 2, PortalsWithoutKey: 2, NewUngovernedKeys: 0 }]);
  // It is measured after all policies: the reports of the next tick name it.
  await world.tick();
  const ungoverned = ['globex', 'red/zorro'];
  const withoutKey = ['nobody', 'red/unheard-of'];
  expect(result).toMatchObject({ coverage: { ungoverned: 2, withoutKey: 2 } });
  for (const policy of ['fleet', 'red/fleet'])
    expect(world.report(policy).policies[0].coverage).toEqual({
      measuredAt: expect.any(String),
      counts: { ungoverned: 2, withoutKey: 2 },
      ungoverned,
      withoutKey,
    });
});

test.each([
  ['nonsense', 'nonsense'],
  ['of another shape', '{"schema":1,"ungoverned":"all"}'],
  ['too big', JSON.stringify({ schema: 1, ungoverned: ['x'.repeat(5_000_000)] })],
])('a measurement that is %s is not named, and stops no run', async (_, text) => {
  world.aws.s3.put(BUCKET, 'reports/coverage.json', text);
  expect((await world.upload('policies/fleet.yaml', policyText(['acme']))).result).toMatchObject({
    ok: true,
  });
  expect(world.report('fleet').policies[0]).not.toHaveProperty('coverage');
});

test('comes after all policies, so what it costs keeps none of them waiting', async () => {
  world.put('policies/fleet.yaml', policyText(['acme']));
  await world.tick();
  const calls = world.aws.calls.all.map(({ operation, key = '' }) => `${operation} ${key}`);
  const last = calls.lastIndexOf('PutObject reports/fleet/latest.json');
  expect(last).toBeGreaterThan(0);
  // Each run lists them, too, for groups of keys.
  expect(calls.findLastIndex((call) => call.startsWith('ListSecrets'))).toBeGreaterThan(last);
});

test('ungoverned keys are new against the last measurement, once, and none is at the first', async () => {
  const told = async () => {
    world.fn.lines.length = 0;
    await world.tick();
    return metrics().map(({ UngovernedKeys, NewUngovernedKeys }) => [UngovernedKeys, NewUngovernedKeys]);
  };
  world.put('policies/fleet.yaml', policyText(['acme']));
  expect(await told()).toEqual([[1, 0]]);
  world.aws.secrets.put('docspace/portals/new', JSON.stringify(secret));
  world.aws.secrets.remove('docspace/portals/globex');
  expect(await told()).toEqual([[1, 1]]);
  expect(await told()).toEqual([[1, 0]]);
  world.aws.s3.put(BUCKET, 'reports/coverage.json', 'nonsense');
  expect(await told()).toEqual([[1, 0]]);
  expect(JSON.parse(world.aws.s3.text(BUCKET, 'reports/coverage.json') ?? '')).toMatchObject({
    schema: 1,
    ungoverned: ['new'],
  });
});

test('an upload does not look', async () => {
  const { result } = await world.upload('policies/fleet.yaml', policyText(['acme']));
  expect(result).not.toHaveProperty('coverage');
  expect(world.report('fleet').policies[0].coverage).toBeUndefined();
  // For groups of keys alone.
  expect(world.calls('ListSecrets')).toBe(1);
  expect(world.aws.s3.text(BUCKET, 'reports/coverage.json')).toBeUndefined();
  expect(metrics()).toEqual([]);
});

test('a group of keys is no ungoverned key: its portals are, unless they are named or selected', async () => {
  const group = { initech: secret, hooli: secret };
  world.aws.secrets.put('docspace/portals/groups/eu', JSON.stringify(group));
  world.aws.secrets.put('docspace/red/groups/all', JSON.stringify({ zorro: secret }));
  world.put('policies/fleet.yaml', policyText(['acme', 'globex', 'initech']));
  world.put('policies/red/fleet.yaml', policyText(['acme']));
  const { result } = await world.tick();
  expect(result).toMatchObject({ coverage: { ungoverned: 2, withoutKey: 1 } });
  expect(JSON.parse(world.aws.s3.text(BUCKET, 'reports/coverage.json') ?? '')).toMatchObject({
    ungoverned: ['hooli', 'red/zorro'],
  });
  const selecting = policyText([]).replace(/^portals:.*/m, 'select: [{ match: "hoo*" }]');
  world.put('policies/selecting.yaml', selecting);
  await world.tick();
  expect(JSON.parse(world.aws.s3.text(BUCKET, 'reports/coverage.json') ?? '')).toMatchObject({
    ungoverned: ['red/zorro'],
  });
});

test('secrets that can not be listed do not stop the tick, and nothing is told that is not known', async () => {
  await world.upload('policies/fleet.yaml', policyText(['acme']));
  world.fleet.portal('acme').setSchedule(undefined);
  world.aws.faults.add({
    service: 'secretsmanager',
    operation: 'ListSecrets',
    times: Number.POSITIVE_INFINITY,
    status: 400,
    code: 'AccessDeniedException',
  });
  const { result } = await world.tick();
  expect(result).not.toHaveProperty('coverage');
  expect(result).toMatchObject({ totals: { create: 1 } });
  expect(metrics()).toEqual([]);
  expect(world.log()).toContainEqual(
    expect.objectContaining({ level: 'WARN', message: expect.stringContaining('coverage is not known') }),
  );
});
