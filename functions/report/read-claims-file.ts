import * as z from 'zod/mini';
import type { PolicyClaims } from '../model/policy-claims.ts';
import { claimsKey } from '../model/policy-ref.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';

/**
 * What the last run of a policy has told others of it. `undefined` where nothing is told, or what is there is no such
 * file: then its text and its report have to say it.
 * @param mostBytes a longer file counts as none
 * @throws where the bucket does not let it be read
 */
export async function readClaimsFile(
  bucket: PolicyBucket,
  policy: string,
  mostBytes: number,
): Promise<PolicyClaims | undefined> {
  const found = await bucket.read(claimsKey(policy), mostBytes);
  if (!found?.bytes) return undefined;
  try {
    const { version, portals } = Claims.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
    const named = Object.entries(portals).filter(([portal]) => PORTAL_NAME.test(portal));
    return {
      version,
      portals: new Map(named.map(([portal, since]) => [portal, typeof since === 'string' ? since : null])),
    };
  } catch {
    return undefined;
  }
}

/** As the file holds it. */
export function claimsText({ version, portals }: PolicyClaims): string {
  return JSON.stringify({ version, portals: Object.fromEntries(portals) });
}

// --- internal ---

const Claims = z.object({
  version: z.nullable(z.string()),
  portals: z.record(z.string(), z.unknown()),
});
