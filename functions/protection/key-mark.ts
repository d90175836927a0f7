import { createHash } from 'node:crypto';
import type { PortalKey } from '../model/portal-key.ts';

/**
 * Tells a portal's key from another one: 16 bits of a hash, which a report may hold. Too few to tell what the key is,
 * or whether a guess at it is right: of all keys there can be, one in 65,536 has the same. A change is missed as rarely,
 * and is seen a day later then, when the portal is asked about its key anyway.
 */
export function keyMark({ origin, apiKey }: PortalKey): string {
  return createHash('sha256').update(`${origin}\n${apiKey}`).digest('hex').slice(0, DIGITS);
}

// --- internal ---

const DIGITS = 4;
