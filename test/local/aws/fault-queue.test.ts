import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { BatchGetSecretValueCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients, refusalOf } from './aws-clients.ts';

let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await startAws();
  clients = openClients(aws.url);
  aws.s3.createBucket('policies', { versioning: true });
  aws.s3.put('policies', 'a', 'text of a');
  aws.secrets.put('acme', 'value');
});
afterEach(async () => {
  clients.destroy();
  await aws.close();
});

const get = (Key = 'a') => clients.s3.send(new GetObjectCommand({ Bucket: 'policies', Key }));
const put = (Key = 'a') => clients.s3.send(new PutObjectCommand({ Bucket: 'policies', Key, Body: 'new' }));
const batch = () => clients.secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['acme'] }));

it.each([
  [503, 'SlowDown'],
  [500, 'InternalError'],
  [403, 'AccessDenied'],
  [409, 'ConditionalRequestConflict'],
])('answers a write with %i %s on demand, without its effect', async (status, code) => {
  aws.faults.add({ service: 's3', operation: 'PutObject', status, code });
  expect(await refusalOf(put())).toEqual({ name: code, status });
  expect(aws.s3.text('policies', 'a')).toBe('text of a');
  await put();
  expect(aws.s3.text('policies', 'a')).toBe('new');
});

it.each([
  [400, 'ThrottlingException'],
  [500, 'InternalServiceError'],
])('answers the first calls to Secrets Manager with %i %s, then as usual', async (status, code) => {
  aws.faults.add({ service: 'secretsmanager', times: 2, status, code });
  expect(await refusalOf(batch())).toEqual({ name: code, status });
  expect(await refusalOf(batch())).toEqual({ name: code, status });
  expect((await batch()).SecretValues).toHaveLength(1);
});

it('keeps a fault for the calls it is meant for', async () => {
  aws.s3.put('policies', 'b', 'text of b');
  aws.faults.add({ service: 's3', operation: 'GetObject', key: 'b', status: 503, code: 'SlowDown' });
  aws.faults.add({ service: 'secretsmanager', key: 'acme', status: 400, code: 'ThrottlingException' });
  await get('a');
  await put('b');
  await clients.s3.send(new ListObjectsV2Command({ Bucket: 'policies' }));
  expect(aws.faults.pending()).toBe(2);
  expect(await refusalOf(get('b'))).toMatchObject({ name: 'SlowDown' });
  const secret = clients.secrets.send(new GetSecretValueCommand({ SecretId: 'acme' }));
  expect(await refusalOf(secret)).toMatchObject({ name: 'ThrottlingException' });
  expect(aws.faults.pending()).toBe(0);
});

it('goes on for good with times Infinity, until it is cleared', async () => {
  aws.faults.add({ service: 's3', times: Number.POSITIVE_INFINITY, status: 503, code: 'SlowDown' });
  for (let call = 0; call < 3; call += 1) expect(await refusalOf(get())).toMatchObject({ name: 'SlowDown' });
  aws.faults.clear();
  await get();
});

it('tears the connection down before the effect, or after it', async () => {
  aws.faults.add({ service: 's3', reset: true });
  expect(await refusalOf(put())).toMatchObject({ status: undefined });
  expect(aws.s3.text('policies', 'a')).toBe('text of a');
  aws.faults.add({ service: 's3', reset: true, after: true });
  expect(await refusalOf(put())).toMatchObject({ status: undefined });
  expect(aws.s3.text('policies', 'a')).toBe('new');
  expect(aws.calls.all.map(({ status }) => status)).toEqual([0, 0]);
});

it('never answers a call that hangs', async () => {
  aws.faults.add({ service: 's3', hang: true });
  const abort = new AbortController();
  const call = refusalOf(
    clients.s3.send(new GetObjectCommand({ Bucket: 'policies', Key: 'a' }), { abortSignal: abort.signal }),
  );
  await aws.calls.arrival({ operation: 'GetObject' });
  abort.abort();
  expect((await call).name).toBe('AbortError');
  expect(aws.calls.all[0]?.status).toBe(0);
});

it('holds a call back until it is let go, so that another comes first', async () => {
  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  aws.faults.add({ service: 's3', operation: 'GetObject', until });
  const held = get();
  await aws.calls.arrival({ operation: 'GetObject' });
  await put();
  letGo();
  expect(await (await held).Body?.transformToString()).toBe('new');
});
