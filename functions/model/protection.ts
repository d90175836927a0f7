/**
 * Whether a portal has a backup to restore from, which a schedule alone does not tell.
 * `proven`: an archive exists, no older than the period and a grace. `claimed`: the server says that it ran, the grace
 * since then is over, and no such archive is there. `late`: the last archive is too old. `never`: a schedule, and no
 * archive yet; its first slot has not passed. `unprotected`: no schedule where there should be one. `retired`: none is
 * wanted and there is none. `unknown`: could not be read; never to be counted as good.
 */
export const VERDICTS = ['proven', 'claimed', 'late', 'never', 'unprotected', 'unknown', 'retired'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Protection = {
  readonly verdict: Verdict;
  /** When the server last started a backup, as it says; ISO, UTC. */
  readonly lastBackup: string | null;
  /** When the newest archive that is there was made; ISO, UTC. */
  readonly lastArchive: string | null;
  /** When the server will make the next backup; ISO, UTC; null where none will come, or the time zone is not known. */
  readonly due: string | null;
  /** The newest archive was made by hand: it counts, but the schedule did not make it. */
  readonly byHand?: true;
  /** Somebody has to look. */
  readonly bad?: true;
};

/** How much later than its slot a backup may be there, where nobody says otherwise. Hours. */
export const DEFAULT_GRACE_HOURS = 12;

/** Whether somebody has to look: no archive to restore from where there should be one, or nobody can tell. */
export function isBad({ verdict }: Pick<Protection, 'verdict'>): boolean {
  return BAD.has(verdict);
}

const BAD: ReadonlySet<Verdict> = new Set<Verdict>(['late', 'claimed', 'unprotected', 'unknown']);

/** Of a portal that could not be read. */
export const UNKNOWN_PROTECTION: Protection = {
  verdict: 'unknown',
  lastBackup: null,
  lastArchive: null,
  due: null,
  bad: true,
};

/** An archive in a portal's history. */
export type Archive = {
  readonly createdOn: Date;
  /** After this it is gone; `undefined`: it stays. */
  readonly expiresOn: Date | undefined;
};

/** What a portal says of itself in its settings, as far as protection needs it. */
export type PortalSettings = {
  /** IANA name; `undefined` where the portal does not say, or says one that is unknown here. */
  readonly timezone: string | undefined;
  /** A server of somebody's own, without a plan; `undefined` where the portal does not say. */
  readonly standalone: boolean | undefined;
  /** The server's own number: 0 is Active; `undefined` where the portal does not say. */
  readonly tenantStatus: number | undefined;
  /** The server's own words; `undefined` where the portal does not say. */
  readonly version: string | undefined;
};

/** A storage that a portal's server knows for ThirdPartyConsumer backups. */
export type StorageModule = {
  /** The exact text that `module` must be. */
  readonly id: string;
  /** Whether the portal has credentials for it. */
  readonly isSet: boolean;
};

/** What a portal says of the key that asks. */
export type KeyInfo = {
  readonly expiresAt: Date | undefined;
  /** `full`: may write backups; `read-only`; `foreign`: scopes that let it neither. */
  readonly scope: 'full' | 'read-only' | 'foreign';
  readonly isActive: boolean;
};

/** What a plan gives for free of what a calendar month's backups need. null: the portal did not say. */
export type Quota = {
  /** Free backups a calendar month; -1: any number. */
  readonly free: number | null;
  /** How many of them are used up. */
  readonly used: number | null;
  /** Whether backups beyond them are paid for, and so are made. */
  readonly paid: boolean | null;
};
