import { type Answer, type RequestAddress, success } from './answer.ts';
import type { BackupBook, RunOptions } from './backup-records.ts';
import { cleanExpired, dropUnfound } from './clean-backups.ts';
import { serverTime } from './stored-schedule.ts';

/**
 * The archives that exist. Not innocent: the record of each that the storage cannot find is dropped, for good
 * (BackupService.cs:208-231).
 */
export function answerHistory(
  book: BackupBook,
  { request, now, opens }: { request: RequestAddress; now: Date; opens: RunOptions['opens'] },
): Answer {
  cleanExpired(book, now);
  dropUnfound(book, opens);
  const records = book.archives.map(({ id, fileName, storageType, createdOn, expiresOn }) => ({
    id,
    fileName,
    storageType,
    createdOn: serverTime(createdOn),
    expiresOn: serverTime(expiresOn),
  }));
  return success(request, records);
}
