import { afterEach, describe, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

let world: Deployment;
afterEach(() => world.close());

test('a process whose invocations are over ends by itself: nothing is left open', async () => {
  world = await deploy([{ name: 'acme' }, { name: 'globex', fault: { kind: 'status', status: 403 } }]);
  await world.upload('policies/fleet.yaml', policyText(['acme', 'globex'], 5));
  await world.tick();
  await world.fn.close();
  expect(world.fleet.openSockets).toBe(0);
});

describe('a function that is set up wrongly', () => {
  test('says all that is wrong, at every invocation, and asks nobody', async () => {
    world = await deploy([], { CONCURRENCY: '0', PAUSED: 'maybe', TEAMS: '[]' });
    for (let run = 0; run < 2; run++) {
      expect(await world.tick()).toEqual({
        errorType: 'SettingsError',
        errorMessage:
          'the settings are wrong: TEAMS must be a JSON object of team folders and secrets prefixes; CONCURRENCY must be a whole number from 1 up; PAUSED must be true or false',
      });
    }
    expect(world.aws.calls.count()).toBe(0);
  });
});

test('10,000 portals have a report that accounts for each, and a small result', async () => {
  const portals = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
  world = await deploy(
    portals.map((name) => ({ name })),
    {},
    { sharedPort: true },
  );
  const text = policyText(portals, 5).replace('version: 1', 'version: 1\nmode: detect');
  const { result } = await world.upload('policies/fleet.yaml', text);
  expect(result).toMatchObject({ ok: true, totals: { portals: 10_000, create: 10_000 } });
  expect(JSON.stringify(result).length).toBeLessThan(10_000);
  expect(world.calls('BatchGetSecretValue')).toBe(500);
  const [{ portals: outcomes, totals }] = world.report('fleet').policies;
  expect(outcomes.map(({ portal }) => portal)).toEqual(portals);
  expect(totals).toMatchObject({ portals: 10_000, create: 10_000 });
  expect(world.fleet.requests.counts).toMatchObject({ all: 20_000, read: 10_000 });
});
