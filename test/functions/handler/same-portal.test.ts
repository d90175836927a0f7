import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';

let world: Deployment;
beforeEach(async () => {
  world = await deploy([{ name: 'acme' }, { name: 'globex' }], { KEY_CACHE_SECONDS: '0' });
});
afterEach(() => world.close());

function give(portal: string, of: string): void {
  const { url, apiKey } = world.fleet.keys()[of] ?? { url: '', apiKey: '' };
  world.aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify({ url: `${url}/`, apiKey }));
}
const codes = () =>
  Object.fromEntries(
    world.report('fleet').policies[0].portals.map(({ portal, error }) => [portal, error?.code ?? null]),
  );
const asked = (portal: string) => world.fleet.portal(portal).counts.all;

test('two names of one portal are a conflict of both, until one of them is gone', async () => {
  give('twin', 'acme');
  await world.upload(KEY, policyText(['acme', 'globex', 'twin']));
  expect(codes()).toEqual({ acme: 'CONFLICT', globex: null, twin: 'CONFLICT' });
  expect(world.report('fleet').policies[0].portals[0]?.error?.message).toContain('"twin"');
  await world.tick();
  expect(asked('acme')).toBe(0);
  await world.upload(KEY, policyText(['acme', 'globex']));
  expect(codes()).toEqual({ acme: null, globex: null });
});

test('a retry knows the names that are done, too', async () => {
  give('twin', 'acme');
  world.aws.secrets.setError('docspace/portals/twin', 'ThrottlingException');
  const event = world.put(KEY, policyText(['acme', 'twin']));
  await world.fn.invoke(event, { requestId: 'it' });
  expect(codes()).toEqual({ acme: null, twin: 'KEY_UNAVAILABLE' });
  const before = asked('acme');
  world.aws.secrets.setError('docspace/portals/twin', undefined);
  await world.fn.invoke(event, { requestId: 'it' });
  expect(codes()).toEqual({ acme: null, twin: 'CONFLICT' });
  expect(asked('acme')).toBe(before);
});

test('a key read afresh that leads to the portal of another name is not used', async () => {
  const key = JSON.stringify({ url: world.fleet.keys().acme?.url, apiKey: 'sk-old' });
  world.aws.secrets.put('docspace/portals/acme', key);
  const batch = world.hold({ service: 'secretsmanager', operation: 'GetSecretValue' });
  const run = world.upload(KEY, policyText(['acme', 'globex']));
  await batch.arrived;
  give('acme', 'globex');
  batch.letGo();
  await run;
  expect(codes()).toMatchObject({ acme: 'UNAUTHORIZED', globex: null });
  expect(world.fleet.portal('globex').counts.write).toBe(1);
});
