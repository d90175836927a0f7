import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPolicyBucket } from '../../../functions/aws/policy-bucket.ts';
import type { PolicyBucket } from '../../../functions/model/ports/policy-bucket.ts';
import { leaveWord, takeLease } from '../../../functions/run/lease.ts';
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

const take = (runId = `run ${++runs}`, letGo: string[] = []) =>
  takeLease(
    `p${policy}`,
    {
      bucket,
      clock: { now: () => 0, date: () => new Date(time), sleep: async () => {} },
      runId,
      newToken: () => `token ${++tokens}`,
      leaseMs: LEASE_MS,
    },
    letGo,
  );

test('is taken by one alone, and by the next when it was let go', async () => {
  const first = await take();
  expect(first).toBeDefined();
  expect(await take()).toBeUndefined();
  await first?.release(true);
  expect(await take()).toBeDefined();
});

test.each<[string, () => Promise<unknown>]>([
  ['new', async () => {}],
  ['free', async () => (await take())?.release(true)],
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
  expect(await first?.release(true)).toBe('lost');
  expect(await second?.isMine()).toBe(true);
  expect(await second?.release(true)).toBe('free');
  expect(await take()).toBeDefined();
});

test('is one object, made once and never deleted', async () => {
  for (let run = 0; run < 3; run++) await (await take())?.release(true);
  expect(aws.s3.bucket('policies').versions(key())).toHaveLength(6);
  expect(aws.calls.count({ operation: 'DeleteObject' })).toBe(0);
});

describe('word that is left in a lease', () => {
  const leave = (...portals: string[]) => leaveWord(`p${policy}`, portals, bucket);

  test('reaches the run that holds it when it lets go, once', async () => {
    const lease = await take();
    expect(await leave('acme')).toBe('held');
    expect(await leave('globex')).toBe('held');
    expect(await lease?.isMine()).toBe(true);
    expect(await lease?.release(true)).toBe('word');
    expect([...(lease?.letGo() ?? [])]).toEqual(['acme', 'globex']);
    expect(await take()).toBeUndefined();
    expect(await lease?.release(true)).toBe('free');
    expect((await take())?.letGo().size).toBe(0);
  });

  test('reaches the next run where nobody holds it, or who held it has died', async () => {
    expect(await leave('acme')).toBe('free');
    expect([...((await take('died'))?.letGo() ?? [])]).toEqual(['acme']);
    expect([...((await take('died'))?.letGo() ?? [])]).toEqual(['acme']);
    letRunOut();
    expect([...((await take())?.letGo() ?? [])]).toEqual(['acme']);
  });

  test('stays where a run lets go with its work undone', async () => {
    const lease = await take();
    await leave('acme');
    expect(await lease?.release(false)).toBe('free');
    expect([...((await take())?.letGo() ?? [])]).toEqual(['acme']);
  });

  test('is left by a run that would take it and finds it held', async () => {
    const lease = await take();
    expect(await take('other', ['acme'])).toBeUndefined();
    expect(await lease?.release(true)).toBe('word');
  });

  test('does not make it last longer', async () => {
    await take();
    letRunOut();
    await leave('acme');
    expect(await take()).toBeDefined();
  });

  test('is of all portals where it would be of many', async () => {
    await leave(...Array.from({ length: 101 }, (_, index) => `p${index}`));
    expect([...((await take())?.letGo() ?? [])]).toEqual(['*']);
  });
});
