import type { PortalError } from '../portal-error.ts';
import type { PortalKey } from '../portal-key.ts';
import type { Archive, KeyInfo, PortalSettings, StorageModule } from '../protection.ts';
import type { BackupSchedule } from '../schedule.ts';
import type { Places } from './places.ts';

/** The way to every portal of a run. What portals share (certificates, name look-ups) is made once. */
export type Portals = {
  openReader(key: PortalKey, onWait?: OnWait): PortalReader;
  openWriter(key: PortalKey, onWait?: OnWait): PortalWriter;
  /** How many portals may be at work at once: these know when one only waits. */
  readonly places?: Places;
  close(): void;
};

/** Told before each request to a portal, and before each pause between two tries, for people who look on. */
export type OnWait = (wait: Wait) => void;

export type Wait = {
  /** Which try of its call is waited for, from 1. */
  readonly tries: number;
  /** What came of the try before, in few words that are safe to print; `undefined` for the first. */
  readonly trouble: string | undefined;
  /** How much of the portal's time is left. Milliseconds; below 0 where it is over. */
  readonly msLeft: number;
};

/** Reads one portal. Has no way to write: this is all that `plan` is given. */
export type PortalReader = {
  /**
   * Waits until the portal's server may have one connection more: many portals may stand behind one address. The
   * portal's time starts to run after that. What fails on the way is told by the first request.
   * @returns whether it had to wait
   */
  approach?(): Promise<boolean>;
  /**
   * The portal's schedule, or `undefined` if it says that it has none. Retried within the portal's time.
   * @throws PortalError
   */
  readSchedule(dump: boolean): Promise<BackupSchedule | undefined>;
  /**
   * When the server last started a backup, as the schedule that was read last says: no part of the schedule, since
   * nobody can set it. `undefined`: never, or nothing was read.
   */
  lastBackup(): Date | undefined;
  /**
   * The archives that exist. Sent once, never again: the server looks for each of them, and drops the record of one
   * that it can't find.
   * @throws PortalError
   */
  readHistory(dump: boolean): Promise<readonly Archive[]>;
  /**
   * Sent once, as `readHistory`.
   * @throws PortalError
   */
  readSettings(): Promise<PortalSettings>;
  /**
   * The storages that a ThirdPartyConsumer schedule may name. Sent once, as `readHistory`.
   * @throws PortalError
   */
  readStorages(): Promise<readonly StorageModule[]>;
  /**
   * Whether backups beyond the free ones are paid for (the wallet service is on). Sent once, as `readHistory`.
   * @throws PortalError
   */
  readServiceState(): Promise<boolean>;
  /**
   * How many of the plan's free backups were made since `from`; paid ones are not counted. Sent once, as `readHistory`.
   * @throws PortalError
   */
  readBackupsCount(from: Date): Promise<number>;
  /**
   * How many backups a calendar month the plan gives for free; -1: any number; `undefined` where it does not say. Sent
   * once, as `readHistory`.
   * @throws PortalError
   */
  readFreeBackups(): Promise<number | undefined>;
  /**
   * What the portal says of the key that asks; `undefined` for an older token, which has no entry. Sent once.
   * @throws PortalError
   */
  readKeyInfo(): Promise<KeyInfo | undefined>;
  usage(): Usage;
  /** Takes the portal's key out of a text that came from the portal. */
  readonly redact: Redact;
  close(): void;
};

/** Reads and writes one portal. Writes are sent once a call: whether to send again is for the caller to decide. */
export type PortalWriter = PortalReader & {
  /**
   * Sends the schedule, or `undefined` to delete the one there is.
   * @throws PortalError TIMEOUT where too little time is left to start a write
   */
  send(schedule: BackupSchedule | undefined, dump: boolean): Promise<WriteAnswer>;
  /** As `readSchedule`, but tried at least once, whatever the time: a write that was sent is always looked at. */
  readBack(dump: boolean): Promise<BackupSchedule | undefined>;
  /**
   * Waits before another try.
   * @returns false, at once, where the wait and a write after it don't fit into the portal's time
   */
  pause(failures: number, retryAfter: number | undefined): Promise<boolean>;
};

export type Usage = {
  /** HTTP requests sent. */
  readonly requests: number;
  /** The most tries of any one call. */
  readonly attempts: number;
};

/**
 * What became of a write. `accepted`: 2xx. `refused`: a 4xx, nothing was changed. `throttled`: 429, nothing was changed
 * and it may be sent again. `broken`: no sign that it was done, and never to be sent again. `unknown`: nobody can say
 * whether it was done; to be looked at before it is sent again.
 */
export type WriteAnswer =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused' | 'throttled' | 'broken' | 'unknown';
      readonly error: PortalError;
      readonly retryAfter: number | undefined;
    };

/** Cuts every trace of `secret` out of a text, and whatever looks like an API key of DocSpace's. */
export type Redact = (text: string) => string;
