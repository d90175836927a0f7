/**
 * Whether a portal has a backup to restore from, which a schedule alone does not tell.
 * `proven`: an archive exists, no older than the period and a grace. `claimed`: the server says that it ran, but no
 * such archive is there. `late`: the last archive is too old. `never`: a schedule, and no archive yet; its first slot
 * has not passed. `unprotected`: no schedule. `unknown`: could not be read; never to be counted as good.
 */
export const VERDICTS = ['proven', 'claimed', 'late', 'never', 'unprotected', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Protection = {
  readonly verdict: Verdict;
  /** When the server last started a backup, as it says; ISO, UTC. */
  readonly lastBackup: string | null;
  /** When the newest archive that is there was made; ISO, UTC. */
  readonly lastArchive: string | null;
  /** The next backup by the schedule; ISO, UTC; null without a schedule or a time zone. */
  readonly due: string | null;
  /** The newest archive was made by hand: it counts, but the schedule did not make it. */
  readonly byHand?: true;
};

/** How much later than its slot a backup may be there, where nobody says otherwise. Hours. */
export const DEFAULT_GRACE_HOURS = 12;

/** Whether somebody has to look: no archive to restore from where there should be one, or nobody can tell. */
export function isBad({ verdict }: Protection): boolean {
  return verdict !== 'proven' && verdict !== 'never';
}

/** Of a portal that could not be read. */
export const UNKNOWN_PROTECTION: Protection = {
  verdict: 'unknown',
  lastBackup: null,
  lastArchive: null,
  due: null,
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
