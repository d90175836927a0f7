import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const LEASE = 'reports/fleet/lease.json';
const LATEST = 'reports/fleet/latest.json';
const ALL = Array.from({ length: 25 }, (_, index) => `p${index}`);

/** After this much of its time, a run of the deployment's limits reads no key any more. Milliseconds. */
const NO_KEYS_FROM = 60_000;

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    ALL.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

test('where Secrets Manager is down, the run fails before any portal is asked, and the next one does it', async () => {
  world.aws.faults.add({ service: 'secretsmanager', reset: true, times: 2 });
  const event = world.put(KEY, policyText(ALL, 5));
  expect(await world.fn.invoke(event)).toMatchObject({
    errorType: 'AwsUnavailableError',
    errorMessage: expect.stringMatching(/^AWS could not be reached/),
  });
  expect(world.report('fleet')).toMatchObject({ ok: false, error: { code: 'AWS_UNAVAILABLE' } });
  expect(world.report('fleet').policies[0].portals).toEqual([]);
  expect(world.fleet.requests.counts.all).toBe(0);
  expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, totals: { create: 25 } });
});

test('a write that meets another is tried again, and is no sign that somebody else was here', async () => {
  const conflict = {
    service: 's3',
    operation: 'PutObject',
    status: 409,
    code: 'ConditionalRequestConflict',
  } as const;
  world.aws.faults.add({ ...conflict, key: LEASE }, { ...conflict, key: LATEST });
  expect((await world.upload(KEY, policyText(['p0'], 5))).result).toMatchObject({ ok: true, policies: 1 });
  expect(world.aws.faults.pending()).toBe(0);
  expect(world.report('fleet')).toMatchObject({ ok: true });
});

describe('a call that never ends', () => {
  test('for keys leaves every portal accounted for', async () => {
    world.put(KEY, policyText(ALL, 5));
    world.aws.faults.add({ service: 'secretsmanager', hang: true, key: 'docspace/portals/p20', times: 9 });
    const { result } = await world.tick({ timeoutMs: NO_KEYS_FROM + 500 });
    expect(result).toMatchObject({ ok: false });
    const { portals } = world.report('fleet').policies[0];
    expect(portals.slice(20)).toMatchObject(
      ALL.slice(20).map((portal) => ({ portal, status: 'skipped', error: { code: 'INTERRUPTED' } })),
    );
  });

  test('for anything else ends with the time that the function has', async () => {
    world.aws.faults.add({ service: 's3', operation: 'ListObjectsV2', hang: true, times: 9 });
    const event = world.put(KEY, policyText(['p0'], 5));
    expect(await world.fn.invoke(event, { timeoutMs: 2_500 })).toEqual({
      errorType: 'AwsUnavailableError',
      errorMessage: 'no time was left to ask AWS',
    });
  });
});
