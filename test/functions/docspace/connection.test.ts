import { createServer, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../functions/aws/system-clock.ts';
import { openConnection } from '../../../functions/docspace/connection.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
/** More than a socket's buffers hold: it is not sent before the server has read it. */
const LONG = { text: 'x'.repeat(16 * 1024 * 1024) };

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A connection to a server that does what the test says with each socket. */
async function connect(serve: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const connection = openConnection({
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    headers: {},
    limits: DEFAULT_LIMITS,
    secureContext: createSecureContext(),
    lookup: () => {},
    isAllowedAddress: anyAddress,
    takeTurn: () => ({ answered: () => {}, end: () => {} }),
    clock: systemClock,
  });
  ends.push(() => {
    connection.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await connection.approach();
  return { connection, sockets };
}

const POST = { method: 'POST', path: '/', body: LONG } as const;
const GET = { method: 'GET', path: '/' } as const;

test('an answer that comes before the request went out takes no next answer with it', async () => {
  const { connection, sockets } = await connect((socket) => {
    let isAnswered = false;
    socket.on('data', (chunk) => {
      if (!isAnswered) {
        isAnswered = true;
        // The client has the answer before it can send on.
        socket.pause();
        socket.write(`${ANSWER}{}`, () => setImmediate(() => setImmediate(() => socket.resume())));
      }
      if (chunk.includes('GET / HTTP')) socket.write(`${ANSWER}[]`);
    });
  });
  const first = await connection.send(POST, 20_000);
  expect([first.status, first.body?.toString()]).toEqual([200, '{}']);
  const second = await connection.send(GET, 20_000);
  expect(second.body?.toString()).toBe('[]');
  expect(sockets).toHaveLength(1);
});

test('an answer is one even if the rest of the request never goes out', async () => {
  const { connection } = await connect((socket) =>
    socket.once('data', () => {
      socket.pause();
      socket.write(`${ANSWER}{}`);
    }),
  );
  expect((await connection.send(POST, 2_000)).body?.toString()).toBe('{}');
});

test('nor is it waited for where the connection ends with the answer', async () => {
  const { connection } = await connect((socket) =>
    socket.once('data', () => {
      socket.pause();
      socket.write('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
    }),
  );
  expect((await connection.send(POST, 60_000)).status).toBe(413);
});
