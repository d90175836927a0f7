import type { Archive, BackupBook, RunOptions } from './backup-records.ts';

/**
 * The server's cleaner (BackupCleanerService.cs:54-124): drops records of archives that are not to be found, deletes
 * what has expired, and scheduled archives beyond the number kept. Without a schedule there is no such number.
 */
export function cleanBackups(book: BackupBook, { opens }: RunOptions, now: Date): void {
  const scheduled = book.archives.filter((archive) => archive.scheduled);
  if (scheduled.length > 0) dropUnfound(book, opens);
  const newest = book.archives
    .filter((archive) => archive.scheduled)
    .sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  const kept = book.schedule?.backupsStored ?? newest.length;
  const surplus = new Set(newest.slice(kept));
  deleteArchives(book, (archive) => surplus.has(archive) || isExpired(archive, now));
}

/** What has expired goes, whether or not there is a schedule. */
export function cleanExpired(book: BackupBook, now: Date): void {
  deleteArchives(book, (archive) => isExpired(archive, now));
}

/** Forgets the records of archives that no store can find, or whose module has no store (ConsumerBackupStorage.cs:89-97). */
export function dropUnfound(book: BackupBook, opens: RunOptions['opens'] = () => true): void {
  const found = book.archives.filter((archive) => archive.exists && opens(archive));
  if (found.length === book.archives.length) return;
  book.recordsDropped += book.archives.length - found.length;
  book.archivesDropped.push(...book.archives.filter((archive) => !found.includes(archive)));
  book.archives = found;
}

// --- internal ---

function isExpired({ expiresOn }: Archive, now: Date): boolean {
  return expiresOn !== undefined && expiresOn <= now;
}

function deleteArchives(book: BackupBook, isDoomed: (archive: Archive) => boolean): void {
  const doomed = book.archives.filter(isDoomed);
  if (doomed.length === 0) return;
  book.archivesDeleted.push(...doomed);
  book.archives = book.archives.filter((archive) => !doomed.includes(archive));
}
