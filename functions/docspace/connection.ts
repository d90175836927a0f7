import { request as httpRequest } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { AddressRule } from '../model/address-ranges.ts';
import type { Limits } from '../model/limits.ts';
import { exchange } from './exchange.ts';
import type { HttpAnswer } from './http-answer.ts';
import { PortalAgent } from './portal-agent.ts';
import { ADDRESS_REFUSED } from './resolve-host.ts';
import { TransportError } from './transport-error.ts';

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
  const { protocol, hostname, host: authority, port } = new URL(options.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const { lookup, secureContext, isAllowedAddress } = options;
  const { connectMs, answerBytes } = options.limits;
  const agent = new PortalAgent({
    secure,
    host,
    port: Number(port) || (secure ? 443 : 80),
    lookup,
    secureContext,
  });
  const headers = [
    ...['Host', authority, 'Accept', 'application/json', 'Accept-Encoding', 'identity'],
    ...Object.entries(options.headers).flat(),
  ];

  return {
    send: async ({ method, path, body }, timeoutMs) => {
      // Sockets ask no look-up for a literal: its address has to be checked here.
      if (isIP(host) !== 0 && !isAllowedAddress(host)) throw new TransportError('address', ADDRESS_REFUSED);
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const ofBody = bytes
        ? ['Content-Type', 'application/json', 'Content-Length', String(bytes.length)]
        : [];
      const request = httpRequest({ agent, host, method, path, headers: [...headers, ...ofBody] });
      return exchange(request, bytes, { timeoutMs, connectMs, answerBytes });
    },
    close: () => agent.destroy(),
  };
}
