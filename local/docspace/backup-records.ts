import { randomUUID } from 'node:crypto';
import type { FreeBackups } from './free-backups.ts';
import type { ServerClock } from './portal-setup.ts';
import { DATA_STORE, type StoredSchedule, THIRD_PARTY_CONSUMER } from './stored-schedule.ts';

/** What a server keeps about the backups of one portal, or of its dump. */
export type BackupBook = {
  schedule: StoredSchedule | undefined;
  /** Up to when the scheduler has looked; undefined: never yet. */
  lookedUntil: Date | undefined;
  /** The records of the history, oldest first. */
  archives: Archive[];
  /** Every backup the scheduler started. */
  backupsStarted: BackupStart[];
  /** What the cleaner deleted: too old to be kept, or expired. */
  archivesDeleted: Archive[];
  /** Records that the history or the cleaner dropped, because their archive could not be found. */
  archivesDropped: Archive[];
  recordsDropped: number;
  /** When the server deleted the schedule by itself. */
  schedulesDeleted: Date[];
  /** What the server wrote to the administrators. */
  mails: Mail[];
};

export type Archive = {
  id: string;
  fileName: string;
  storageType: number;
  /** The storage module it lies in; undefined: another kind of storage, or one that can always be opened. */
  module?: string;
  createdOn: Date;
  /** Undefined: never. */
  expiresOn: Date | undefined;
  scheduled: boolean;
  /** Can the storage find it? */
  exists: boolean;
  /** Was it paid for? */
  paid?: boolean;
};

/** `at-once`: the hour had passed when the schedule was posted; `on-time`: its hour came. */
export type BackupStart = {
  at: Date;
  reason: 'at-once' | 'on-time';
  failed: boolean;
  /** Beyond the free ones, by the paid service. One that fails costs nothing. */
  paid: boolean;
  /** Of one that failed: what the server says. */
  why?: string;
};

export type Mail = { at: Date; about: 'backup-failed' | 'schedule-deleted'; message: string };

/** What a look did. */
export type LookOutcome = { at: Date; what: 'started' | 'failed' | 'schedule-deleted' };

export type RunOptions = {
  readonly clock: ServerClock;
  readonly name: string;
  readonly timezone: string;
  /** The run meets a billing error: the schedule is deleted, no backup starts. */
  readonly billingError: boolean;
  /** Not active, or its bill is overdue: no look sees it. */
  readonly passedOver?: boolean;
  /** Absent on stand-alone servers. */
  readonly free?: FreeBackups;
  /** Why backups of this schedule fail. */
  readonly whyFails?: (schedule: StoredSchedule) => string | undefined;
  /** Can the storage of this archive be opened? */
  readonly opens?: (archive: Archive) => boolean;
};

/** The record of a backup that worked (BackupProgressItem.cs:149 and 212-228). */
export function newArchive(
  { storageType, storageParams }: Pick<StoredSchedule, 'storageType' | 'storageParams'>,
  { at, name, scheduled, paid }: { at: Date; name: string; scheduled: boolean; paid: boolean },
): Archive {
  const { module } = storageType === THIRD_PARTY_CONSUMER ? storageParams : {};
  return {
    id: randomUUID(),
    fileName: `${name}_${at.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-')}.tar.gz`,
    storageType,
    ...(module !== undefined && { module }),
    createdOn: at,
    expiresOn: storageType === DATA_STORE ? new Date(at.getTime() + DAY) : undefined,
    scheduled,
    exists: true,
    paid,
  };
}

// --- internal ---

const DAY = 86_400_000;
