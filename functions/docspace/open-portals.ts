import { createSecureContext, rootCertificates } from 'node:tls';
import type { AddressRule } from '../model/address-ranges.ts';
import type { Limits } from '../model/limits.ts';
import type { PortalKey } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Concurrency } from '../model/ports/places.ts';
import type { OnWait, Portals } from '../model/ports/portals.ts';
import { type Claim, openAddressTurns, type Turn } from './address-turns.ts';
import { openConnection } from './connection.ts';
import { openPlaces } from './open-places.ts';
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
  /** Portals at work at once; `auto` (the default): as many as the process can take. */
  readonly concurrency?: Concurrency;
  /** Connections to one address at once. */
  readonly perAddress?: number;
  /** Sockets at once, whatever the system allows. */
  readonly mostSockets?: number;
};

export function openPortals(options: PortalsOptions): Portals {
  const { limits, clock, random, isAllowedAddress } = options;
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    // Without CAs said, Node takes its own and those of NODE_EXTRA_CA_CERTS.
    ...(options.privateCa !== undefined && { ca: [...rootCertificates, options.privateCa] }),
  });
  const resolver = openHostResolver({ isAllowed: isAllowedAddress, servers: options.nameServers });
  const places = openPlaces(options);
  const turns = openAddressTurns(options.perAddress ?? PER_ADDRESS);

  function sessionOf({ origin, apiKey }: PortalKey, onWait: OnWait | undefined): PortalSessionOptions {
    const headers = authorization(apiKey);
    const connection = openConnection({
      origin,
      headers,
      limits,
      clock,
      lookup: resolver.lookup,
      isAllowedAddress,
      takeTurn,
      secureContext,
    });
    return { connection, limits, clock, random, redact: redactor(apiKey), places, onWait };
  }

  function takeTurn(address: string, mostMs: number | undefined): Turn | Promise<Turn | undefined> {
    const claim = turns.take(address, mostMs !== undefined);
    if (!('coming' in claim)) return claim;
    return places.rest(() => (mostMs === undefined ? claim.coming : within(mostMs, claim)), false);
  }

  return {
    openReader: (key, onWait) => openPortalReader(sessionOf(key, onWait)),
    openWriter: (key, onWait) => openPortalWriter(sessionOf(key, onWait)),
    places,
    close: () => {
      places.close();
      resolver.close();
    },
  };
}

// --- internal ---

/** Of the setting. */
const PER_ADDRESS = 128;

/** One that has started gets no turn in time only where its server is slow beyond measure: it goes on without. */
async function within(mostMs: number, { coming, cancel }: Exclude<Claim, Turn>): Promise<Turn | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, mostMs, undefined);
  });
  const turn = await Promise.race([coming, late]);
  clearTimeout(timer);
  if (!turn) cancel();
  return turn;
}

/**
 * The server takes a Bearer value as an API key only if it starts with `sk-`; tokens of the older kind work only in
 * the cookie. Sent the other way round, both answer 401.
 */
function authorization(apiKey: string): Record<string, string> {
  if (apiKey.startsWith('sk-')) return { authorization: `Bearer ${apiKey}` };
  return { cookie: `asc_auth_key=${encodeURIComponent(apiKey)}` };
}
