import * as z from 'zod/mini';
import type { Archive, KeyInfo, PortalSettings } from '../model/protection.ts';
import { isTimeZone } from '../model/time-zone.ts';
import { openEnvelope } from './wire-envelope.ts';
import { timeFromWire } from './wire-time.ts';

/** How what a portal says of its archives, its settings and its key looks on the wire. Nothing here ever throws. */

/** What an answer says, or why it is not one of this API. */
export type Said<T> = { readonly value: T } | { readonly foreign: string };

/** The whole body of an answer to `GET getbackuphistory`. */
export function historyFromWire(body: unknown): Said<readonly Archive[]> {
  const said = unwrap(body, z.array(WireArchive), []);
  if ('foreign' in said) return said;
  const archives: Archive[] = [];
  for (const { createdOn, expiresOn } of said.value) {
    const [created, expires] = [timeFromWire(createdOn), timeFromWire(expiresOn)];
    // An archive without its times would be proof of nothing, or proof for ever.
    if (!created || expires === null) return { foreign: 'an archive of it has no time of this API' };
    archives.push({ createdOn: created, expiresOn: expires });
  }
  return { value: archives };
}

/** The whole body of an answer to `GET settings`. */
export function settingsFromWire(body: unknown): Said<PortalSettings> {
  const said = unwrap(body, WireSettings);
  if ('foreign' in said) return said;
  const { timezone } = said.value;
  const isKnown = typeof timezone === 'string' && timezone.length <= LONGEST_NAME && isTimeZone(timezone);
  return { value: { timezone: isKnown ? timezone : undefined } };
}

/** The whole body of an answer to `GET keys/@self`; `undefined`: no API key, but a token without an entry of its own. */
export function keyInfoFromWire(body: unknown): Said<KeyInfo | undefined> {
  const said = unwrap(body, z.optional(WireKey), undefined);
  if ('foreign' in said || said.value === undefined) return said as Said<undefined>;
  const { expiresAt, isActive, permissions } = said.value;
  const expires = timeFromWire(expiresAt);
  if (expires === null) return { foreign: 'its expiresAt is no time of this API' };
  return { value: { expiresAt: expires, scope: scopeOf(permissions ?? []), isActive: isActive ?? true } };
}

// --- internal ---

const LONGEST_NAME = 64;

const WireArchive = z.object({ createdOn: z.unknown(), expiresOn: z.optional(z.unknown()) });
const WireSettings = z.object({ timezone: z.optional(z.unknown()) });
const WireKey = z.object({
  expiresAt: z.optional(z.unknown()),
  isActive: z.optional(z.nullable(z.boolean())),
  permissions: z.optional(z.nullable(z.array(z.string()))),
});

/** @param nothing what an answer that says that it holds nothing means; without it, such an answer is foreign */
function unwrap<T>(body: unknown, schema: z.core.$ZodType<T>, ...nothing: readonly T[]): Said<T> {
  const envelope = openEnvelope(body);
  if ('foreign' in envelope) return envelope;
  const { response, isEmpty } = envelope;
  if (isEmpty && nothing.length > 0) return { value: nothing[0] as T };
  if (response === undefined || response === null) return { foreign: 'it holds no response' };
  const parsed = z.safeParse(schema, response);
  return parsed.success ? { value: parsed.data } : { foreign: 'its response is not of this API' };
}

/** No scope at all means all of them. */
function scopeOf(permissions: readonly string[]): KeyInfo['scope'] {
  if (permissions.length === 0 || permissions.includes('*') || permissions.includes('*:write')) return 'full';
  return permissions.includes('*:read') ? 'read-only' : 'foreign';
}
