import { type Answer, type RequestAddress, success } from './answer.ts';
import { type BackupBook, cleanBackups } from './backup-book.ts';
import type { ServerClock } from './portal-setup.ts';
import { serverTime } from './stored-schedule.ts';

/** The archives that exist. Not innocent: the record of each that the storage cannot find is dropped, for good. */
export function answerHistory(book: BackupBook, request: RequestAddress, clock: ServerClock): Answer {
  cleanBackups(book, clock);
  const found = book.archives.filter(({ exists }) => exists);
  book.recordsDropped += book.archives.length - found.length;
  book.archives = found;
  const records = found.map(({ id, fileName, storageType, createdOn, expiresOn }) => ({
    id,
    fileName,
    storageType,
    createdOn: serverTime(createdOn),
    expiresOn: serverTime(expiresOn),
  }));
  return success(request, records);
}
