import { createSecureContext, rootCertificates } from 'node:tls';
import type { AddressRule } from '../model/address-ranges.ts';
import type { Limits } from '../model/limits.ts';
import type { PortalKey } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Portals, PortalWriter } from '../model/ports/portals.ts';
import { openConnection } from './connection.ts';
import { openPortalClient } from './portal-client.ts';
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
  const secureContext = createSecureContext(
    options.privateCa === undefined ? {} : { ca: [...rootCertificates, options.privateCa] },
  );
  const resolver = openHostResolver({ isAllowed: isAllowedAddress, servers: options.nameServers });

  function open({ origin, apiKey }: PortalKey): PortalWriter {
    const headers = authorization(apiKey);
    const { lookup } = resolver;
    const connection = openConnection({ origin, headers, limits, lookup, isAllowedAddress, secureContext });
    return openPortalClient({ connection, limits, clock, random, redact: redactor(apiKey) });
  }

  return { openReader: open, openWriter: open, close: resolver.close };
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
