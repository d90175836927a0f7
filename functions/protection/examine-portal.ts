import { DAY, HOUR } from '../model/durations.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { Archive, KeyInfo } from '../model/protection.ts';
import { keyWarnings } from './key-warnings.ts';

/** What is known of a portal beyond its schedule. */
export type Examination = {
  /** `undefined`: the history could not be read. */
  readonly archives: readonly Archive[] | undefined;
  readonly timezone: string | undefined;
  /** When the schedule was set, or first seen, if that is known. */
  readonly since?: Date;
  /** How much later than its slot a backup may be there. Hours; default 12. */
  readonly graceHours?: number;
  readonly warnings: readonly PortalWarning[];
  readonly observed: Observed;
};

/** What reading a portal's schedule came to; `refused`: the portal knows the key, and does not let it. */
export type Found = 'schedule' | 'none' | 'refused';

/**
 * Asks a portal whose schedule was just read; only ticks and audits do.
 * @param known what this very run has heard of the portal already
 */
export type Examine = (
  portal: PortalReader,
  target: PortalTarget,
  found: Found,
  known: Observed | undefined,
) => Promise<Examination>;

/**
 * Asks a portal for its archives, time zone and key, or takes what it said a short while ago: asking for the history is
 * not innocent, since the server drops the record of each archive that it can't find. It is asked when a backup was
 * started since, else once a day; about its key a portal is asked once a day. One that has no schedule, and is to have
 * none, is not asked for archives at all.
 */
export async function examinePortal(
  portal: PortalReader,
  target: PortalTarget,
  found: Found,
  before: Observed | undefined,
  now: Date,
): Promise<Examination> {
  const observed = {
    ...(await observeBackups(portal, target, found, before ?? NOTHING, now)),
    ...(await observeKey(portal, before ?? NOTHING, now)),
  };
  const { archives, timezone, key } = observed;
  return {
    archives: archives?.map(({ createdOn, expiresOn }) => ({
      createdOn: new Date(createdOn),
      expiresOn: expiresOn === null ? undefined : new Date(expiresOn),
    })),
    timezone: timezone ?? undefined,
    warnings: key
      ? keyWarnings({ ...key, expiresAt: key.expiresAt === null ? undefined : new Date(key.expiresAt) }, now)
      : [],
    observed,
  };
}

// --- internal ---

/** The newest of them tell; a history of years would fill the reports. */
const ARCHIVES_KEPT = 3;

const NOTHING: Observed = { askedAt: null, lastBackup: null, archives: null, timezone: null, key: null };

async function observeBackups(
  portal: PortalReader,
  { dump, schedule }: PortalTarget,
  found: Found,
  before: Observed,
  now: Date,
): Promise<Omit<Observed, 'key' | 'keyAskedAt'>> {
  const { askedAt, lastBackup, archives, timezone } = before;
  const kept = { askedAt, lastBackup, archives, timezone };
  const ran = portal.lastBackup()?.toISOString() ?? null;
  const isOfInterest = found === 'schedule' || (found === 'none' && schedule !== undefined);
  if (!isOfInterest || isProofFresh(before, ran, now)) return kept;

  const history = await orNothing(portal.readHistory(dump));
  const settings = await orNothing(portal.readSettings());
  return {
    askedAt: now.toISOString(),
    lastBackup: ran,
    archives: history ? newest(history) : null,
    timezone: settings ? (settings.timezone ?? null) : timezone,
  };
}

async function observeKey(
  portal: PortalReader,
  { key, keyAskedAt, askedAt }: Observed,
  now: Date,
): Promise<Pick<Observed, 'key' | 'keyAskedAt'>> {
  const asked = keyAskedAt ?? askedAt;
  if (isWithin(asked, now, DAY)) return { key, ...(asked !== null && { keyAskedAt: asked }) };
  let said: KeyInfo | undefined;
  try {
    said = await portal.readKeyInfo();
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    // What it said last is still worth telling, and the next tick asks again.
    return { key };
  }
  return { key: said ? storable(said) : null, keyAskedAt: now.toISOString() };
}

/** Whether what was said of archives still holds: no backup was started since, and it is not too long ago. */
function isProofFresh({ askedAt, lastBackup, archives }: Observed, ran: string | null, now: Date): boolean {
  if (archives === null || lastBackup !== ran) return false;
  // A backup takes its time: one that left no archive yet is looked for again, but not at every turn.
  const isProven = ran === null || archives.some(({ createdOn }) => createdOn >= ran);
  return isWithin(askedAt, now, isProven ? DAY : HOUR);
}

function isWithin(time: string | null, now: Date, ms: number): boolean {
  if (time === null) return false;
  const age = now.getTime() - Date.parse(time);
  return age >= 0 && age < ms;
}

/** One that can't be read says nothing: it is no reason to give up the portal. */
async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PortalError) return undefined;
    throw error;
  }
}

function newest(archives: readonly Archive[]): NonNullable<Observed['archives']> {
  return [...archives]
    .sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime())
    .slice(0, ARCHIVES_KEPT)
    .map(({ createdOn, expiresOn }) => ({
      createdOn: createdOn.toISOString(),
      expiresOn: expiresOn?.toISOString() ?? null,
    }));
}

function storable({ expiresAt, scope, isActive }: KeyInfo): NonNullable<Observed['key']> {
  return { expiresAt: expiresAt?.toISOString() ?? null, scope, isActive };
}
