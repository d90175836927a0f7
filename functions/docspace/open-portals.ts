import { createSecureContext, rootCertificates } from 'node:tls';
import type { AddressRule } from '../model/address-ranges.ts';
import type { Limits } from '../model/limits.ts';
import type { PortalKey } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { OnWait, Portals } from '../model/ports/portals.ts';
import { openConnection } from './connection.ts';
import { openPortalReader, openPortalWriter } from './portal-client.ts';
import type { PortalSessionOptions } from './portal-session.ts';
import { redactor } from './redact.ts';
import { openHostResolver } from './resolve-host.ts';

export type PortalsOptions = {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly isAllowedAddress: AddressRule;
  /** Certificates (PEM) of a CA of one's own, trusted besides the public ones. */
  readonly privateCa?: string;
  /** Name servers, as `address:port`, instead of the system's. */
  readonly nameServers?: readonly string[];
};

export function openPortals(options: PortalsOptions): Portals {
  const { limits, clock, random, isAllowedAddress } = options;
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    // Without CAs said, Node takes its own and those of NODE_EXTRA_CA_CERTS.
    ...(options.privateCa !== undefined && { ca: [...rootCertificates, options.privateCa] }),
  });
  const resolver = openHostResolver({ isAllowed: isAllowedAddress, servers: options.nameServers });

  function sessionOf({ origin, apiKey }: PortalKey, onWait: OnWait | undefined): PortalSessionOptions {
    const headers = authorization(apiKey);
    const { lookup } = resolver;
    const connection = openConnection({ origin, headers, limits, lookup, isAllowedAddress, secureContext });
    return { connection, limits, clock, random, redact: redactor(apiKey), onWait };
  }

  return {
    openReader: (key, onWait) => openPortalReader(sessionOf(key, onWait)),
    openWriter: (key, onWait) => openPortalWriter(sessionOf(key, onWait)),
    close: resolver.close,
  };
}

// --- internal ---

/**
 * The server takes a Bearer value as an API key only if it starts with `sk-`; tokens of the older kind work only in
 * the cookie. Sent the other way round, both answer 401.
 */
function authorization(apiKey: string): Record<string, string> {
  if (apiKey.startsWith('sk-')) return { authorization: `Bearer ${apiKey}` };
  return { cookie: `asc_auth_key=${encodeURIComponent(apiKey)}` };
}
