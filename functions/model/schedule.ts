/**
 * A portal's backup schedule as we work with it: complete, canonical, and free of what the wire does to it.
 * The names are the DocSpace API's own, its spelling included, so that the vendor's reference page is ours too.
 */

/** The API's storage types; a type's index is its number on the wire. `ThridpartyDocuments` is spelt so there. */
export const STORAGE_TYPES = [
  'Documents',
  'ThridpartyDocuments',
  'CustomCloud',
  'Local',
  'DataStore',
  'ThirdPartyConsumer',
] as const;
export type StorageType = (typeof STORAGE_TYPES)[number];

/** The API's periods; a period's index is its number on the wire. */
export const PERIODS = ['EveryDay', 'EveryWeek', 'EveryMonth'] as const;
export type Period = (typeof PERIODS)[number];

export type CronParams = {
  readonly period: Period;
  /** Full hour, 0 to 23 in a policy, in the portal's own time zone; of a dump, in UTC. */
  readonly hour: number;
  /** EveryWeek: 1 (Sunday) to 7; EveryMonth: 1 to 31; EveryDay: 0. */
  readonly day: number;
};

export type BackupSchedule = {
  readonly storageType: StorageType;
  /** Every value is a text, as the server keeps it. */
  readonly storageParams: ReadonlyMap<string, string>;
  /** Copies kept, 1 to 30 in a policy; UNKNOWN_COPIES where a portal does not say. */
  readonly backupsStored: number;
  readonly cronParams: CronParams;
  /** The server-wide schedule of a stand-alone server: another thing than the portal's own, not a setting of it. */
  readonly dump: boolean;
};

/** The most copies that a server keeps. */
export const MOST_COPIES = 30;
/** In `backupsStored` of a portal that does not say: it may keep any number. */
export const UNKNOWN_COPIES = 0;

/** Storage types whose `folderId` is a setting of theirs; on all others it is an addition of the server's. */
export function hasFolderId(storageType: StorageType): boolean {
  return storageType === 'Documents' || storageType === 'ThridpartyDocuments';
}
