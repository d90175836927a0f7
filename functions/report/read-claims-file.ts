import * as z from 'zod/mini';
import { NAME_OR_PATTERN } from '../model/name-pattern.ts';
import { NO_SELECTION, type PolicyClaims, type Selection } from '../model/policy-claims.ts';
import { claimsKey } from '../model/policy-ref.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { MOST_MATCHES } from '../model/selector.ts';

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
    const { version, portals, select } = Claims.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
    const named = Object.entries(portals).filter(([portal]) => PORTAL_NAME.test(portal));
    return {
      version,
      portals: new Map(named.map(([portal, since]) => [portal, typeof since === 'string' ? since : null])),
      selection: select ? selectionIn(select, portals) : NO_SELECTION,
    };
  } catch {
    return undefined;
  }
}

/** As the file holds it. */
export function claimsText({ version, portals, selection }: PolicyClaims): string {
  const { selectors, selected } = selection;
  return JSON.stringify({
    version,
    portals: Object.fromEntries(portals),
    ...(selectors.length > 0 && {
      select: {
        selectors: selectors.map(({ match, tags }) => ({ match, tags: Object.fromEntries(tags) })),
        portals: selected,
      },
    }),
  });
}

// --- internal ---

const Told = z.object({
  selectors: z.array(z.object({ match: z.array(z.string()), tags: z.record(z.string(), z.string()) })),
  portals: z.array(z.string()),
});

const Claims = z.object({
  version: z.nullable(z.string()),
  portals: z.record(z.string(), z.unknown()),
  select: z.catch(z.optional(Told), undefined),
});

/** Selectors claim nothing that the rules for policies would not let them. */
function selectionIn(told: z.infer<typeof Told>, portals: Readonly<Record<string, unknown>>): Selection {
  const selectors = told.selectors.slice(0, MOST_MATCHES).map(({ match, tags }) => ({
    match: match.filter((one) => NAME_OR_PATTERN.test(one)).slice(0, MOST_MATCHES),
    tags: new Map(Object.entries(tags)),
  }));
  return { selectors, selected: told.portals.filter((portal) => Object.hasOwn(portals, portal)) };
}
