import type { PortalOutcome } from './outcome.ts';
import type { KeyInfo } from './protection.ts';

/** What a portal said of its archives, its time zone and its key: asked seldom, so kept from report to report. */
export type Observed = {
  /** When its archives and settings were asked for, ISO; null: not yet. */
  readonly askedAt: string | null;
  /** The `lastBackupTime` that it was asked at; ISO. */
  readonly lastBackup: string | null;
  /** null where the history could not be read. */
  readonly archives: readonly { readonly createdOn: string; readonly expiresOn: string | null }[] | null;
  readonly timezone: string | null;
  /** When it was asked about its key; ISO. */
  readonly keyAskedAt?: string;
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
  /** It was put right so often that it is left alone, until the policy changes or somebody puts it right by hand. */
  readonly contested?: true;
};
