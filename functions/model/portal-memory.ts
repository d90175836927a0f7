import type { PortalOutcome } from './outcome.ts';
import type { KeyInfo, Quota } from './protection.ts';

/**
 * What a portal said of itself, kept from report to report: of its archives, time zone and key it is asked seldom. Each
 * member may be missing; not known then.
 */
export type Observed = {
  /** When its archives and settings were asked for, ISO; null: not yet. */
  readonly askedAt?: string | null;
  /** The `lastBackupTime` that it was asked at; ISO. */
  readonly lastBackup?: string | null;
  /** null where the history could not be read. */
  readonly archives?: readonly StoredArchive[] | null;
  readonly timezone?: string | null;
  /** A server of somebody's own, without a plan. */
  readonly standalone?: boolean;
  /** The server's own number: 0 is Active. */
  readonly tenantStatus?: number;
  /** When it was asked about its key; ISO. */
  readonly keyAskedAt?: string;
  /** Tells that key from another one. */
  readonly keyMark?: string;
  readonly key?: {
    readonly expiresAt: string | null;
    readonly scope: KeyInfo['scope'];
    readonly isActive: boolean;
  } | null;
  readonly quota?: Quota & { readonly askedAt: string };
  readonly unverified?: Unverified;
  /** When we last put back its schedule, ISO: the server forgets then that it ever ran. */
  readonly writtenAt?: string;
};

export type StoredArchive = { readonly createdOn: string; readonly expiresOn: string | null };

/** A write that was accepted, and that the portal did not show when it was read back. */
export type Unverified = {
  /** Hashes of what was sent, and of what was shown after it. */
  readonly wish: string;
  readonly shown: string;
  /** ISO. */
  readonly at: string;
};

/** What earlier runs know of a portal. */
export type Recalled = {
  readonly observed?: Observed | undefined;
  /** Since when its schedule is held against its slots: since its target is what it is, or it was first seen. */
  readonly since?: Date | undefined;
  /** Whether its target is what it was then. */
  readonly isSameTarget: boolean;
  /** Whether it was as its target says when it was last read: a schedule that is gone now was deleted. */
  readonly wasInPlace: boolean;
};

/** Of a portal that nobody has looked at before. */
export const NOTHING_RECALLED: Recalled = { isSameTarget: false, wasInPlace: false };

/** An outcome as a stored report keeps it, with what the next run has to know of the portal. */
export type StoredOutcome = PortalOutcome & {
  /** Stands for what the policy wanted of the portal then; reports of before this edition have none. */
  readonly target?: string;
  /** Since when the policy governs the portal: it has read or written it, and named it ever since; ISO. */
  readonly governedSince?: string;
  readonly observed?: Observed;
  /** When its schedule was set, or first seen; ISO. */
  readonly since?: string;
  /** When the portal was put right after it had drifted, within the last seven days; ISO. */
  readonly repairs?: readonly string[];
  /** It was as wanted when it was last read, though this run could not read it. */
  readonly inPlace?: true;
  /** It was put right so often that it is left alone, until its target changes or somebody puts it right by hand. */
  readonly contested?: true;
  /** Since when it waits for somebody, in every report that could tell; ISO. */
  readonly needsSince?: string;
};
