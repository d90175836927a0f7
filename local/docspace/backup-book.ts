import { type BackupBook, type LookOutcome, newArchive, type RunOptions } from './backup-records.ts';
import { cleanBackups } from './clean-backups.ts';
import { chargeFor } from './free-backups.ts';
import { type DueLook, dueSlot, nextLook } from './next-look.ts';
import { instantOf } from './portal-time.ts';
import type { StoredSchedule } from './stored-schedule.ts';

export function createBackupBook(): BackupBook {
  return {
    schedule: undefined,
    lookedUntil: undefined,
    archives: [],
    backupsStarted: [],
    archivesDeleted: [],
    archivesDropped: [],
    recordsDropped: 0,
    schedulesDeleted: [],
    mails: [],
  };
}

/** All looks of scheduler and cleaner that have come up to now, and one that comes right now. */
export function runBackups(book: BackupBook, options: RunOptions): LookOutcome[] {
  const now = options.clock.now();
  const outcomes = runLooks(book, options, now);
  const { schedule } = book;
  const slot = schedule && dueSlot(schedule, options.timezone, now);
  if (schedule && slot !== undefined && !options.passedOver)
    outcomes.push(strike(book, schedule, { at: now, slot }, options));
  cleanBackups(book, options, now);
  return outcomes;
}

/** All looks since the last one, up to this time. The look at which a schedule came to be does not see it. */
export function runLooks(book: BackupBook, options: RunOptions, until: Date): LookOutcome[] {
  const outcomes: LookOutcome[] = [];
  while (book.schedule && !options.passedOver) {
    const { schedule } = book;
    const after = later(book.lookedUntil, schedule.postedAt);
    const look = nextLook(schedule, options.timezone, { after, until }, options.clock);
    if (!look) break;
    book.lookedUntil = look.at;
    outcomes.push(strike(book, schedule, look, options));
    cleanBackups(book, options, look.at);
  }
  if (!book.lookedUntil || book.lookedUntil < until) book.lookedUntil = until;
  cleanBackups(book, options, until);
  return outcomes;
}

/** The later of when the scheduler looked last and when the schedule came to be: the next look is after it. */
export function later(lookedUntil: Date | undefined, postedAt: Date): Date {
  return lookedUntil && lookedUntil > postedAt ? lookedUntil : postedAt;
}

// --- internal ---

/** What the scheduler does with a schedule that is due (BackupSchedulerService.cs:96-176). */
function strike(
  book: BackupBook,
  schedule: StoredSchedule,
  { at, slot }: DueLook,
  options: RunOptions,
): LookOutcome {
  const charge = options.billingError ? { refused: 'Payment required' } : chargeFor(book, options.free, at);
  if (charge.refused !== undefined) {
    book.schedule = undefined;
    book.schedulesDeleted.push(at);
    book.mails.push({ at, about: 'schedule-deleted', message: charge.refused });
    return { at, what: 'schedule-deleted' };
  }
  const why = options.whyFails?.(schedule);
  const failed = why !== undefined;
  const reason = instantOf(slot, options.timezone) <= schedule.postedAt ? 'at-once' : 'on-time';
  const paid = charge.paid && !failed;
  schedule.lastBackupTime = at;
  book.backupsStarted.push({ at, reason, failed, paid, ...(failed && { why }) });
  if (failed) book.mails.push({ at, about: 'backup-failed', message: why });
  else book.archives.push(newArchive(schedule, { at, name: options.name, scheduled: true, paid }));
  return { at, what: failed ? 'failed' : 'started' };
}
