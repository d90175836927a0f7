import { randomUUID } from 'node:crypto';
import type { ServerClock } from './portal-setup.ts';
import { instantOf, wallTime } from './portal-time.ts';
import { DATA_STORE, type StoredCron, type StoredSchedule, THIRD_PARTY_CONSUMER } from './stored-schedule.ts';

/** What a server keeps about the backups of one portal, or of its dump. */
export type BackupBook = {
  schedule: StoredSchedule | undefined;
  /** The records of the history, oldest first. */
  archives: Archive[];
  /** Every backup the scheduler started. */
  backupsStarted: BackupStart[];
  /** What the cleaner deleted: too old to be kept, or expired. */
  archivesDeleted: Archive[];
  /** Records that reading the history dropped, because their archive could not be found. */
  recordsDropped: number;
  /** When the server deleted the schedule by itself. */
  schedulesDeleted: Date[];
};

export type Archive = {
  id: string;
  fileName: string;
  storageType: number;
  createdOn: Date;
  /** Undefined: never. */
  expiresOn: Date | undefined;
  scheduled: boolean;
  /** Can the storage find it? */
  exists: boolean;
};

/** `at-once`: the hour had passed when the schedule was posted; `on-time`: its hour came. */
export type BackupStart = { at: Date; reason: 'at-once' | 'on-time'; failed: boolean };

export type RunOptions = {
  readonly clock: ServerClock;
  readonly name: string;
  readonly timezone: string;
  /** The run meets a billing error: the schedule is deleted, no backup starts. */
  readonly billingError: boolean;
};

export function createBackupBook(): BackupBook {
  return {
    schedule: undefined,
    archives: [],
    backupsStarted: [],
    archivesDeleted: [],
    recordsDropped: 0,
    schedulesDeleted: [],
  };
}

/** Starts every backup that came due up to now, then cleans. */
export function runBackups(book: BackupBook, options: RunOptions): void {
  const { clock, timezone, billingError } = options;
  const now = clock.now();
  for (let run = 0; run < MOST_RUNS && book.schedule; run += 1) {
    const { schedule } = book;
    const due = nextRun(schedule.cron, countingFrom(schedule, timezone, clock));
    if (due === undefined || due > wallTime(now, timezone)) break;
    const dueAt = instantOf(due, timezone);
    const atOnce = dueAt < schedule.postedAt;
    const at = atOnce ? schedule.postedAt : dueAt;
    if (billingError) {
      book.schedule = undefined;
      book.schedulesDeleted.push(at);
      break;
    }
    startBackup(book, schedule, options.name, { at, reason: atOnce ? 'at-once' : 'on-time' });
  }
  cleanBackups(book, clock);
}

/** The server's cleaner: deletes what has expired, and scheduled archives beyond the number kept. */
export function cleanBackups(book: BackupBook, clock: ServerClock): void {
  const now = clock.now();
  const scheduled = book.archives.filter((archive) => archive.scheduled);
  const kept = book.schedule?.backupsStored ?? (clock.cleansWithoutSchedule ? 0 : scheduled.length);
  const surplus = new Set(scheduled.slice(0, Math.max(0, scheduled.length - kept)));
  const doomed = book.archives.filter(
    (archive) => surplus.has(archive) || (archive.expiresOn !== undefined && archive.expiresOn <= now),
  );
  if (doomed.length === 0) return;
  book.archivesDeleted.push(...doomed);
  book.archives = book.archives.filter((archive) => !doomed.includes(archive));
}

/** The first time the cron strikes after a wall time, as a wall time. A month without the day is skipped. */
export function nextRun({ period, hour, day }: StoredCron, after: number): number | undefined {
  const first = Math.floor(after / DAY) * DAY;
  for (let start = first; start <= first + 70 * DAY; start += DAY) {
    const date = new Date(start);
    const fits = period === 0 || (period === 1 ? date.getUTCDay() + 1 : date.getUTCDate()) === day;
    const wall = start + hour * HOUR;
    if (fits && wall > after) return wall;
  }
  return undefined;
}

// --- internal ---

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_RUNS = 5_000;

/** Never run: from right before 00:00 of the day it was posted on. Else from the last start. */
function countingFrom(schedule: StoredSchedule, timezone: string, clock: ServerClock): number {
  if (schedule.lastBackupTime) return wallTime(schedule.lastBackupTime, timezone);
  const zone = clock.countsFrom === 'portal-day' ? timezone : 'UTC';
  return Math.floor(wallTime(schedule.postedAt, zone) / DAY) * DAY - 1000;
}

function startBackup(
  book: BackupBook,
  schedule: StoredSchedule,
  name: string,
  { at, reason }: Pick<BackupStart, 'at' | 'reason'>,
): void {
  const { storageType, storageParams } = schedule;
  const failed =
    storageType === CUSTOM_CLOUD || (storageType === THIRD_PARTY_CONSUMER && !storageParams.module);
  schedule.lastBackupTime = at;
  book.backupsStarted.push({ at, reason, failed });
  if (failed) return;
  book.archives.push({
    id: randomUUID(),
    fileName: `${name}_${at.toISOString().slice(0, 19).replaceAll(':', '-')}.tar.gz`,
    storageType,
    createdOn: at,
    expiresOn: storageType === DATA_STORE ? new Date(at.getTime() + DAY) : undefined,
    scheduled: true,
    exists: true,
  });
}

/** Accepted by the API, but the server has no backend for it. */
const CUSTOM_CLOUD = 2;
