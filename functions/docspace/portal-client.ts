import { LEAST_TIME_FOR_A_WRITE, type Limits } from '../model/limits.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PortalWriter, Redact } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { parseJson, statusError, transportFailure, unexpected } from './answer-error.ts';
import type { Connection, HttpAnswer, PortalRequest } from './connection.ts';
import { retryAfterOf, retryDelay } from './retry-delay.ts';
import { TransportError } from './transport-error.ts';
import { type ScheduleAnswer, scheduleFromWire, scheduleToWire } from './wire.ts';
import type { Said } from './wire-envelope.ts';
import { historyFromWire, keyInfoFromWire, settingsFromWire } from './wire-protection.ts';
import {
  backupsCountFromWire,
  freeBackupsFromWire,
  serviceStateFromWire,
  storagesFromWire,
} from './wire-quota.ts';
import { timeFromWire } from './wire-time.ts';
import { type Try, writeAnswer } from './write-answer.ts';

export type PortalClientOptions = {
  readonly connection: Connection;
  readonly limits: Limits;
  readonly clock: Clock;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  readonly redact: Redact;
};

/** The one client of a portal. Its time starts to run when it is opened. */
export function openPortalClient(options: PortalClientOptions): PortalWriter {
  const { connection, limits, clock, redact } = options;
  const end = clock.now() + limits.portalMs;
  let requests = 0;
  let attempts = 0;
  let sends = 0;
  let lastBackupTime: unknown;

  const timeLeft = () => end - clock.now();

  async function exchange(call: string, request: PortalRequest, timeoutMs: number): Promise<Try> {
    requests++;
    try {
      const answer = await connection.send(request, timeoutMs);
      const error = statusError(call, answer, redact);
      return {
        status: answer.status,
        answer,
        error,
        retryAfter: retryAfterOf(answer.retryAfter, clock.date()),
      };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return {
        status: error.status ?? 0,
        answer: undefined,
        error: transportFailure(call, error),
        retryAfter: undefined,
      };
    }
  }

  /** Waits, if what comes after the wait still has `reserve` milliseconds. */
  async function pause(failures: number, retryAfter: number | undefined, reserve: number): Promise<boolean> {
    const delay = retryDelay(failures, retryAfter, options.random());
    if (delay + reserve >= timeLeft()) return false;
    await clock.sleep(delay);
    return true;
  }

  async function read(
    call: string,
    dump: boolean,
    firstTimeout: number,
  ): Promise<BackupSchedule | undefined> {
    const request = { method: 'GET', path: `/api/2.0/backup/getbackupschedule${query(dump)}` } as const;
    let timeout = firstTimeout;
    for (let tries = 1; ; tries++) {
      attempts = Math.max(attempts, tries);
      const { answer, error, retryAfter } = await exchange(call, request, timeout);
      if (!error && answer) return take(understand(call, answer, dump));
      if (error && !error.retryable) throw error;
      if (!(await pause(tries, retryAfter, 0))) throw error;
      timeout = Math.min(limits.requestMs, timeLeft());
    }
  }

  function take(said: Understood): BackupSchedule | undefined {
    lastBackupTime = said.kind === 'schedule' ? said.lastBackupTime : undefined;
    return said.kind === 'schedule' ? said.schedule : undefined;
  }

  /** One try, within the portal's time. */
  async function ask<T>(call: string, path: string, parse: (body: unknown) => Said<T>): Promise<T> {
    const timeout = Math.min(limits.requestMs, timeLeft());
    if (timeout <= 0) throw new PortalError('TIMEOUT', `${call}: no time was left`, { retryable: true });
    attempts = Math.max(attempts, 1);
    const { answer, error } = await exchange(call, { method: 'GET', path }, timeout);
    if (error || !answer) throw error;
    const said = parse(parseJson(call, answer));
    if ('foreign' in said) throw unexpected(call, answer.status, said.foreign);
    return said.value;
  }

  return {
    lastBackup: () => timeFromWire(lastBackupTime) ?? undefined,
    readHistory: (dump) =>
      ask('reading the history', `/api/2.0/backup/getbackuphistory${query(dump)}`, historyFromWire),
    readSettings: () => ask('reading the settings', '/api/2.0/settings', settingsFromWire),
    readStorages: () => ask('reading the storages', '/api/2.0/settings/storage/backup', storagesFromWire),
    readServiceState: () =>
      ask('reading the backup service', '/api/2.0/backup/getservicestate', serviceStateFromWire),
    // Without `paid` the server counts the free ones alone (BackupController.cs:543), which is what a plan limits.
    readBackupsCount: (from) =>
      ask(
        'counting the backups',
        `/api/2.0/backup/getbackupscount?from=${encodeURIComponent(from.toISOString())}`,
        backupsCountFromWire,
      ),
    readFreeBackups: () => ask('reading the plan', '/api/2.0/portal/payment/quota', freeBackupsFromWire),
    readKeyInfo: async () => {
      try {
        return await ask('reading the key', '/api/2.0/keys/@self', keyInfoFromWire);
      } catch (error) {
        // What the server answers to a token in the cookie: there is no key behind it.
        if (error instanceof PortalError && error.httpStatus === 400) return undefined;
        throw error;
      }
    },
    readSchedule: (dump) => read('reading the schedule', dump, Math.min(limits.requestMs, timeLeft())),
    readBack: (dump) => read('reading the schedule back', dump, limits.requestMs),
    send: async (schedule, dump) => {
      if (timeLeft() < LEAST_TIME_FOR_A_WRITE)
        throw new PortalError('TIMEOUT', 'no time was left to write', { retryable: true });
      attempts = Math.max(attempts, ++sends);
      const call = schedule ? 'writing the schedule' : 'deleting the schedule';
      return writeAnswer(
        await exchange(call, writeRequest(schedule, dump), Math.min(limits.requestMs, timeLeft())),
      );
    },
    pause: (failures, retryAfter) => pause(failures, retryAfter, LEAST_TIME_FOR_A_WRITE),
    usage: () => ({ requests, attempts }),
    redact,
    close: () => connection.close(),
  };
}

// --- internal ---

type Understood = Exclude<ScheduleAnswer, { readonly kind: 'foreign' }>;

function writeRequest(schedule: BackupSchedule | undefined, dump: boolean): PortalRequest {
  if (!schedule) return { method: 'DELETE', path: `/api/2.0/backup/deletebackupschedule${query(dump)}` };
  return { method: 'POST', path: '/api/2.0/backup/createbackupschedule', body: scheduleToWire(schedule) };
}

function query(dump: boolean): string {
  return dump ? '?Dump=true' : '';
}

/** @throws PortalError UNEXPECTED_ANSWER */
function understand(call: string, answer: HttpAnswer, dump: boolean): Understood {
  const said = scheduleFromWire(parseJson(call, answer), dump);
  if (said.kind === 'foreign') throw unexpected(call, answer.status, said.why);
  return said;
}
