import { LEAST_TIME_FOR_A_WRITE } from '../model/limits.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalReader, PortalWriter } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import type { PortalRequest } from './connection.ts';
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
  return readerOf(new PortalSession(options), options);
}

/** The client of a portal that is written to. Its time starts to run now. */
export function openPortalWriter(options: PortalSessionOptions): PortalWriter {
  const { limits } = options;
  const session = new PortalSession(options);
  let sends = 0;
  return {
    ...readerOf(session, options),
    readBack: (dump) => session.readSchedule('reading the schedule back', dump, limits.requestMs),
    send: async (schedule, dump) => {
      if (session.timeLeft() < LEAST_TIME_FOR_A_WRITE)
        throw new PortalError('TIMEOUT', 'no time was left to write', { retryable: true });
      const call = schedule ? 'writing the schedule' : 'deleting the schedule';
      const request = writeRequest(schedule, dump);
      return writeAnswer(await session.exchange(call, request, session.requestTime(), ++sends));
    },
    pause: (failures, retryAfter) => session.pause(failures, retryAfter, LEAST_TIME_FOR_A_WRITE),
  };
}

// --- internal ---

function readerOf(session: PortalSession, { connection, redact }: PortalSessionOptions): PortalReader {
  return {
    approach: () => session.approach(),
    readSchedule: (dump) => session.readSchedule('reading the schedule', dump, session.requestTime()),
    lastBackup: () => timeFromWire(session.lastBackupTime) ?? undefined,
    readHistory: (dump) =>
      session.ask('reading the history', `/api/2.0/backup/getbackuphistory${queryOf(dump)}`, historyFromWire),
    readSettings: () => session.ask('reading the settings', '/api/2.0/settings', settingsFromWire),
    readStorages: () =>
      session.ask('reading the storages', '/api/2.0/settings/storage/backup', storagesFromWire),
    readServiceState: () =>
      session.ask('reading the backup service', '/api/2.0/backup/getservicestate', serviceStateFromWire),
    // Without `paid` the server counts the free ones alone (BackupController.cs:543), which is what a plan limits.
    readBackupsCount: (from) =>
      session.ask(
        'counting the backups',
        `/api/2.0/backup/getbackupscount?from=${encodeURIComponent(from.toISOString())}`,
        backupsCountFromWire,
      ),
    readFreeBackups: () =>
      session.ask('reading the plan', '/api/2.0/portal/payment/quota', freeBackupsFromWire),
    readKeyInfo: async () => {
      try {
        return await session.ask('reading the key', '/api/2.0/keys/@self', keyInfoFromWire);
      } catch (error) {
        // What the server answers to a token in the cookie: there is no key behind it.
        if (error instanceof PortalError && error.httpStatus === 400) return undefined;
        throw error;
      }
    },
    usage: () => session.usage,
    redact,
    close: () => connection.close(),
  };
}

function writeRequest(schedule: BackupSchedule | undefined, dump: boolean): PortalRequest {
  if (!schedule) return { method: 'DELETE', path: `/api/2.0/backup/deletebackupschedule${queryOf(dump)}` };
  return { method: 'POST', path: '/api/2.0/backup/createbackupschedule', body: scheduleToWire(schedule) };
}
