import { DAY, MINUTE } from '../model/durations.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { Quota } from '../model/protection.ts';
import { answerOf } from './answer-of.ts';

/**
 * Asks what backups a portal's plan gives, once a day; three requests. A server of somebody's own has no plan, and one
 * that does not say whose it is, is not asked. What it does not say is remembered as such: older servers know none of
 * it, and are not asked at every tick.
 * @param most how old an earlier answer may be. Milliseconds
 */
export async function observeQuota(
  portal: PortalReader,
  { standalone, quota }: Observed,
  now: Date,
  most: number = DAY,
): Promise<Pick<Observed, 'quota'>> {
  if (standalone !== false) return {};
  const age = quota ? now.getTime() - Date.parse(quota.askedAt) : Number.NaN;
  if (age >= 0 && age < most) return {};
  return { quota: { ...(await askForQuota(portal, now)), askedAt: now.toISOString() } };
}

/** An answer that is older decides nothing that is about this very moment. Milliseconds. */
export const JUST_NOW = 15 * MINUTE;

// --- internal ---

async function askForQuota(portal: PortalReader, now: Date): Promise<Quota> {
  const paid = await answerOf(portal.readServiceState());
  if (paid === undefined) return { free: null, used: null, paid: null };
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const used = await answerOf(portal.readBackupsCount(month));
  const free = used === undefined ? undefined : await answerOf(portal.readFreeBackups());
  return { free: free ?? null, used: used ?? null, paid };
}
