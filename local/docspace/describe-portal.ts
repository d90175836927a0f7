import { createHash } from 'node:crypto';
import { type Answer, failure, type RequestAddress, success } from './answer.ts';
import type { Presented } from './authorize.ts';
import type { LocalPortal } from './local-portal.ts';
import type { KeySetup } from './portal-setup.ts';
import { offsetMs, offsetText, wallTime } from './portal-time.ts';
import { TENANT_STATUS } from './tenant-status.ts';

/** The settings: everybody may ask; who has a live key learns more (SettingsController.cs:104-145). */
export function describeSettings(portal: LocalPortal, known: boolean, now: Date) {
  const { standalone, timezone } = portal;
  const open = {
    culture: 'en-US',
    standalone,
    tenantStatus: TENANT_STATUS[portal.status],
    version: portal.version,
    tenantAlias: portal.name,
  };
  if (!known) return open;
  const offset = offsetMs(now, timezone);
  return {
    ...open,
    timezone,
    utcOffset: offsetText(offset),
    utcHoursOffset: offset / 3_600_000,
  };
}

/** The calling key. A session token in the cookie has no key behind it, and the server trips over that with a 400. */
export function describeKey(
  portal: LocalPortal,
  { request, key, presented }: { request: RequestAddress; key: KeySetup; presented: Presented },
): Answer {
  if (presented.cookie) return failure(400, 'startIndex cannot be larger than length of string.');
  if (presented.as !== 'api-key') return success(request, undefined);
  const time = (at: Date) => apiTime(at, portal);
  return success(request, {
    id: idFrom(key.key),
    name: key.name ?? 'backup policies',
    keyPostfix: key.key.slice(-4),
    permissions: key.permissions ?? ['*'],
    createOn: time(new Date('2026-01-01T00:00:00Z')),
    createBy: { id: idFrom(portal.name), displayName: key.admin === false ? 'Member' : 'Administrator' },
    ...(key.expiresAt ? { expiresAt: time(key.expiresAt) } : {}),
    isActive: key.isActive ?? true,
  });
}

// --- internal ---

/** A time in the portal's zone, in one of the two ways it is known to be written. */
function apiTime(at: Date, { timezone, timesAsObjects }: LocalPortal): unknown {
  const offset = offsetMs(at, timezone);
  if (timesAsObjects)
    return {
      utcTime: at.toISOString().replace(/(\.\d+)?Z$/, '.0000000Z'),
      timeZoneOffset: offsetText(offset),
    };
  const wall = new Date(wallTime(at, timezone)).toISOString().slice(0, 19);
  const sign = offset < 0 ? '-' : '+';
  return `${wall}.0000000${sign}${offsetText(Math.abs(offset)).slice(0, 5)}`;
}

function idFrom(text: string): string {
  const hex = createHash('sha256').update(`id ${text}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
