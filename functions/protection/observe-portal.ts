import { DAY, HOUR } from '../model/durations.ts';
import type { Observed, StoredArchive } from '../model/portal-memory.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { Archive, KeyInfo, PortalSettings } from '../model/protection.ts';
import { type Answer, answerOf } from './answer-of.ts';
import { isCredible } from './judge-protection.ts';
import { observeQuota } from './observe-quota.ts';

/** What is known of a portal that was just read, and decides what it is asked. */
export type Visit = {
  readonly portal: PortalReader;
  /** Whether the server-wide schedule is meant. */
  readonly dump: boolean;
  /** Whether backups are of interest: there is a schedule, or one is wanted. */
  readonly isOfInterest: boolean;
  /** When the server last started a backup, as it said before anything was written. */
  readonly lastBackup: Date | undefined;
  /** Stands for the key that asks. */
  readonly keyMark: string;
  /** What the portal said of its settings in this very visit, if it was asked. */
  readonly settings: Answer<PortalSettings> | undefined;
  readonly now: Date;
};

/**
 * Asks a portal for its archives, its settings, its key and what its plan gives, or takes what it said a short while
 * ago: asking for the history is not innocent, since the server drops the record of each archive that it can't find. It
 * is asked when a backup was started since, else once a day; about its key and its plan a portal is asked once a day,
 * and about another key at once. One that has no schedule, and is to have none, is not asked for archives at all.
 * Only ticks and audits ask. What can't be read says nothing: it is no reason to give up the portal.
 */
export async function observePortal(visit: Visit, before: Observed): Promise<Observed> {
  const backups = await observeBackups(visit, before);
  const key = await observeKey(visit, before);
  const seen = { ...backups, ...key };
  return { ...seen, ...(visit.isOfInterest && (await observeQuota(visit.portal, seen, visit.now))) };
}

/**
 * Asks a portal that refuses to show its schedule: its own word on the key tells a foreign scope from a broken key, and
 * its settings, which it shows in any state, whether it is active.
 */
export async function observeRefusal(
  visit: Omit<Visit, 'isOfInterest' | 'lastBackup'>,
  before: Observed,
): Promise<Observed> {
  const settings = await answerOf(visit.portal.readSettings());
  return { ...withSettings(before, settings), ...(await observeKey(visit, before)) };
}

/** What was known, with what the settings say. One that says nothing of something unsays nothing. */
export function withSettings(before: Observed, settings: PortalSettings | undefined): Observed {
  if (!settings) return before;
  const { timezone, standalone, tenantStatus } = settings;
  return {
    ...before,
    timezone: timezone ?? null,
    ...(standalone !== undefined && { standalone }),
    ...(tenantStatus !== undefined && { tenantStatus }),
  };
}

// --- internal ---

/** The newest of them tell; a history of years would fill the reports. */
const ARCHIVES_KEPT = 3;

async function observeBackups(visit: Visit, before: Observed): Promise<Observed> {
  const { portal, dump, now } = visit;
  const ran = visit.lastBackup?.toISOString() ?? null;
  const heard = visit.settings && ('value' in visit.settings ? visit.settings.value : undefined);
  if (!visit.isOfInterest || isProofFresh(before, ran, now)) return withSettings(before, heard);
  const history = await answerOf(portal.readHistory(dump));
  const settings = visit.settings ? heard : await answerOf(portal.readSettings());
  return {
    ...withSettings(before, settings),
    askedAt: now.toISOString(),
    lastBackup: ran,
    archives: history ? worthKeeping(history, now) : null,
  };
}

async function observeKey(
  { portal, keyMark, now }: Pick<Visit, 'portal' | 'keyMark' | 'now'>,
  before: Observed,
): Promise<Pick<Observed, 'key' | 'keyAskedAt' | 'keyMark'>> {
  const { key, keyAskedAt } = before;
  // A report of before says nothing of which key it was.
  const isSameKey = before.keyMark === undefined || before.keyMark === keyMark;
  if (isSameKey && isWithin(keyAskedAt, now, DAY)) return { key: key ?? null, keyAskedAt, keyMark };
  const answer = await answerOf(portal.readKeyInfo().then((said) => ({ said })));
  // What the same key said last is still worth telling; the next tick asks again.
  if (!answer) return { key: isSameKey ? (key ?? null) : null, keyAskedAt: undefined, keyMark };
  return { key: answer.said ? storable(answer.said) : null, keyAskedAt: now.toISOString(), keyMark };
}

/** Whether what was said of archives still holds: no backup was started since, and it is not too long ago. */
function isProofFresh({ askedAt, lastBackup, archives }: Observed, ran: string | null, now: Date): boolean {
  if (!archives || lastBackup !== ran) return false;
  // A backup takes its time: one that left no archive yet is looked for again, but not at every turn.
  const isProof = ({ createdOn }: StoredArchive) =>
    ran !== null && createdOn >= ran && isCredible({ createdOn: new Date(createdOn) }, now);
  return isWithin(askedAt, now, ran === null || archives.some(isProof) ? DAY : HOUR);
}

function isWithin(time: string | null | undefined, now: Date, ms: number): boolean {
  if (typeof time !== 'string') return false;
  const age = now.getTime() - Date.parse(time);
  return age >= 0 && age < ms;
}

/**
 * The newest archives, and those that will count when these are gone: the newest that is still there tomorrow, when the
 * portal is asked again, and the newest that stays.
 */
function worthKeeping(archives: readonly Archive[], now: Date): readonly StoredArchive[] {
  const credible = archives
    .filter((archive) => isCredible(archive, now))
    .sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  const tomorrow = new Date(now.getTime() + DAY);
  const lasting = [
    credible.find(({ expiresOn }) => !expiresOn || expiresOn > tomorrow),
    credible.find(({ expiresOn }) => !expiresOn),
  ];
  return credible
    .filter((archive, place) => place < ARCHIVES_KEPT || lasting.includes(archive))
    .map(({ createdOn, expiresOn }) => ({
      createdOn: createdOn.toISOString(),
      expiresOn: expiresOn?.toISOString() ?? null,
    }));
}

function storable({ expiresAt, scope, isActive }: KeyInfo): NonNullable<Observed['key']> {
  return { expiresAt: expiresAt?.toISOString() ?? null, scope, isActive };
}
