import type { PortalReader } from '../adapters/docspace/portal-client.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
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

/** Asks a portal whose schedule was just read; only ticks and audits do. */
export type Examine = (
  portal: PortalReader,
  target: PortalTarget,
  hasSchedule: boolean,
) => Promise<Examination>;

/**
 * Asks a portal for its archives, time zone and key, or takes what it said a short while ago: asking for the history is
 * not innocent, since the server drops the record of each archive that it can't find. It is asked when a backup was
 * started since, else once a day; a portal without a schedule is not asked for archives at all.
 */
export async function examinePortal(
  portal: PortalReader,
  { dump }: PortalTarget,
  hasSchedule: boolean,
  before: Observed | undefined,
  now: Date,
): Promise<Examination> {
  const lastBackup = portal.lastBackup()?.toISOString() ?? null;
  const observed =
    before && isFresh(before, lastBackup, now)
      ? before
      : await ask(portal, dump, hasSchedule, lastBackup, now);
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

const DAY = 24 * 3_600_000;

/** The newest of them tell; a history of years would fill the reports. */
const ARCHIVES_KEPT = 3;

function isFresh(before: Observed, lastBackup: string | null, now: Date): boolean {
  return before.lastBackup === lastBackup && now.getTime() - Date.parse(before.askedAt) < DAY;
}

async function ask(
  portal: PortalReader,
  dump: boolean,
  hasSchedule: boolean,
  lastBackup: string | null,
  now: Date,
): Promise<Observed> {
  const archives = hasSchedule ? await orNothing(portal.readHistory(dump)) : [];
  const settings = hasSchedule ? await orNothing(portal.readSettings()) : undefined;
  const key = await orNothing(portal.readKeyInfo());
  return {
    askedAt: now.toISOString(),
    lastBackup,
    archives: archives ? newest(archives) : null,
    timezone: settings?.timezone ?? null,
    key: key ? storable(key) : null,
  };
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
