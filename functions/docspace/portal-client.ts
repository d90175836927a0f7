import { LEAST_TIME_FOR_A_WRITE } from '../model/limits.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalReader, PortalWriter, Redact, WriteAnswer } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import type { Connection, PortalRequest } from './connection.ts';
import { PortalSession, type PortalSessionOptions, queryOf } from './portal-session.ts';
import { scheduleToWire } from './wire.ts';
import { historyFromWire, keyInfoFromWire, settingsFromWire } from './wire-protection.ts';
import {
  backupsCountFromWire,
  freeBackupsFromWire,
  serviceStateFromWire,
  storagesFromWire,
} from './wire-quota.ts';
import { timeFromWire } from './wire-time.ts';
import { writeAnswer } from './write-answer.ts';

/** The client of a portal that is read alone: there is nothing in it that could write. Its time starts to run now. */
export function openPortalReader(options: PortalSessionOptions): PortalReader {
  return new Reader(options);
}

/** The client of a portal that is written to. Its time starts to run now. */
export function openPortalWriter(options: PortalSessionOptions): PortalWriter {
  return new Writer(options);
}

// --- internal ---

// Classes, since there is one for each portal: what they can do is made once.
class Reader implements PortalReader {
  readonly redact: Redact;
  protected readonly session: PortalSession;
  readonly #connection: Connection;

  constructor(options: PortalSessionOptions) {
    this.session = new PortalSession(options);
    this.redact = options.redact;
    this.#connection = options.connection;
  }

  approach() {
    return this.session.approach();
  }

  readSchedule(dump: boolean) {
    return this.session.readSchedule('reading the schedule', dump, this.session.requestTime());
  }

  lastBackup() {
    return timeFromWire(this.session.lastBackupTime) ?? undefined;
  }

  readHistory(dump: boolean) {
    const path = `/api/2.0/backup/getbackuphistory${queryOf(dump)}`;
    return this.session.ask('reading the history', path, historyFromWire);
  }

  readSettings() {
    return this.session.ask('reading the settings', '/api/2.0/settings', settingsFromWire);
  }

  readStorages() {
    return this.session.ask('reading the storages', '/api/2.0/settings/storage/backup', storagesFromWire);
  }

  readServiceState() {
    const path = '/api/2.0/backup/getservicestate';
    return this.session.ask('reading the backup service', path, serviceStateFromWire);
  }

  readBackupsCount(from: Date) {
    // Without `paid` the server counts the free ones alone (BackupController.cs:543), which is what a plan limits.
    const path = `/api/2.0/backup/getbackupscount?from=${encodeURIComponent(from.toISOString())}`;
    return this.session.ask('counting the backups', path, backupsCountFromWire);
  }

  readFreeBackups() {
    return this.session.ask('reading the plan', '/api/2.0/portal/payment/quota', freeBackupsFromWire);
  }

  async readKeyInfo() {
    try {
      return await this.session.ask('reading the key', '/api/2.0/keys/@self', keyInfoFromWire);
    } catch (error) {
      // What the server answers to a token in the cookie: there is no key behind it.
      if (error instanceof PortalError && error.httpStatus === 400) return undefined;
      throw error;
    }
  }

  usage() {
    return this.session.usage;
  }

  close() {
    this.#connection.close();
  }
}

class Writer extends Reader implements PortalWriter {
  readonly #readBackMs: number;
  #sends = 0;

  constructor(options: PortalSessionOptions) {
    super(options);
    this.#readBackMs = options.limits.requestMs;
  }

  readBack(dump: boolean) {
    return this.session.readSchedule('reading the schedule back', dump, this.#readBackMs);
  }

  async send(schedule: BackupSchedule | undefined, dump: boolean): Promise<WriteAnswer> {
    const { session } = this;
    if (session.timeLeft() < LEAST_TIME_FOR_A_WRITE)
      throw new PortalError('TIMEOUT', 'no time was left to write', { retryable: true });
    const call = schedule ? 'writing the schedule' : 'deleting the schedule';
    const request = writeRequest(schedule, dump);
    return writeAnswer(await session.exchange(call, request, session.requestTime(), ++this.#sends));
  }

  pause(failures: number, retryAfter: number | undefined) {
    return this.session.pause(failures, retryAfter, LEAST_TIME_FOR_A_WRITE);
  }
}

function writeRequest(schedule: BackupSchedule | undefined, dump: boolean): PortalRequest {
  if (!schedule) return { method: 'DELETE', path: `/api/2.0/backup/deletebackupschedule${queryOf(dump)}` };
  return { method: 'POST', path: '/api/2.0/backup/createbackupschedule', body: scheduleToWire(schedule) };
}
