import * as z from 'zod/mini';
import { printable } from '../model/printable.ts';
import type { Archive, KeyInfo, PortalSettings } from '../model/protection.ts';
import { isTimeZone } from '../model/time-zone.ts';
import { type Said, unwrap } from './wire-envelope.ts';
import { timeFromWire } from './wire-time.ts';

/** How what a portal says of its archives, its settings and its key looks on the wire. Nothing here ever throws. */

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
  const { timezone, standalone, tenantStatus, version } = said.value;
  const isKnown = isShort(timezone) && isTimeZone(timezone);
  return {
    value: {
      timezone: isKnown ? timezone : undefined,
      standalone: typeof standalone === 'boolean' ? standalone : undefined,
      tenantStatus: Number.isSafeInteger(tenantStatus) ? (tenantStatus as number) : undefined,
      version: isShort(version) ? printable(version, LONGEST_NAME) : undefined,
    },
  };
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

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
}

const WireArchive = z.object({ createdOn: z.unknown(), expiresOn: z.optional(z.unknown()) });
/** What is not as expected there is not said: nothing that one needs of it may hide the rest. */
const WireSettings = z.object({
  timezone: z.optional(z.unknown()),
  standalone: z.optional(z.unknown()),
  tenantStatus: z.optional(z.unknown()),
  version: z.optional(z.unknown()),
});
const WireKey = z.object({
  expiresAt: z.optional(z.unknown()),
  isActive: z.optional(z.nullable(z.boolean())),
  permissions: z.optional(z.nullable(z.array(z.string()))),
});

/** No scope at all means all of them. */
function scopeOf(permissions: readonly string[]): KeyInfo['scope'] {
  if (permissions.length === 0 || permissions.includes('*') || permissions.includes('*:write')) return 'full';
  return permissions.includes('*:read') ? 'read-only' : 'foreign';
}
