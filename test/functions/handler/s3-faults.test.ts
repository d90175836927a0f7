import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault, FaultEffect, FaultMatch } from '../../../local/aws/fault-queue.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const LATEST = 'reports/fleet/latest.json';
const LEASE = 'reports/fleet/lease.json';

let world: Deployment;
beforeAll(async () => {
  world = await deploy([{ name: 'acme' }]);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const written = () => world.fleet.portal('acme').schedule?.backupsStored;
const isLeaseFree = () => JSON.parse(world.aws.s3.text(BUCKET, LEASE) ?? '{}').until === null;

/** Lets so many calls by before it strikes. */
function later(passes: number, fault: Fault): void {
  const pass: FaultMatch = { service: fault.service };
  const { operation, key } = fault;
  const match = { ...pass, ...(operation && { operation }), ...(key && { key }) };
  if (passes > 0) world.aws.faults.add({ ...match, until: Promise.resolve(), times: passes });
  world.aws.faults.add(fault);
}

const CALLS: [name: string, match: FaultMatch, passes: number][] = [
  ['the list of policies', { service: 's3', operation: 'ListObjectsV2' }, 0],
  ['the policy', { service: 's3', operation: 'GetObject', key: KEY }, 0],
  ['the last report', { service: 's3', operation: 'GetObject', key: LATEST }, 0],
  ['the lease', { service: 's3', operation: 'PutObject', key: LEASE }, 0],
  ['the report', { service: 's3', operation: 'PutObject' }, 1],
  ['the newest report', { service: 's3', operation: 'PutObject', key: LATEST }, 0],
  ['letting go of the lease', { service: 's3', operation: 'PutObject', key: LEASE }, 1],
];

describe('S3 that fails now and then is no failure', () => {
  const EFFECTS: readonly FaultEffect[] = [{ status: 503, code: 'ServiceUnavailable' }, { reset: true }];

  test.each(CALLS)('at %s', async (_name, match, passes) => {
    for (const [run, effect] of EFFECTS.entries()) {
      later(passes, { ...match, ...effect });
      const copies = 5 + run;
      const { result } = await world.upload(KEY, policyText(['acme'], copies));
      expect(result).toMatchObject({ ok: true });
      expect(world.aws.faults.pending()).toBe(0);
      expect(written()).toBe(copies);
      expect(world.fleet.requests.counts.write).toBe(run + 1);
      expect(world.report('fleet')).toMatchObject({ ok: true });
      expect(isLeaseFree()).toBe(true);
    }
  });
});

describe('S3 that goes on failing fails the run, and the event comes again', () => {
  test.each(CALLS.slice(0, -1))('at %s', async (_name, match, passes) => {
    later(passes, { ...match, status: 500, code: 'InternalError', times: 2 });
    const event = world.put(KEY, policyText(['acme'], 5));
    expect(await world.fn.invoke(event)).toMatchObject({ errorType: 'InternalError' });
    expect(isLeaseFree()).toBe(match.key !== LEASE);

    expect(await world.fn.invoke(event)).toMatchObject({ result: { ok: true } });
    expect(written()).toBe(5);
    expect(world.fleet.requests.counts.write).toBe(1);
    expect(world.report('fleet').policies[0].portals).toHaveLength(1);
  });

  test('at letting go of the lease, though the report is stored', async () => {
    const match = { service: 's3', operation: 'PutObject', key: LEASE } as const;
    later(1, { ...match, status: 500, code: 'InternalError', times: 2 });
    expect(await world.upload(KEY, policyText(['acme'], 5))).toMatchObject({ errorType: 'InternalError' });
    expect(world.report('fleet')).toMatchObject({ ok: true });
  });

  test('and a failure to let go does not hide what went wrong before', async () => {
    world.aws.faults.add(
      { service: 's3', operation: 'GetObject', key: KEY, status: 403, code: 'AccessDenied' },
      { service: 's3', operation: 'PutObject', key: LEASE, until: Promise.resolve() },
      { service: 's3', operation: 'PutObject', key: LEASE, status: 500, code: 'InternalError', times: 2 },
    );
    expect(await world.upload(KEY, policyText(['acme'], 5))).toMatchObject({ errorType: 'AccessDenied' });
  });

  test('and a policy whose run failed does not stop the others of a tick', async () => {
    world.put('policies/a.yaml', policyText(['nobody']));
    world.put('policies/b.yaml', policyText(['acme'], 5));
    world.aws.faults.add({
      service: 's3',
      operation: 'PutObject',
      key: 'reports/a/latest.json',
      status: 403,
      code: 'AccessDenied',
    });
    expect(await world.tick()).toMatchObject({ errorType: 'AccessDenied' });
    expect(written()).toBe(5);
    expect(world.log()).toContainEqual(
      expect.objectContaining({
        message: 'the run failed',
        policy: 'a',
        error: { name: 'AccessDenied' },
        advice: expect.stringContaining('does not let the function in'),
      }),
    );
  });

  test('and a last report that can’t be read does not stop a tick from beginning', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    world.fleet.portal('acme').setSchedule(undefined);
    world.aws.faults.add({
      service: 's3',
      operation: 'GetObject',
      key: LATEST,
      status: 403,
      code: 'AccessDenied',
    });
    expect(await world.tick()).toMatchObject({ result: { ok: true } });
    expect(written()).toBe(5);
  });
});

describe('a write to S3 whose answer was lost is sent again by the SDK, and meets itself', () => {
  test.each([
    ['a new lease', LEASE, 0, 0],
    ['a lease taken over', LEASE, 1, 1],
    ['letting go of the lease', LEASE, 1, 0],
    ['the first newest report', LATEST, 0, 0],
    ['a newest report over an older one', LATEST, 0, 1],
  ])('%s', async (_name, key, passes, runsBefore) => {
    for (let run = 0; run < runsBefore; run++) await world.upload(KEY, policyText(['acme'], 4));
    later(passes, { service: 's3', operation: 'PutObject', key, reset: true, after: true });
    expect(await world.upload(KEY, policyText(['acme'], 5))).toMatchObject({
      result: { ok: true, policies: 1 },
    });
    expect(world.aws.faults.pending()).toBe(0);
    expect(isLeaseFree()).toBe(true);
    expect(await world.upload(KEY, policyText(['acme'], 6))).toMatchObject({
      result: { ok: true, policies: 1 },
    });
    expect(written()).toBe(6);
    expect(world.report('fleet').policies[0].portals[0]).toMatchObject({ status: 'done' });
  });
});

test('an older run never replaces a newer one’s report', async () => {
  const old = world.put(KEY, policyText(['acme'], 5));
  const held = world.hold({ service: 's3', operation: 'PutObject', key: LATEST });
  const older = world.fn.invoke(old);
  await held.arrived;
  // As if the older run had been at it for longer than a function may run.
  const lease = world.aws.s3.bucket(BUCKET).current(LEASE);
  Object.assign(lease ?? {}, { lastModified: Date.now() - 961_000 });
  await world.upload(KEY, policyText(['acme'], 6));
  held.letGo();
  expect(await older).toMatchObject({ errorType: 'LeaseLostError' });
  expect(written()).toBe(6);
  const [first, second] = world.changes.map(({ versionId }) => versionId);
  const versions = world.aws.s3.bucket(BUCKET).versions(LATEST);
  expect(versions.map(({ body }) => JSON.parse(`${body}`).policies[0].version)).not.toContain(first);
  expect(world.report('fleet').policies[0].version).toBe(second);
});

test('a newest report that is no report is replaced', async () => {
  await world.upload(KEY, policyText(['acme'], 5));
  for (const text of [
    '',
    'no JSON',
    '{}',
    '{"startedAt":"9999","policies":[]}',
    '{"startedAt":"9999","policies":[{}]}',
  ]) {
    world.aws.s3.put(BUCKET, LATEST, text);
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { none: 1 } });
    expect(world.report('fleet')).toMatchObject({ ok: true, policies: [{ policy: 'fleet' }] });
  }
});

test('a lease that is no lease is taken', async () => {
  for (const text of ['', 'no JSON', 'null', '{}', '{"holder":"me","until":"never"}', '{"until":12}']) {
    world.aws.s3.put(BUCKET, LEASE, text);
    expect((await world.upload(KEY, policyText(['acme'], 5))).result).toMatchObject({
      ok: true,
      policies: 1,
    });
  }
});

describe('a bucket that can not be used as it is deployed is told in words', () => {
  test.each([
    ['in another region', 301, 'PermanentRedirect', 'is in another region than the function'],
    ['in another region, by its signature', 400, 'AuthorizationHeaderMalformed', 'is in another region'],
    ['of another account', 403, 'AccessDenied', 'its policy must let in the role of the output RoleArn'],
    ['that is not there', 404, 'NoSuchBucket', 'look at existingBucket'],
  ])('%s', async (_name, status, code, words) => {
    world.aws.faults.add({ service: 's3', operation: 'ListObjectsV2', status, code, times: 3 });
    const answer = await world.tick();
    expect(answer).toMatchObject({
      errorType: code,
      errorMessage: expect.stringMatching(`^the bucket ${BUCKET} .*${words}`),
    });
  });
});
