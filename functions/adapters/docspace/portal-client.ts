import type { Clock } from '../../model/clock.ts';
import { LEAST_TIME_FOR_A_WRITE, type Limits } from '../../model/limits.ts';
import { PortalError } from '../../model/portal-error.ts';
import type { BackupSchedule } from '../../model/schedule.ts';
import { parseJson, statusError, transportFailure, unexpected } from './answer-error.ts';
import { type Connection, type HttpAnswer, type PortalRequest, TransportError } from './connection.ts';
import type { Redact } from './redact.ts';
import { retryAfterOf, retryDelay } from './retry-delay.ts';
import { scheduleFromWire, scheduleToWire } from './wire.ts';

/** Reads one portal. Has no way to write: this is all that `plan` is given. */
export type PortalReader = {
  /**
   * The portal's schedule, or `undefined` if it says that it has none. Retried within the portal's time.
   * @throws PortalError
   */
  readSchedule(dump: boolean): Promise<BackupSchedule | undefined>;
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

export type Usage = {
  /** HTTP requests sent. */
  readonly requests: number;
  /** The most tries of any one call. */
  readonly attempts: number;
};

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
      if (!error && answer) return understand(call, answer, dump);
      if (error && !error.retryable) throw error;
      if (!(await pause(tries, retryAfter, 0))) throw error;
      timeout = Math.min(limits.requestMs, timeLeft());
    }
  }

  return {
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

type Try = {
  /** 0 where not even that came. */
  readonly status: number;
  readonly answer: HttpAnswer | undefined;
  readonly error: PortalError | undefined;
  readonly retryAfter: number | undefined;
};

function writeRequest(schedule: BackupSchedule | undefined, dump: boolean): PortalRequest {
  if (!schedule) return { method: 'DELETE', path: `/api/2.0/backup/deletebackupschedule${query(dump)}` };
  return { method: 'POST', path: '/api/2.0/backup/createbackupschedule', body: scheduleToWire(schedule) };
}

function query(dump: boolean): string {
  return dump ? '?Dump=true' : '';
}

/** @throws PortalError UNEXPECTED_ANSWER */
function understand(call: string, answer: HttpAnswer, dump: boolean): BackupSchedule | undefined {
  const said = scheduleFromWire(parseJson(call, answer), dump);
  if (said.kind === 'foreign') throw unexpected(call, answer.status, said.why);
  return said.kind === 'schedule' ? said.schedule : undefined;
}

/** A whole 2xx is accepted whatever its body says: the schedule read back decides. One that was cut says nothing. */
function writeAnswer({ status, answer, error, retryAfter }: Try): WriteAnswer {
  if (!error) return { kind: 'accepted' };
  const whole = answer !== undefined || error.code === 'UNEXPECTED_ANSWER';
  if (whole && status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 429) return { kind: 'throttled', error, retryAfter };
  if (status >= 400 && status < 500) return { kind: 'refused', error, retryAfter };
  // A 500 is this API's answer to a body that it can't take: our mistake, which sending it again does not mend.
  if (status === 500) return { kind: 'broken', error: withoutRetry(error), retryAfter };
  return { kind: error.retryable ? 'unknown' : 'broken', error, retryAfter };
}

function withoutRetry(error: PortalError): PortalError {
  const { message, httpStatus, cause } = error;
  return new PortalError(error.code, message, { cause, ...(httpStatus !== undefined && { httpStatus }) });
}
