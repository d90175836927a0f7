import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { AddressRule } from '../../model/address-ranges.ts';
import type { Limits } from '../../model/limits.ts';
import { ADDRESS_REFUSED } from './resolve-host.ts';

/** One portal's connection: one keep-alive agent with one socket, destroyed when the portal is done. */
export type Connection = {
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

export type HttpAnswer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentEncoding: string | undefined;
  /** `undefined` where a 4xx or 5xx came without a body that could be read. */
  readonly body: Buffer | undefined;
};

/**
 * `timeout`: too late. `cut`: no connection, or a connection that ended early. `foreign`: what came is no HTTP, or too
 * much of it. `certificate`: the host could not prove who it is. `address`: its address is none to connect to.
 */
export type TransportFailure = 'timeout' | 'cut' | 'foreign' | 'certificate' | 'address';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;
  /** A system's or Node's code (`ECONNREFUSED`), or our own words: never text of the other side. */
  readonly reason: string;
  /** The answer's status, where that much of it had come. */
  readonly status: number | undefined;

  constructor(failure: TransportFailure, reason: string, detail: { cause?: unknown; status?: number } = {}) {
    super(reason, { cause: detail.cause });
    this.failure = failure;
    this.reason = reason;
    this.status = detail.status;
  }
}

export type ConnectionOptions = {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly lookup: LookupFunction;
  readonly isAllowedAddress: AddressRule;
  /** Made once and shared: reading the system's certificates for each portal would cost more than the portal. */
  readonly secureContext: SecureContext;
};

export function openConnection(options: ConnectionOptions): Connection {
  const { protocol, hostname, port } = new URL(options.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const one = { keepAlive: true, maxSockets: 1 };
  const agent = secure
    ? new HttpsAgent({ ...one, secureContext: options.secureContext })
    : new HttpAgent(one);

  function open(request: PortalRequest, body: Buffer | undefined): ClientRequest {
    const headers: Record<string, string | number> = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...options.headers,
    };
    if (body) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = body.length;
    }
    const common = {
      agent,
      host,
      port,
      method: request.method,
      path: request.path,
      headers,
      lookup: options.lookup,
    };
    return secure ? httpsRequest(common) : httpRequest(common);
  }

  return {
    send: async (request, timeoutMs) => {
      // Sockets ask no look-up for a literal: its address has to be checked here.
      if (isIP(host) !== 0 && !options.isAllowedAddress(host))
        throw new TransportError('address', ADDRESS_REFUSED);
      const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
      return exchange(open(request, body), body, secure, timeoutMs, options.limits);
    },
    close: () => agent.destroy(),
  };
}

// --- internal ---

function exchange(
  request: ClientRequest,
  body: Buffer | undefined,
  secure: boolean,
  timeoutMs: number,
  limits: Limits,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    let answer: IncomingMessage | undefined;

    /** Ends the exchange for good: later events of the dying socket find it settled. */
    function settle(error: TransportError | undefined, bytes?: Buffer): void {
      for (const timer of timers) clearTimeout(timer);
      if (error) request.destroy();
      const status = answer?.statusCode ?? 0;
      // A refusal is a refusal, whatever became of its body.
      if (answer && (!error || status >= 400)) resolve(toAnswer(answer, bytes));
      else if (error) reject(new TransportError(error.failure, error.reason, { cause: error.cause, status }));
    }
    const fail = (failure: TransportFailure, reason: string) => settle(new TransportError(failure, reason));

    timers.push(setTimeout(() => fail('timeout', `no whole answer within ${timeoutMs} ms`), timeoutMs));
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(
        () => fail('timeout', `no connection within ${limits.connectMs} ms`),
        limits.connectMs,
      );
      timers.push(timer);
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
    });
    request.on('error', (error) => settle(transportError(error)));
    request.on('upgrade', () => fail('foreign', 'it wants to speak another protocol'));
    request.on('response', (response) => {
      answer = response;
      readBody(response, limits.answerBytes).then((bytes) => settle(undefined, bytes), settle);
    });
    request.end(body);
  });
}

/** @throws TransportError */
function readBody(response: IncomingMessage, cap: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new TransportError('foreign', `its body is longer than ${cap} bytes`));
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(response.headers['content-length']) > cap) return tooLong();
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > cap) tooLong();
      else chunks.push(chunk);
    });
    response.on('end', () => {
      if (response.complete) resolve(Buffer.concat(chunks));
      else reject(new TransportError('cut', 'the connection ended before the answer did'));
    });
    response.on('error', (error) => reject(transportError(error)));
    response.on('aborted', () =>
      reject(new TransportError('cut', 'the connection ended before the answer did')),
    );
  });
}

function toAnswer(response: IncomingMessage, body: Buffer | undefined): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    contentEncoding: response.headers['content-encoding'],
    body,
  };
}

const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|INVALID_CA|CRL_)/;

function transportError(error: NodeJS.ErrnoException): TransportError {
  const code =
    typeof error.code === 'string' && /^[A-Z0-9_]+$/.test(error.code) ? error.code : 'connection failed';
  if (code === ADDRESS_REFUSED) return new TransportError('address', code, { cause: error });
  if (code === 'HPE_INVALID_EOF_STATE') return new TransportError('cut', code, { cause: error });
  if (code === 'HPE_HEADER_OVERFLOW')
    return new TransportError('foreign', 'its headers are too long', { cause: error });
  if (code.startsWith('HPE_')) return new TransportError('foreign', 'it is no proper HTTP', { cause: error });
  if (CERTIFICATE.test(code)) return new TransportError('certificate', code, { cause: error });
  return new TransportError('cut', code, { cause: error });
}
