import type { PortalOutcome } from './outcome.ts';
import type { KeyInfo } from './protection.ts';

/** What a portal said of its archives, its time zone and its key: asked seldom, so kept from report to report. */
export type Observed = {
  /** ISO. */
  readonly askedAt: string;
  /** The `lastBackupTime` that it was asked at; ISO. */
  readonly lastBackup: string | null;
  /** null where the history could not be read. */
  readonly archives: readonly { readonly createdOn: string; readonly expiresOn: string | null }[] | null;
  readonly timezone: string | null;
  readonly key: {
    readonly expiresAt: string | null;
    readonly scope: KeyInfo['scope'];
    readonly isActive: boolean;
  } | null;
};

/** An outcome as a stored report keeps it, with what the next run has to know of the portal. */
export type StoredOutcome = PortalOutcome & {
  readonly observed?: Observed;
  /** When its schedule was set, or first seen; ISO. */
  readonly since?: string;
  /** When the portal was put right after it had drifted, within the last seven days; ISO. */
  readonly repairs?: readonly string[];
  /** It was as wanted when it was last read, though this run could not read it. */
  readonly inPlace?: true;
};
