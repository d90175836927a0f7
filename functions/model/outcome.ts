import type { Drift } from './drift.ts';
import type { Effect } from './effect.ts';
import type { ErrorCode } from './portal-error.ts';
import type { SelectedBy } from './portal-target.ts';
import type { Protection } from './protection.ts';

export type Action = 'none' | 'create' | 'update' | 'remove';

/** `planned` is never `done`: it is what `plan` and `mode: detect` report. */
export type Status = 'planned' | 'done' | 'failed' | 'skipped';

/** One field that differs: its dotted policy name (`cronParams.hour`), in the wire's spelling. */
export type Change = {
  readonly field: string;
  readonly from: string | number | null;
  readonly to: string | number | null;
};

/**
 * What is no failure, and worth knowing. Of a write: `RUNS_AT_ONCE`: it may start a backup. `DELETES_ARCHIVES`: fewer
 * copies are kept than now, or than may be kept now. `MAY_DELETE_ARCHIVES`: a removal. `MOVES_ARCHIVES`: older archives
 * stay elsewhere. `STORAGE_UNCHECKED`: the portal did not say which storages it has. `MAY_NOT_RUN`: it did not
 * tell its time zone, and the hour is a late one. `NOT_RUNNING`: a schedule that is as wanted never ran, and would not.
 * Of ticks and audits: `SCHEDULE_STALLED`: it has not run for two periods. `PORTAL_NOT_ACTIVE`: the server runs nothing
 * there. `QUOTA_DELETES`, `QUOTA_COSTS`: it makes more backups than are free, and the server deletes it or bills them.
 * `KEY_...`: the key expires within 30 or 7 days, can't write, does not reach backups, or is switched off. Of any run:
 * `KEY_TWICE`: the portal has a secret of its own and an entry in a group of keys: the first counts.
 * `CONFLICT`: another policy names the portal, too; this one governs it, and keeps it.
 */
export type PortalWarning = {
  readonly code:
    | 'RUNS_AT_ONCE'
    | 'DELETES_ARCHIVES'
    | 'MAY_DELETE_ARCHIVES'
    | 'MOVES_ARCHIVES'
    | 'STORAGE_UNCHECKED'
    | 'MAY_NOT_RUN'
    | 'NOT_RUNNING'
    | 'SCHEDULE_STALLED'
    | 'PORTAL_NOT_ACTIVE'
    | 'QUOTA_DELETES'
    | 'QUOTA_COSTS'
    | 'KEY_EXPIRES_SOON'
    | 'KEY_READ_ONLY'
    | 'KEY_FOREIGN_SCOPE'
    | 'KEY_INACTIVE'
    | 'KEY_TWICE'
    | 'CONFLICT';
  readonly message: string;
};

export type OutcomeError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly httpStatus?: number;
  readonly retryable: boolean;
};

/** What became of one portal in one run. This is the shape of reports and of `--json`: it only grows. */
export type PortalOutcome = {
  readonly portal: string;
  /** null where the portal could not be read. */
  readonly action: Action | null;
  readonly status: Status;
  readonly changes: readonly Change[];
  readonly warnings: readonly PortalWarning[];
  /** What the changes do to the portal's protection, where there are any. */
  readonly effect?: Effect;
  /** It waits for a person: its error's code is a held one, or apply would hold it back. */
  readonly held?: true;
  /** No entry of the policy names it: the selector of this line has brought it. */
  readonly selected?: SelectedBy;
  /** The portal is only watched: nothing is written. */
  readonly mode?: 'detect';
  /**
   * When the server first runs the schedule that was written, or would be; ISO, UTC; null: not within 400 days; missing
   * where nothing is to be written, or the time zone is not known.
   */
  readonly firstRun?: string | null;
  /** The portal changed though the policy did not. */
  readonly drift?: Drift;
  /** Whether there is a backup to restore from; told by ticks and audits. */
  readonly protection?: Protection;
  readonly error?: OutcomeError;
  /** HTTP requests sent. */
  readonly requests: number;
  /** The most tries of any one call. */
  readonly attempts: number;
};
