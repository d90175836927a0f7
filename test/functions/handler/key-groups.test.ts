import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const NAMES = ['acme', 'globex', 'initech'];

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    NAMES.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '300', TEAMS: '{"red":"docspace/red/","blue":"docspace/blue/"}' },
  );
});
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  for (const name of NAMES) world.aws.secrets.remove(`docspace/portals/${name}`);
  putGroup('eu', world.fleet.keys());
  world.aws.calls.clear();
});

const putGroup = (name: string, entries: object) =>
  world.aws.secrets.put(`docspace/portals/groups/${name}`, JSON.stringify(entries));

test('keys in a group are used as single ones are, and one that is twice is warned of', async () => {
  const { acme } = world.fleet.keys();
  world.aws.secrets.put('docspace/red/groups/eu', JSON.stringify(world.fleet.keys()));
  world.aws.secrets.put('docspace/red/acme', JSON.stringify(acme));
  const { result } = await world.upload('policies/red/fleet.yaml', policyText(NAMES));
  expect(result).toMatchObject({ ok: true, totals: { create: 3 } });
  const [first, ...others] = world.report('red/fleet').policies[0].portals;
  expect(first?.warnings).toContainEqual({ code: 'KEY_TWICE', message: expect.stringContaining('"eu"') });
  for (const { warnings } of others) expect(JSON.stringify(warnings)).not.toContain('KEY_TWICE');
});

test('a key that was rotated in its group is found in the same run, and kept for the next', async () => {
  await world.upload('policies/fleet.yaml', policyText(NAMES));
  for (const portal of world.fleet.portals)
    portal.keys = [{ ...portal.keys[0], key: `sk-${'b'.repeat(64)}` }];
  putGroup('eu', world.fleet.keys());
  world.aws.calls.clear();
  expect((await world.tick()).result).toMatchObject({ totals: { none: 3, failed: 0 } });
  expect(world.calls('GetSecretValue')).toBe(1);
  world.aws.calls.clear();
  expect((await world.tick()).result).toMatchObject({ totals: { none: 3 } });
  expect(world.calls('GetSecretValue')).toBe(0);
});

test('a broken group is told by name in the log, and hurts its own portals alone', async () => {
  const { acme, ...rest } = world.fleet.keys();
  world.aws.secrets.put('docspace/blue/groups/eu', JSON.stringify(rest));
  world.aws.secrets.put('docspace/blue/groups/broken', `{"acme": ${JSON.stringify(acme)}`);
  await world.upload('policies/blue/other.yaml', policyText(NAMES));
  const outcomes = world.report('blue/other').policies[0].portals;
  expect(outcomes.map(({ portal, error }) => [portal, error?.code])).toEqual([
    ['acme', 'KEY_MALFORMED'],
    ['globex', undefined],
    ['initech', undefined],
  ]);
  expect(world.log()).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      message: expect.stringContaining('the group "broken" of keys'),
    }),
  );
  expect(JSON.stringify(world.log())).not.toContain(acme?.apiKey);
});
