import type { Drift } from './drift.ts';
import type { Effect } from './effect.ts';
import type { ErrorCode } from './portal-error.ts';
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

/** `RUNS_AT_ONCE`: the write may start a backup. `DELETES_ARCHIVES`: fewer copies are kept than now. `KEY_...`: what the
 * portal says of its key: it expires within 30 or 7 days, can't write, does not reach backups, or is switched off. */
export type PortalWarning = {
  readonly code:
    | 'RUNS_AT_ONCE'
    | 'DELETES_ARCHIVES'
    | 'KEY_EXPIRES_SOON'
    | 'KEY_READ_ONLY'
    | 'KEY_FOREIGN_SCOPE'
    | 'KEY_INACTIVE';
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
  /** Waits for a person: its error is one of those, or a change that was only planned is one that apply would hold. */
  readonly held?: boolean;
  /** The policy's mode, where nothing is ever written. */
  readonly mode?: 'detect';
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
