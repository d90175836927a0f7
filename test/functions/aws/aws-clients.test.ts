import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAwsClients } from '../../../functions/aws/aws-clients.ts';
import { openPolicyBucket } from '../../../functions/aws/policy-bucket.ts';
import { LOOPBACK_CERTIFICATE } from '../../local/docspace/loopback-certificate.ts';

/** Takes connections, and says what it is told to, or nothing. */
let server: Server;
let connections: Socket[] = [];
let says: string;

beforeEach(async () => {
  says = '';
  connections = [];
  server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(says));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const socket of connections) socket.destroy();
  server.close();
});

const SHORT = { connectMs: 100, idleMs: 100 };
const NEVER = { connectMs: 3_600_000, idleMs: 3_600_000 };
const UNAVAILABLE = { name: 'AwsUnavailableError', code: 'AWS_UNAVAILABLE' };

describe('a call that nobody answers', () => {
  test('is tried once more, and then given up', async () => {
    const bucket = openPolicyBucket('policies', openAwsClients(SHORT).s3);
    await expect(bucket.read('a', 100)).rejects.toMatchObject(UNAVAILABLE);
    expect(connections).toHaveLength(2);
  });

  test('for the rest of its answer is tried once more, and then given up', async () => {
    says = 'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 100\r\n\r\nthe start';
    const bucket = openPolicyBucket('policies', openAwsClients(SHORT).s3);
    await expect(bucket.read('a', 100)).rejects.toMatchObject(UNAVAILABLE);
    expect(connections).toHaveLength(2);
  });

  test.each(['', 'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 100\r\n\r\nthe start'])(
    'ends when the time for calls does (%j)',
    async (answer) => {
      says = answer;
      const end = new AbortController();
      const bucket = openPolicyBucket('policies', openAwsClients(NEVER).s3, { end: () => end.signal });
      const reading = bucket.read('a', 100);
      await vi.waitFor(() => expect(connections).toHaveLength(1));
      end.abort();
      await expect(reading).rejects.toMatchObject({
        ...UNAVAILABLE,
        message: 'no time was left to ask AWS',
      });
      await expect(bucket.write('a', '')).rejects.toMatchObject(UNAVAILABLE);
      expect(connections).toHaveLength(1);
    },
  );
});

test('nobody but AWS is asked, though the environment would not check certificates', async () => {
  let requests = 0;
  const stranger = createHttpsServer(LOOPBACK_CERTIFICATE, (_, response) => {
    requests++;
    response.end();
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `https://127.0.0.1:${port}`);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  try {
    const bucket = openPolicyBucket('policies', openAwsClients().s3);
    await expect(bucket.read('a', 100)).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
    expect(requests).toBe(0);
  } finally {
    stranger.close();
  }
});

describe('what is missing on this machine is told, and what helps', () => {
  const failureOf = async () => {
    const bucket = openPolicyBucket('policies', openAwsClients(SHORT).s3);
    return bucket.read('a', 100).catch((error: Error) => error);
  };
  const without = (...names: string[]) => {
    for (const name of names) vi.stubEnv(name, undefined);
    for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_REGION', 'AWS_SESSION_TOKEN'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  };

  test('a region', async () => {
    without('AWS_REGION');
    expect(await failureOf()).toMatchObject({
      ...UNAVAILABLE,
      message:
        'no AWS region is set: set AWS_REGION, or a region in the AWS profile (aws configure set region eu-west-1)',
    });
  });

  test('credentials', async () => {
    without('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
    expect(await failureOf()).toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringMatching(/^there are no AWS credentials: log in \(aws sso login/),
    });
  });

  test('a host that answers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect(await failureOf()).toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringMatching(/^AWS could not be reached \(ECONNREFUSED\)/),
    });
  });
});
