import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressRule } from '../model/address-ranges.ts';
import type { Limits } from '../model/limits.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Turn } from './address-turns.ts';
import { ADDRESS_REFUSED } from './resolve-host.ts';
import { TransportError, transportError } from './transport-error.ts';

/** Resolves with the turn of an address; `undefined`: it did not come in time. */
export type TakeTurn = (address: string, mostMs: number | undefined) => Turn | Promise<Turn | undefined>;

export type HostWayOptions = {
  readonly limits: Pick<Limits, 'connectMs'>;
  readonly lookup: LookupFunction;
  readonly isAllowedAddress: AddressRule;
  readonly takeTurn: TakeTurn;
  readonly clock: Pick<Clock, 'now'>;
};

/** A way that was found: the host's addresses, and the turn to connect to them. */
export type FoundWay = {
  /** Milliseconds, of a request's own time. */
  readonly lookUpMs: number;
  /** An answer has come: the first on a connection tells how its server is. */
  answered(isRefusal: boolean): void;
};

/** How one portal's connection comes to its host, again and again where it is lost. */
export class HostWay {
  readonly #host: string;
  readonly #options: HostWayOptions;
  #found: FoundWay | TransportError | undefined;
  #turn: Turn | undefined;
  #addresses: readonly LookupAddress[] = [];

  /** @param host a name, or an address without brackets */
  constructor(host: string, options: HostWayOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Those found last: they stay when the way is lost, for a request that waits in the agent for the socket's end. */
  get addresses(): readonly LookupAddress[] {
    return this.#addresses;
  }

  get isKnown(): boolean {
    return this.#found !== undefined;
  }

  /** As `Connection.approach`. */
  async find(mostMs: number | undefined): Promise<number> {
    if (this.#found) return 0;
    const { clock, takeTurn } = this.#options;
    const started = clock.now();
    try {
      this.#addresses = await this.#look();
      const looked = clock.now();
      const coming = takeTurn(this.#addresses[0]?.address ?? this.#host, mostMs);
      this.#turn = coming instanceof Promise ? await coming : coming;
      const since = clock.now();
      this.#found = this.#begin(looked - started, since);
      return since - looked;
    } catch (error) {
      this.#found = error instanceof TransportError ? error : transportError(error as Error);
      return 0;
    }
  }

  /**
   * The way, for one request.
   * @throws TransportError why there is none; it is looked for anew the next time
   */
  take(): FoundWay {
    const found = this.#found ?? new TransportError('cut', 'no way to the host');
    if (!(found instanceof TransportError)) return found;
    this.#found = undefined;
    throw found;
  }

  /** The connection is gone. */
  leave(): void {
    this.#turn?.end();
    this.#turn = undefined;
    this.#found = undefined;
  }

  #begin(lookUpMs: number, since: number): FoundWay {
    const turn = this.#turn;
    const { clock } = this.#options;
    const way = {
      lookUpMs,
      answered: (isRefusal: boolean) => {
        turn?.answered(clock.now() - since, isRefusal);
        way.answered = () => {};
        way.lookUpMs = 0;
      },
    };
    return way;
  }

  async #look(): Promise<readonly LookupAddress[]> {
    const host = this.#host;
    const { isAllowedAddress, lookup, limits } = this.#options;
    // Nobody looks a literal up: its address has to be checked here.
    if (isIP(host) === 0) return lookUp(host, lookup, limits.connectMs);
    if (!isAllowedAddress(host)) throw new TransportError('address', ADDRESS_REFUSED);
    return [{ address: host, family: isIP(host) }];
  }
}

// --- internal ---

/** @throws TransportError where it takes longer than a connection may; else the look-up's own error */
function lookUp(host: string, lookup: LookupFunction, mostMs: number): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TransportError('timeout', `no connection within ${mostMs} ms`));
    const timer = setTimeout(late, mostMs);
    lookup(host, { all: true }, (error, found) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(found as LookupAddress[]);
    });
  });
}
