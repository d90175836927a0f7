import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SocketBook } from './socket-book.ts';

export type ListenOptions = {
  tls?: { key: string | Buffer; cert: string | Buffer };
  address?: '127.0.0.1' | '::1';
  /** On all addresses of 127.0.0.0/8, so that what listens once can be many hosts. Linux alone has them. */
  all?: boolean;
};

export type Listener = {
  /** The base URL, without a slash at its end; `host` instead of the address if given. */
  readonly urlFor: (host?: string) => string;
  /** Resolves once no connection is left. */
  readonly close: () => Promise<void>;
};

/** Listens on a free port of loopback. No time limit of the server's own ever ends a connection. */
export async function listen(
  listener: RequestListener,
  sockets: SocketBook,
  { tls, address = '127.0.0.1', all = false }: ListenOptions,
): Promise<Listener> {
  const limits = { keepAliveTimeout: TEN_MINUTES, headersTimeout: 0, requestTimeout: 0 };
  const server = tls ? createTlsServer({ ...tls, ...limits }, listener) : createServer(limits, listener);
  sockets.watch(server);
  if (all) server.on('connection', refuseOthers);
  server.listen(0, all ? '0.0.0.0' : address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ownHost = address === '::1' ? '[::1]' : address;
  return {
    urlFor: (host = ownHost) => `${tls ? 'https' : 'http'}://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** The address of its own of a host on a listener on all addresses; 127.0.0.1 is the first, of index 0. */
export function ownAddress(index: number): string {
  const number = index + 1;
  return `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

// --- internal ---

/** Nobody but this machine is listened to. */
function refuseOthers(socket: Socket): void {
  if (!socket.localAddress?.startsWith('127.')) socket.destroy();
}

const TEN_MINUTES = 600_000;
