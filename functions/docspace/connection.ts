import { createRequire } from 'node:module';
import type { SecureContext } from 'node:tls';
import type { Limits } from '../model/limits.ts';
import { exchange } from './exchange.ts';
import { HostWay, type HostWayOptions } from './host-way.ts';
import type { HttpAnswer } from './http-answer.ts';
import { PortalSocket } from './portal-socket.ts';

/** One portal's connection: one socket, kept from request to request, destroyed when the portal is done. */
export type Connection = {
  /** Whether a request needs no `approach` before it. */
  readonly isReady: boolean;
  /**
   * Looks the host up, and waits until its address may have one connection more; nothing to do where there is a
   * connection. What fails here is told by `send`.
   * @param mostMs how long to wait for the turn; without it, as long as it takes
   * @returns milliseconds that were spent waiting for others
   */
  approach(mostMs?: number): Promise<number>;
  /**
   * Sends one request and reads its whole answer. Never retries.
   * @param timeoutMs to the last byte
   * @throws TransportError where there is no answer, or none that is HTTP; a broken body of a 4xx or 5xx is no error
   */
  send(request: PortalRequest, timeoutMs: number): Promise<HttpAnswer>;
  close(): void;
};

export type PortalRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
};

export type ConnectionOptions = Pick<HostWayOptions, 'lookup' | 'isAllowedAddress' | 'takeTurn' | 'clock'> & {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** Made once and shared: reading the system's certificates for each portal would cost more than the portal. */
  readonly secureContext: SecureContext;
};

// An import would read every export of Node's own `http`, and with them load its WebSocket and its `fetch`: half of the
// time that a command takes to start.
const http: typeof import('node:http') = createRequire(import.meta.url)('node:http');

export function openConnection(options: ConnectionOptions): Connection {
  const { protocol, hostname, host: authority, port } = new URL(options.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const { connectMs, answerBytes } = options.limits;
  const way = new HostWay({ ...options, host, connectMs });
  const socket = new PortalSocket({
    secure: protocol === 'https:',
    host,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    addresses: () => way.addresses,
    secureContext: options.secureContext,
    onClosed: () => way.leave(),
  });
  const createConnection = () => socket.take();
  const headers = [
    ...['Host', authority, 'Accept', 'application/json', 'Accept-Encoding', 'identity'],
    ...Object.entries(options.headers).flat(),
  ];

  return {
    get isReady() {
      return way.isKnown;
    },
    approach: (mostMs) => way.find(mostMs),
    send: async ({ method, path, body }, mostMs) => {
      const found = way.take();
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const ofBody = bytes
        ? ['Content-Type', 'application/json', 'Content-Length', String(bytes.length)]
        : [];
      const all = [...headers, ...ofBody, 'Connection', 'keep-alive'];
      const request = http.request({ createConnection, host, method, path, headers: all });
      // Without an agent Node would end the socket with the answer.
      request.shouldKeepAlive = true;
      const { lookUpMs } = found;
      const timeoutMs = mostMs - lookUpMs;
      const answer = await exchange(request, bytes, { timeoutMs, connectMs, lookUpMs, answerBytes });
      found.answered(answer.status === 429 || answer.status === 503);
      return answer;
    },
    close: () => {
      // The turn ends with the socket; where there never was one, now.
      if (!socket.isThere) way.leave();
      socket.close();
    },
  };
}
