import type { Limits } from '../model/limits.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { OnWait, Redact, Usage } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { parseJson, statusError, transportFailure, unexpected } from './answer-error.ts';
import type { Connection, PortalRequest } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';
import { MISSING_HOST_DELAY, MOST_TRIES, retryAfterOf, retryDelay } from './retry-delay.ts';
import { isShortage, TransportError } from './transport-error.ts';
import { type ScheduleAnswer, scheduleFromWire } from './wire.ts';
import type { Said } from './wire-envelope.ts';
import type { Try } from './write-answer.ts';

export type PortalSessionOptions = {
  readonly connection: Connection;
  readonly limits: Limits;
  readonly clock: Clock;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  readonly redact: Redact;
  readonly places: SessionPlaces;
  readonly onWait?: OnWait | undefined;
};

/** What a portal has to do with the others that are at work. */
export type SessionPlaces = {
  /** Waits without a place. `isConnected`: with its connection. */
  rest<T>(wait: () => Promise<T>, isConnected: boolean): Promise<T>;
  /** A try has ended: `missed` by a deadline, `short` for lack of something of ours. */
  ended(how: 'answered' | 'missed' | 'short'): void;
};

/** One portal's time, and what was sent in it: who may retry, how often and when is decided here alone. */
export class PortalSession {
  readonly #options: PortalSessionOptions;
  #end: number;
  #hasBegun = false;
  #requests = 0;
  #attempts = 0;
  #lastBackupTime: unknown;
  #trouble: string | undefined;

  /** The portal's time starts to run. */
  constructor(options: PortalSessionOptions) {
    this.#options = options;
    this.#end = options.clock.now() + options.limits.portalMs;
  }

  get usage(): Usage {
    return { requests: this.#requests, attempts: this.#attempts };
  }

  /** As the schedule that was read last says, in the server's own form. */
  get lastBackupTime(): unknown {
    return this.#lastBackupTime;
  }

  /** Milliseconds; below 0 where it is over. */
  timeLeft(): number {
    return this.#end - this.#options.clock.now();
  }

  /** What one request may take of the time that is left. Milliseconds. */
  requestTime(): number {
    return Math.min(this.#options.limits.requestMs, this.timeLeft());
  }

  /**
   * Reads the schedule, and tries again where that may help.
   * @param firstTimeout for the first try, which is made whatever the time
   */
  async readSchedule(call: string, dump: boolean, firstTimeout: number): Promise<BackupSchedule | undefined> {
    const request = { method: 'GET', path: `/api/2.0/backup/getbackupschedule${queryOf(dump)}` } as const;
    let timeout = firstTimeout;
    for (let tries = 1; ; tries++) {
      const { answer, error, retryAfter } = await this.exchange(call, request, timeout, tries);
      if (!error && answer) return this.#take(understand(call, answer, dump));
      if (error && !error.retryable && !(tries === 1 && isMissingHost(error))) throw error;
      const least = isMissingHost(error) ? MISSING_HOST_DELAY : retryAfter;
      if (!(await this.pause(tries, least, 0))) throw error;
      timeout = this.requestTime();
    }
  }

  /** One try, within the portal's time. */
  async ask<T>(call: string, path: string, parse: (body: unknown) => Said<T>): Promise<T> {
    const timeout = this.requestTime();
    if (timeout <= 0) throw new PortalError('TIMEOUT', `${call}: no time was left`, { retryable: true });
    const { answer, error } = await this.exchange(call, { method: 'GET', path }, timeout, 1);
    if (error || !answer) throw error;
    const said = parse(parseJson(call, answer));
    if ('foreign' in said) throw unexpected(call, answer.status, said.foreign);
    return said.value;
  }

  /**
   * Waits, if what comes after the wait still has `reserve` milliseconds, and another try of the call may be made.
   * @param failures tries of the call that failed so far, from 1
   */
  async pause(failures: number, retryAfter: number | undefined, reserve: number): Promise<boolean> {
    const { clock, connection, random, places } = this.#options;
    const delay = retryDelay(failures, retryAfter, random());
    if (failures >= MOST_TRIES || delay + reserve >= this.timeLeft()) return false;
    this.#tellWait(failures + 1);
    await places.rest(() => clock.sleep(delay), connection.isOpen);
    return reserve < this.timeLeft();
  }

  /**
   * Waits for the turn of the portal's server, if it has to; what is waited before the first request is none of the
   * portal's time.
   * @returns whether it had to wait
   */
  async approach(mostMs = this.timeLeft()): Promise<boolean> {
    const { connection } = this.#options;
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    const waited = await connection.approach(isFirst ? undefined : Math.max(1, mostMs));
    if (isFirst) this.#end += waited;
    return waited > 0;
  }

  /**
   * Sends one request, once.
   * @param tries which try of its call it is, from 1
   */
  async exchange(call: string, request: PortalRequest, timeoutMs: number, tries: number): Promise<Try> {
    const { connection, clock, redact, places } = this.#options;
    this.#requests++;
    this.#attempts = Math.max(this.#attempts, tries);
    this.#tellWait(tries);
    for (let shortages = 1; ; shortages++) {
      try {
        const timeout = shortages === 1 ? timeoutMs : Math.min(timeoutMs, this.timeLeft());
        if (!connection.isReady) await this.approach(timeout);
        const answer = await connection.send(request, timeout);
        places.ended('answered');
        this.#trouble = `it answered ${answer.status}`;
        const error = statusError(call, request.method, answer, redact);
        const retryAfter = retryAfterOf(answer.retryAfter, clock.date());
        return { status: answer.status, answer, error, retryAfter };
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        const isShort = isShortage(error);
        places.ended(isShort ? 'short' : error.failure === 'timeout' ? 'missed' : 'answered');
        // Nothing went out, and it is not the portal that failed: the same try goes on.
        if (isShort && (await this.#outwait(shortages))) continue;
        const { status = 0 } = error;
        this.#trouble = error.failure === 'host' ? error.reason : 'no answer';
        return { status, answer: undefined, error: transportFailure(call, error), retryAfter: undefined };
      }
    }
  }

  async #outwait(shortages: number): Promise<boolean> {
    const { clock, random, places } = this.#options;
    const delay = retryDelay(shortages, undefined, random());
    if (delay >= this.timeLeft()) return false;
    await places.rest(() => clock.sleep(delay), false);
    return this.timeLeft() > 0;
  }

  #tellWait(tries: number): void {
    const trouble = tries > 1 ? this.#trouble : undefined;
    this.#options.onWait?.({ tries, trouble, msLeft: this.timeLeft() });
  }

  #take(said: Understood): BackupSchedule | undefined {
    this.#lastBackupTime = said.kind === 'schedule' ? said.lastBackupTime : undefined;
    return said.kind === 'schedule' ? said.schedule : undefined;
  }
}

/** The end of a path that is about a portal's schedule, or about its server's dump. */
export function queryOf(dump: boolean): string {
  return dump ? '?Dump=true' : '';
}

// --- internal ---

type Understood = Exclude<ScheduleAnswer, { readonly kind: 'foreign' }>;

/** @throws PortalError UNEXPECTED_ANSWER */
function understand(call: string, answer: HttpAnswer, dump: boolean): Understood {
  const said = scheduleFromWire(parseJson(call, answer), dump);
  if (said.kind === 'foreign') throw unexpected(call, answer.status, said.why);
  return said;
}

/** No host has the name. A name server may be wrong for a moment: that is worth one more look, and no more. */
function isMissingHost(error: PortalError | undefined): boolean {
  return error?.cause instanceof TransportError && error.cause.failure === 'host';
}
