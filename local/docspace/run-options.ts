import type { Archive, BackupBook, RunOptions } from './backup-records.ts';
import type { FreeBackups } from './free-backups.ts';
import type { PortalPlan, ServerClock } from './portal-setup.ts';
import { type StorageGround, whyFails } from './storage-modules.ts';
import type { TenantStatus } from './tenant-status.ts';

/** What a portal knows that decides about its backups. */
export type BackupGround = StorageGround & {
  readonly name: string;
  readonly timezone: string;
  readonly billingError: boolean;
  readonly plan: PortalPlan;
  readonly status: TenantStatus;
  readonly free: FreeBackups | undefined;
  readonly opens: (archive: Archive) => boolean;
};

/** How the server runs a portal's backups. */
export function runOptions(portal: BackupGround, clock: ServerClock): RunOptions {
  const { name, timezone, billingError, plan, status, free } = portal;
  return {
    clock,
    name,
    timezone,
    billingError,
    // BackupRepository.cs:198: active portals alone; BackupSchedulerService.cs:102: up to an overdue bill
    passedOver: status !== 'active' || plan === 'overdue' || plan === 'unpaid',
    free,
    whyFails: (schedule) => whyFails(schedule, portal),
    opens: (archive) => portal.opens(archive),
  };
}

/**
 * How the server runs its dump: for a tenant of its own, which is always active (BackupRepository.cs:198) and has no
 * zone, so that the hours are UTC; with the storages of the portal that posted it.
 */
export function dumpOptions(owner: BackupGround | undefined, clock: ServerClock): RunOptions {
  return {
    clock,
    name: 'workspace', // BackupProgressItem.cs:148
    timezone: 'UTC',
    billingError: owner?.billingError ?? false,
    ...(owner && {
      whyFails: (schedule) => whyFails(schedule, owner),
      opens: (archive) => owner.opens(archive),
    }),
  };
}

/** Are there looks at this book that may find something? */
export function isWatched({ schedule }: BackupBook, { passedOver = false }: RunOptions): boolean {
  return schedule !== undefined && !passedOver;
}
