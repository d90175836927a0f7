/** What a plan gives. */
export type FreeBackups = {
  /** Backups a calendar month. */
  readonly free: number;
  /** The paid service, for what goes beyond. */
  readonly paidService: boolean;
};

export type Charge = { readonly paid: boolean; readonly refused?: undefined } | { readonly refused: string };

type MadeBackup = { readonly createdOn: Date; readonly paid?: boolean };

/** What the books keep of backups that were made. */
export type MadeBackups = {
  readonly archives: readonly MadeBackup[];
  readonly archivesDeleted: readonly MadeBackup[];
  readonly archivesDropped: readonly MadeBackup[];
};

/**
 * What a backup costs now: nothing while some are free (CountFreeBackupFeature.cs:59-73, 79-87), something with the
 * paid service on; else it is refused (BackupSchedulerService.cs:110-130).
 */
export function chargeFor(book: MadeBackups, plan: FreeBackups | undefined, at: Date): Charge {
  if (!plan) return { paid: false };
  if (countBackups(book, { ...thisMonth(at), paid: false }) + 1 <= plan.free) return { paid: false };
  if (plan.paidService) return { paid: true };
  return { refused: `The number of free backups should not exceed ${plan.free} within a month` };
}

/** Backups that worked, also those whose archives are gone since (BackupRepository.cs:213-216). */
export function countBackups(
  { archives, archivesDeleted, archivesDropped }: MadeBackups,
  { from, to, paid }: { from: Date; to: Date; paid: boolean },
): number {
  const counts = (archive: MadeBackup) =>
    (archive.paid ?? false) === paid && archive.createdOn >= from && archive.createdOn <= to;
  return [archives, archivesDeleted, archivesDropped].reduce(
    (sum, made) => sum + made.filter(counts).length,
    0,
  );
}

/** From the first of the month, in UTC, to a second from now (CountFreeBackupFeature.cs:92-98). */
export function thisMonth(now: Date): { from: Date; to: Date } {
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  return { from, to: new Date(now.getTime() + 1000) };
}
