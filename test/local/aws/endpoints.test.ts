import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type AwsClients, openClients, refusalOf } from './aws-clients.ts';

const NOON = Date.parse('2026-11-23T12:00:00.250Z');

let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await startAws({ now: () => NOON, region: 'eu-central-1', maxBodyBytes: 1000 });
  clients = openClients(aws.url);
  aws.s3.createBucket('policies', { versioning: true });
});
afterEach(async () => {
  clients.destroy();
  await aws.close();
});

/** A request that no SDK would send. */
function ask(path: string, host: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const port = new URL(aws.url).port;
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
    });
    sent.on('error', reject).end();
  });
}

it('serves an unchanged SDK in another process by its environment alone', async () => {
  aws.s3.put('policies', 'policies/fleet.yaml', 'version: 1\n');
  aws.secrets.put('docspace/portals/acme', 'the value');
  const program = `
    const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const object = await new S3Client({}).send(new GetObjectCommand({ Bucket: 'policies', Key: 'policies/fleet.yaml' }));
    const secret = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: 'docspace/portals/acme' }));
    process.stdout.write((await object.Body.transformToString()) + secret.SecretString);
    process.exit();`;
  // As on the machine of someone who works with AWS: all of it has to give way.
  const own = {
    AWS_PROFILE: 'production',
    AWS_SESSION_TOKEN: 'real',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', program],
    { env: { PATH: process.env.PATH, ...own, ...aws.env() } },
  );
  expect(stdout).toBe('version: 1\nthe value');
});

it.each([
  ['/policies/a%20b', '127.0.0.1:80'],
  ['/policies/a%20b', 'localhost'],
  ['/a%20b', 'policies.localhost:4566'],
  ['/a%20b', 'policies.localhost'],
])('finds the bucket in path %s with host %s', async (path, host) => {
  aws.s3.put('policies', 'a b', 'found');
  expect(await ask(path, host)).toEqual({ status: 200, body: 'found' });
});

it('takes a plus in a path for a plus, as S3 does', async () => {
  aws.s3.put('policies', 'a+b', 'a plus');
  aws.s3.put('policies', 'a b', 'a space');
  expect((await ask('/policies/a+b', '127.0.0.1')).body).toBe('a plus');
  expect((await ask('/policies/a%2Bb', '127.0.0.1')).body).toBe('a plus');
});

it('logs each call with what it was about and how it ended', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket: 'policies', Key: 'a.yaml', Body: 'a' }));
  await refusalOf(clients.secrets.send(new GetSecretValueCommand({ SecretId: 'docspace/portals/acme' })));
  expect(aws.calls.all).toEqual([
    { service: 's3', operation: 'PutObject', at: NOON, bucket: 'policies', key: 'a.yaml', status: 200 },
    {
      service: 'secretsmanager',
      operation: 'GetSecretValue',
      at: NOON,
      secretIds: ['docspace/portals/acme'],
      status: 400,
    },
  ]);
  expect(aws.calls.count()).toBe(2);
  expect(aws.calls.count({ service: 's3' })).toBe(1);
  expect(aws.calls.count({ operation: 'PutObject', key: 'other' })).toBe(0);
  expect(aws.calls.count({ status: 400 })).toBe(1);
  aws.calls.clear();
  expect(aws.calls.all).toEqual([]);
});

it('takes its time from the clock it is given', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket: 'policies', Key: 'a', Body: 'a' }));
  const { LastModified } = await clients.s3.send(new GetObjectCommand({ Bucket: 'policies', Key: 'a' }));
  expect(LastModified).toEqual(new Date('2026-11-23T12:00:00Z'));
});

it('says so where it does not serve what AWS would', async () => {
  expect(await refusalOf(clients.s3.send(new ListBucketsCommand({})))).toEqual({
    name: 'NotImplemented',
    status: 501,
  });
  expect(await refusalOf(clients.secrets.send(new DescribeSecretCommand({ SecretId: 'a' })))).toEqual({
    name: 'UnknownOperationException',
    status: 400,
  });
});

it.each([
  ['a path that is no UTF-8', '/policies/%ff', 400, 'InvalidURI'],
  ['a broken escape', '/policies/%zz', 400, 'InvalidURI'],
  ['a key above 1024 bytes', `/policies/${'ü'.repeat(513)}`, 400, 'KeyTooLongError'],
  ['a version id that can be none', '/policies/a?versionId=x', 400, 'InvalidArgument'],
  ['an old listing', '/policies', 501, 'NotImplemented'],
  ['a negative page size', '/policies?list-type=2&max-keys=-1', 400, 'InvalidArgument'],
])('refuses %s', async (_what, path, status, code) => {
  const answer = await ask(encodeURI(path).replaceAll('%25', '%'), '127.0.0.1');
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(`<Code>${code}</Code>`);
});

it('refuses a body above its limit and holds nothing of it', async () => {
  const tooBig = new PutObjectCommand({ Bucket: 'policies', Key: 'a', Body: Buffer.alloc(1001) });
  expect(await refusalOf(clients.s3.send(tooBig))).toEqual({ name: 'EntityTooLarge', status: 400 });
  expect(aws.s3.keys('policies')).toEqual([]);
});

it('closes though a connection is open and a call hangs', async () => {
  const other = await startAws();
  other.s3.createBucket('policies');
  other.faults.add({ service: 's3', hang: true });
  const idle = connect(Number(new URL(other.url).port), '127.0.0.1');
  const theirs = openClients(other.url);
  const call = refusalOf(theirs.s3.send(new GetObjectCommand({ Bucket: 'policies', Key: 'a' })));
  await other.calls.arrival();
  await other.close();
  expect((await call).status).toBeUndefined();
  idle.destroy();
  theirs.destroy();
});
