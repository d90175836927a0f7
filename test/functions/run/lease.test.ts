import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPolicyBucket } from '../../../functions/aws/policy-bucket.ts';
import type { PolicyBucket } from '../../../functions/model/ports/policy-bucket.ts';
import { takeLease } from '../../../functions/run/lease.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients } from '../../local/aws/aws-clients.ts';

const LEASE_MS = 960_000;

let aws: LocalAws;
let clients: AwsClients;
let bucket: PolicyBucket;
let policy = 0;
let time: number;
let tokens = 0;

beforeAll(async () => {
  aws = await startAws();
  aws.s3.createBucket('policies', { versioning: true });
  clients = openClients(aws.url);
  bucket = openPolicyBucket('policies', async () => clients.s3);
});
afterAll(async () => {
  clients.destroy();
  await aws.close();
});
beforeEach(() => {
  policy++;
  time = Date.now();
});

const key = () => `reports/p${policy}/lease.json`;
let runs = 0;

/** As if it had been held for so long: the bucket tells, not the lease. */
function letRunOut(): void {
  const lease = aws.s3.bucket('policies').current(key());
  if (lease) Object.assign(lease, { lastModified: lease.lastModified - LEASE_MS - 1000 });
}

const take = (runId = `run ${++runs}`) =>
  takeLease(`p${policy}`, {
    bucket,
    clock: { now: () => 0, date: () => new Date(time), sleep: async () => {} },
    runId,
    newToken: () => `token ${++tokens}`,
    leaseMs: LEASE_MS,
  });

test('is taken by one alone, and by the next when it was let go', async () => {
  const first = await take();
  expect(first).toBeDefined();
  expect(await take()).toBeUndefined();
  await first?.release();
  expect(await take()).toBeDefined();
});

test.each<[string, () => Promise<unknown>]>([
  ['new', async () => {}],
  ['free', async () => (await take())?.release()],
  [
    'run out',
    async () => {
      await take();
      letRunOut();
    },
  ],
])('that is %s is taken by one of many at once', async (_name, prepare) => {
  await prepare();
  const taken = await Promise.all(Array.from({ length: 10 }, () => take()));
  expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('is taken over by a retry of the run that held it, which then holds it no more', async () => {
  const died = await take('same');
  const retry = await take('same');
  expect(retry).toBeDefined();
  expect(await died?.isMine()).toBe(false);
  expect(await retry?.isMine()).toBe(true);
  expect(await take('another')).toBeUndefined();
});

test('is taken over when it has run out by the bucket’s clock, and not a moment before', async () => {
  await take('one');
  const { lastModified = 0 } = aws.s3.bucket('policies').current(key()) ?? {};
  time = Math.floor(lastModified / 1000) * 1000 + LEASE_MS - 1;
  expect(await take('two')).toBeUndefined();
  time += 1;
  expect(await take('two')).toBeDefined();
});

test('holds nobody off for longer, whatever its text says', async () => {
  const forged = { schema: 1, holder: 'x', token: 'y', until: '9999-01-01T00:00:00.000Z' };
  aws.s3.put('policies', key(), JSON.stringify(forged));
  expect(await take()).toBeUndefined();
  letRunOut();
  expect(await take()).toBeDefined();
});

test('that is no lease is nobody’s', async () => {
  aws.s3.put('policies', key(), 'nonsense');
  expect(await take()).toBeDefined();
});

test('that was taken over is not let go by its first holder', async () => {
  const first = await take();
  letRunOut();
  const second = await take();
  expect(await first?.release()).toBe(false);
  expect(await second?.isMine()).toBe(true);
  expect(await second?.release()).toBe(true);
  expect(await take()).toBeDefined();
});

test('is one object, made once and never deleted', async () => {
  for (let run = 0; run < 3; run++) await (await take())?.release();
  expect(aws.s3.bucket('policies').versions(key())).toHaveLength(6);
  expect(aws.calls.count({ operation: 'DeleteObject' })).toBe(0);
});
