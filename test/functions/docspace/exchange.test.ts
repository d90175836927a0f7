import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openPortals } from '../../../functions/docspace/open-portals.ts';
import { anyAddress, publicAddresses } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';
import { skippingClock } from '../skipping-clock.ts';

/** What goes over the wire to the letter, against a server that answers as the test says. */
let server: Server;
afterEach(() => server.close());

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NO_SCHEDULE = JSON.stringify({ count: 0, links: [], status: 0, statusCode: 200 });

function read(origin: string, apiKey: string, isAllowedAddress = anyAddress) {
  const portals = openPortals({
    limits: DEFAULT_LIMITS,
    clock: skippingClock(),
    random: () => 1,
    isAllowedAddress,
  });
  const portal = portals.openReader({ origin, apiKey });
  return portal.readSchedule(false).finally(() => {
    portal.close();
    portals.close();
  });
}

describe('a key', () => {
  test.each([
    ['of today’s kind goes out as Bearer', 'sk-00ff', { authorization: 'Bearer sk-00ff' }],
    [
      'of the older kind goes into the cookie, percent-encoded',
      'a=b;c',
      { cookie: 'asc_auth_key=a%3Db%3Bc' },
    ],
  ])('%s, and nowhere else', async (_, apiKey, expected) => {
    let seen: IncomingMessage | undefined;
    const origin = await listen((request, response) => {
      seen = request;
      response.end(NO_SCHEDULE);
    });
    await read(origin, apiKey);
    const { authorization, cookie } = seen?.headers ?? {};
    expect({ authorization, cookie }).toEqual({ authorization: undefined, cookie: undefined, ...expected });
    expect(seen?.url).not.toContain(apiKey);
  });

  test('goes to no address that the rules refuse, by name or by number', async () => {
    let requests = 0;
    const origin = await listen((_, response) => {
      requests++;
      response.end(NO_SCHEDULE);
    });
    const refused = { code: 'HOST_NOT_ALLOWED', retryable: false };
    await expect(read(origin, 'sk-0', publicAddresses([]))).rejects.toMatchObject(refused);
    await expect(
      read(origin.replace('127.0.0.1', 'localhost'), 'sk-0', publicAddresses([])),
    ).rejects.toMatchObject(refused);
    expect(requests).toBe(0);
    await expect(read(origin, 'sk-0', publicAddresses([], true))).resolves.toBeUndefined();
  });
});

test('a request is as short as it can be: these headers and no other', async () => {
  let seen: IncomingMessage | undefined;
  const origin = await listen((request, response) => {
    seen = request;
    response.end(NO_SCHEDULE);
  });
  await read(origin, 'sk-0');
  expect(seen?.rawHeaders).toEqual([
    ...['Host', origin.slice('http://'.length)],
    ...['Accept', 'application/json'],
    ...['Accept-Encoding', 'identity'],
    ...['authorization', 'Bearer sk-0'],
    ...['Connection', 'keep-alive'],
  ]);
});

describe('an answer', () => {
  test.each([
    [
      'with a content encoding that nobody asked for, though it reads as JSON',
      200,
      { 'content-encoding': 'br' },
      'UNEXPECTED_ANSWER',
    ],
    [
      'that says more than the cap in its length',
      200,
      { 'content-length': String(300 * 1024) },
      'UNEXPECTED_ANSWER',
    ],
    ['with another 2xx and no schedule', 206, {}, undefined],
  ])('%s', async (_, status, headers, code) => {
    const origin = await listen((_request, response) => {
      response.writeHead(status, headers);
      response.write(NO_SCHEDULE);
      if (!('content-length' in headers)) response.end();
    });
    if (code === undefined) await expect(read(origin, 'sk-0')).resolves.toBeUndefined();
    else await expect(read(origin, 'sk-0')).rejects.toMatchObject({ code, retryable: false });
  });

  test('with a status goes by it, though its body never ends', async () => {
    const origin = await listen((_, response) => {
      response.writeHead(404);
      const fill = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', fill);
      fill();
    });
    await expect(read(origin, 'sk-0')).rejects.toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
  });
});
