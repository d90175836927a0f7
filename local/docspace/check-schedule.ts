import { type Answer, failure } from './answer.ts';
import { refuseRights } from './authorize.ts';
import { type BoundSchedule, storedText } from './bind-schedule.ts';
import type { FreeBackups } from './free-backups.ts';
import type { KeySetup } from './portal-setup.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** A portal's folders. `noCreate` and `sectionRoot` are found, but a backup may not go there. */
export type FolderIds = {
  readonly documents: number;
  readonly noCreate: number;
  readonly sectionRoot: number;
};

/** What a portal knows that decides about a schedule. */
export type ScheduleGround = {
  /** Absent on a stand-alone server, which asks for no plan. */
  readonly free: FreeBackups | undefined;
  readonly standalone: boolean;
  readonly spaceAccess: boolean;
  readonly tenantId: number;
  readonly folderIds: FolderIds;
  readonly providerFolders: ReadonlySet<string>;
};

/**
 * A bound schedule as the server would store it, or its refusal, in the order of the server's checks
 * (BackupController.cs:108-139, then BackupService.cs:377-416).
 */
export function checkSchedule(
  bound: BoundSchedule,
  portal: ScheduleGround,
  { key, now }: { key: KeySetup; now: Date },
): StoredSchedule | Answer {
  if (bound.dump && !(portal.standalone && portal.spaceAccess)) return failure(403, 'Access denied');
  const params = readParams(bound.pairs);
  if ('status' in params) return params as Answer;
  if (!bound.cron) return tripped();
  if (bound.backupsStored < 1 || bound.backupsStored > 30) return failure(400, 'backupStored must be 1 - 30');
  const refusal =
    refuseFolder(bound.storageType, params.texts, portal) ??
    refuseRights(key) ??
    refusePlan(portal.free) ??
    refuseCron(bound.cron);
  if (refusal) return refusal;
  if (bound.dump && 'tenantId' in params.texts) return duplicate('tenantId');
  if (bound.storageType === LOCAL && !portal.standalone)
    return failure(500, 'Access denied', 'System.Exception');
  const basePath = basePathOf(bound.storageType, params.texts);
  if (basePath === undefined) return tripped(KEY_NOT_FOUND);
  const storageParams = bound.dump ? { ...params.texts, tenantId: String(portal.tenantId) } : params.texts;
  const { storageType, backupsStored, cron, dump } = bound;
  const stored = { storageType, storageParams, basePath, backupsStored, cron, dump };
  return { ...stored, postedAt: now, lastBackupTime: undefined };
}

/** What `folderId` or `filePath` a type keeps as its base path; null if it has none, undefined if it is missing. */
export function basePathOf(storageType: number, params: Record<string, string>): string | null | undefined {
  if (storageType === LOCAL) return params.filePath;
  return needsFolder(storageType) ? params.folderId : null;
}

// --- internal ---

const LOCAL = 3;
const KEY_NOT_FOUND = 'System.Collections.Generic.KeyNotFoundException';

function needsFolder(storageType: number): boolean {
  return storageType === 0 || storageType === 1;
}

function tripped(type = 'System.NullReferenceException'): Answer {
  return failure(500, 'Object reference not set to an instance of an object.', type);
}

function duplicate(key: string): Answer {
  return failure(400, `An item with the same key has already been added. Key: ${key}`);
}

function readParams(pairs: BoundSchedule['pairs']): { texts: Record<string, string> } | Answer {
  const texts: Record<string, string> = {};
  for (const { key, value } of pairs) {
    if (key === undefined || key === null || value === undefined || value === null) return tripped();
    const name = storedText(key);
    if (Object.hasOwn(texts, name)) return duplicate(name);
    texts[name] = storedText(value);
  }
  return { texts };
}

function refuseFolder(
  storageType: number,
  params: Record<string, string>,
  { folderIds, providerFolders }: ScheduleGround,
): Answer | undefined {
  if (!needsFolder(storageType)) return undefined;
  const text = params.folderId;
  const id = text !== undefined && /^\d+$/.test(text) ? String(Number(text)) : text;
  if (id === undefined) return tripped(KEY_NOT_FOUND);
  if (providerFolders.has(id) || id === String(folderIds.documents)) return undefined;
  if (id === String(folderIds.noCreate) || id === String(folderIds.sectionRoot))
    return failure(403, 'Access denied');
  return failure(404, 'The required folder was not found');
}

/** BackupService.cs:625-636: a plan without free backups, and the paid service off. */
function refusePlan(plan: FreeBackups | undefined): Answer | undefined {
  return plan && plan.free === 0 && !plan.paidService
    ? failure(402, 'Your pricing plan does not support this option')
    : undefined;
}

function refuseCron({
  period,
  hour,
  day,
}: {
  period: number;
  hour: number;
  day: number;
}): Answer | undefined {
  const lastDay = [0, 7, 31][period] ?? 0;
  const dayFits = period === 0 || (day >= 1 && day <= lastDay);
  return hour >= 0 && hour <= 23 && dayFits
    ? undefined
    : failure(500, 'The cron expression is not valid.', 'System.FormatException');
}
