import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type NameServer, startNameServer } from '../../../bench/name-server.ts';
import { openPortals } from '../../../functions/docspace/open-portals.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';
import { LOOPBACK_CERTIFICATE } from '../../local/docspace/loopback-certificate.ts';
import { skippingClock } from '../skipping-clock.ts';

/** A portal over TLS; every name leads to it. */
let server: Server;
let names: NameServer;
let seen: IncomingMessage[];
beforeEach(async () => {
  seen = [];
  names = await startNameServer();
  server = createServer(LOOPBACK_CERTIFICATE, (request, response) => {
    seen.push(request);
    response.end(JSON.stringify({ count: 0, links: [], status: 0, statusCode: 200 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
});
afterEach(() => {
  names.close();
  server.close();
});

const portOf = () => (server.address() as AddressInfo).port;

async function read(host: string, privateCa?: string, times = 1): Promise<void> {
  const portals = openPortals({
    limits: DEFAULT_LIMITS,
    clock: skippingClock(),
    random: () => 0,
    isAllowedAddress: anyAddress,
    nameServers: [names.address],
    ...(privateCa !== undefined && { privateCa }),
  });
  const portal = portals.openReader({ origin: `https://${host}:${portOf()}`, apiKey: 'sk-0' });
  try {
    for (let time = 0; time < times; time++) await portal.readSchedule(false);
  } finally {
    portal.close();
    portals.close();
  }
}

describe('a host that proves who it is', () => {
  test.each([
    ['by its name', 'localhost', 'localhost'],
    ['by a wildcard', 'acme.docspace.localhost', 'acme.docspace.localhost'],
    ['by a wildcard, with a dot behind the name', 'acme.docspace.localhost.', 'acme.docspace.localhost'],
    ['by its address', '127.0.0.1', false],
  ])('%s is asked, over HTTP/1.1, and told the name it is called by', async (_, host, servername) => {
    await read(host, LOOPBACK_CERTIFICATE.cert);
    const socket = seen[0]?.socket as TLSSocket & { readonly servername: string | false };
    expect(seen[0]?.headers.host).toBe(`${host}:${portOf()}`);
    expect(socket.servername).toBe(servername);
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  test('is asked again over the same connection', async () => {
    await read('localhost', LOOPBACK_CERTIFICATE.cert, 3);
    expect(new Set(seen.map(({ socket }) => socket)).size).toBe(1);
    expect(seen.length).toBe(3);
  });
});

test('a host that closes its connection after each answer gets another one each time', async () => {
  server.prependListener('request', (_, response) => response.setHeader('connection', 'close'));
  await read('localhost', LOOPBACK_CERTIFICATE.cert, 3);
  expect(new Set(seen.map(({ socket }) => socket)).size).toBe(3);
  expect(seen.length).toBe(3);
});

describe('a host that does not', () => {
  const altName = 'ERR_TLS_CERT_ALTNAME_INVALID';
  test.each([
    ['whose certificate nobody vouches for', 'localhost', undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['whose certificate is for other names', 'acme.example.test', LOOPBACK_CERTIFICATE.cert, altName],
    ['two labels below the wildcard', 'a.b.docspace.localhost', LOOPBACK_CERTIFICATE.cert, altName],
    ['the wildcard stands below', 'docspace.localhost', LOOPBACK_CERTIFICATE.cert, altName],
  ])('%s gets no request', async (_, host, privateCa, reason) => {
    await expect(read(host, privateCa)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      retryable: false,
      message: expect.stringContaining(reason),
    });
    expect(seen).toEqual([]);
  });

  test('gets no request, though the environment would not check certificates', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    try {
      const refused = { code: 'UNREACHABLE', message: expect.stringContaining('NODE_EXTRA_CA_CERTS') };
      await expect(read('localhost')).rejects.toMatchObject(refused);
      const other = { code: 'UNREACHABLE', message: expect.stringContaining('for other hosts') };
      await expect(read('acme.example.test', LOOPBACK_CERTIFICATE.cert)).rejects.toMatchObject(other);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(seen).toEqual([]);
  });

  // Elsewhere, loopback has this one address.
  test.runIf(process.platform === 'linux')('whose certificate is for another address gets none', async () => {
    const refused = { code: 'UNREACHABLE', message: expect.stringContaining(altName) };
    await expect(read('127.0.0.2', LOOPBACK_CERTIFICATE.cert)).rejects.toMatchObject(refused);
    expect(seen).toEqual([]);
  });
});
