import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPolicyBucket } from '../../../functions/aws/policy-bucket.ts';
import type { PolicyBucket } from '../../../functions/model/ports/policy-bucket.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients } from '../../local/aws/aws-clients.ts';
import { skippingClock } from '../skipping-clock.ts';

let aws: LocalAws;
let clients: AwsClients;
let bucket: PolicyBucket;
const clock = skippingClock();

beforeAll(async () => {
  aws = await startAws();
  clients = openClients(aws.url);
  aws.s3.createBucket('policies', { versioning: true });
});
afterAll(async () => {
  clients.destroy();
  await aws.close();
});
beforeEach(() => {
  aws.calls.clear();
  aws.faults.clear();
  clock.pauses.length = 0;
  bucket = openPolicyBucket('policies', async () => clients.s3, { sleep: clock.sleep });
});

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const conflict = {
  service: 's3',
  operation: 'PutObject',
  status: 409,
  code: 'ConditionalRequestConflict',
} as const;

describe('an object', () => {
  test('says when it was written, read, looked at or listed', async () => {
    await bucket.write('a.json', '{}');
    const [listed] = await bucket.list('a.');
    const [read, head] = [await bucket.read('a.json', 100), await bucket.look('a.json')];
    expect(listed?.modifiedAt).toBeInstanceOf(Date);
    for (const found of [read, head]) {
      // To the second, as HTTP tells it.
      const gap = (listed?.modifiedAt?.getTime() ?? 0) - (found?.modifiedAt.getTime() ?? 0);
      expect(gap).toBeGreaterThanOrEqual(0);
      expect(gap).toBeLessThan(1_000);
    }
  });
});

describe('a write on a condition', () => {
  test('that meets another under way is tried again: nobody has answered yet', async () => {
    aws.faults.add({ ...conflict, times: 2 });
    expect(await bucket.write('new.json', '1', 'new')).toBeDefined();
    expect(clock.pauses).toEqual([100, 200]);

    const etag = (await bucket.read('new.json', 100))?.etag ?? '';
    aws.faults.add(conflict);
    expect(await bucket.write('new.json', '2', { etag })).toBeDefined();
    expect(text((await bucket.read('new.json', 100))?.bytes)).toBe('2');
  });

  test('that does not hold is an answer, at once', async () => {
    await bucket.write('taken.json', '1', 'new');
    aws.calls.clear();
    expect(await bucket.write('taken.json', '2', 'new')).toBeUndefined();
    expect(await bucket.write('taken.json', '2', { etag: '"other"' })).toBeUndefined();
    expect(await bucket.write('nowhere.json', '2', { etag: '"other"' })).toBeUndefined();
    expect(aws.calls.count({ operation: 'PutObject' })).toBe(3);
    expect(clock.pauses).toEqual([]);
  });

  test('that goes on meeting others is a failure, and no answer', async () => {
    aws.faults.add({ ...conflict, times: 100 });
    await expect(bucket.write('busy.json', '1', 'new')).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
    });
    expect(aws.calls.count({ operation: 'PutObject' })).toBe(6);
  });
});

describe('an answer whose body is lost', () => {
  let server: Server;
  afterEach(() => server.close());

  async function serve(listener: RequestListener) {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return openPolicyBucket('policies', async () => openClients(url).s3);
  }

  test('is asked for once more', async () => {
    let requests = 0;
    const cut = await serve((_, response) => {
      response.writeHead(200, { etag: '"e"', 'content-length': 4 });
      if (++requests > 1) response.end('text');
      else response.write('te', () => response.destroy());
    });
    expect(text((await cut.read('a', 100))?.bytes)).toBe('text');
    expect(requests).toBe(2);
  });

  test('again and again is a failure that tells of the network', async () => {
    let requests = 0;
    const cut = await serve((_, response) => {
      requests++;
      response.writeHead(200, { etag: '"e"', 'content-length': 4 });
      response.write('te', () => response.destroy());
    });
    await expect(cut.read('a', 100)).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' });
    expect(requests).toBe(2);
  });
});
