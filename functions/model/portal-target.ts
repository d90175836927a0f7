import type { SaidGuard } from './guard.ts';
import type { BackupSchedule } from './schedule.ts';

/** `enforce` makes the portal follow; `detect` reads and reports, and writes nothing. */
export type Mode = 'enforce' | 'detect';

/** What one policy wants of one portal. Complete: defaults and profiles are merged, nothing optional is left. */
export type PortalTarget = {
  readonly portal: string;
  readonly mode: Mode;
  /** Which of a server's schedules is meant: the portal's own (false) or the server-wide one (true). */
  readonly dump: boolean;
  /** The wanted schedule; `undefined` for `state: absent`: no schedule at all. */
  readonly schedule: BackupSchedule | undefined;
  /** Writes it also where the server would first run it later than its own first slot, or never. */
  readonly allowLateFirstRun: boolean;
};

/** A policy that was read without errors. */
export type Policy = {
  /** In the file's order; each portal once. */
  readonly targets: readonly PortalTarget[];
  readonly description: string;
  readonly guard: SaidGuard;
  /** The digest of a set of changes that may go over the guards. */
  readonly approve: string | undefined;
};
