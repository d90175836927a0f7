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
  time = 1_800_000_000_000;
});

const take = (runId = 'run') =>
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
      time += LEASE_MS;
    },
  ],
])('that is %s is taken by one of many at once', async (_name, prepare) => {
  await prepare();
  const taken = await Promise.all(Array.from({ length: 10 }, () => take()));
  expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('is held by the same run, too, as long as nobody let it go: an event may be delivered twice at once', async () => {
  expect(await take('same')).toBeDefined();
  expect(await take('same')).toBeUndefined();
});

test('is taken over when it has run out, and not a moment before', async () => {
  await take();
  time += LEASE_MS - 1;
  expect(await take()).toBeUndefined();
  time += 1;
  expect(await take()).toBeDefined();
});

test('that was taken over is not let go by its first holder', async () => {
  const first = await take();
  time += LEASE_MS;
  const second = await take();
  await first?.release();
  expect(await take()).toBeUndefined();
  await second?.release();
  expect(await take()).toBeDefined();
});

test('is one object, made once and never deleted', async () => {
  for (let run = 0; run < 3; run++) await (await take())?.release();
  const key = `reports/p${policy}/lease.json`;
  expect(aws.s3.bucket('policies').versions(key)).toHaveLength(6);
  expect(aws.calls.count({ operation: 'DeleteObject' })).toBe(0);
});
