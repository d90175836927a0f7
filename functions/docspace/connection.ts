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
  /** Whether it has a socket. */
  readonly isOpen: boolean;
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

export type ConnectionOptions = HostWayOptions & {
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
  return new OneSocket(options);
}

// --- internal ---

// A class, since there is one for each portal: an object with a getter would be of a shape of its own each time.
class OneSocket implements Connection {
  readonly #limits: Limits;
  readonly #host: string;
  readonly #headers: readonly string[];
  readonly #way: HostWay;
  readonly #socket: PortalSocket;
  readonly #createConnection = () => this.#socket.take();

  constructor(options: ConnectionOptions) {
    const { protocol, hostname, host: authority, port } = new URL(options.origin);
    const host = hostname.replace(/^\[|\]$/g, '');
    const way = new HostWay(host, options);
    this.#limits = options.limits;
    this.#host = host;
    this.#way = way;
    this.#socket = new PortalSocket({
      secure: protocol === 'https:',
      host,
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      addresses: () => way.addresses,
      secureContext: options.secureContext,
      onClosed: () => way.leave(),
    });
    this.#headers = [
      ...['Host', authority, 'Accept', 'application/json', 'Accept-Encoding', 'identity'],
      ...Object.entries(options.headers).flat(),
    ];
  }

  get isReady(): boolean {
    return this.#way.isKnown;
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  approach(mostMs?: number): Promise<number> {
    return this.#way.find(mostMs);
  }

  async send({ method, path, body }: PortalRequest, mostMs: number): Promise<HttpAnswer> {
    const found = this.#way.take();
    const { connectMs, answerBytes } = this.#limits;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const ofBody = bytes ? ['Content-Type', 'application/json', 'Content-Length', String(bytes.length)] : [];
    const headers = this.#headers.concat(ofBody, 'Connection', 'keep-alive');
    const createConnection = this.#createConnection;
    const request = http.request({ createConnection, host: this.#host, method, path, headers });
    // Without an agent Node would end the socket with the answer.
    request.shouldKeepAlive = true;
    const { lookUpMs } = found;
    const timeoutMs = mostMs - lookUpMs;
    const answer = await exchange(request, bytes, { timeoutMs, connectMs, lookUpMs, answerBytes });
    found.answered(answer.status === 429 || answer.status === 503);
    return answer;
  }

  close(): void {
    // The turn ends with the socket; where there never was one, now.
    if (!this.#socket.isThere) this.#way.leave();
    this.#socket.close();
  }
}
