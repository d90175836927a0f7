import type { Places } from '../model/ports/places.ts';

/**
 * Hands places out. Places are alike: nobody is told which one is theirs.
 *
 * Besides the places there is a limit on all that may hold a connection, those that wait between two tries and keep
 * theirs among them: a fleet whose servers all say "later" would else be open at once. As many again may be away, waiting
 * without one: they cost memory alone.
 */
export class PlaceQueue implements Places {
  #places: number;
  readonly #mostConnected: number;
  #working = 0;
  #resting = 0;
  #away = 0;
  #entered = 0;
  #left = 0;
  readonly #newcomers: Waiting = [];
  readonly #returning: Waiting = [];
  readonly #comingBack: Waiting = [];

  constructor(places: number, mostConnected: number) {
    this.#places = places;
    this.#mostConnected = Math.max(places, mostConnected);
  }

  get places(): number {
    return this.#places;
  }

  get working(): number {
    return this.#working;
  }

  /** Portals that have started, and that have ended, so far. */
  get entered(): number {
    return this.#entered;
  }

  get left(): number {
    return this.#left;
  }

  /** Whether somebody would work if there were one place more. */
  get isWanted(): boolean {
    if (this.#returning.length > 0) return true;
    if (this.#comingBack.length > 0) return this.#mayConnect();
    return this.#newcomers.length > 0 && this.#mayStart();
  }

  /** Where there are fewer from now on, nobody is sent away: whoever leaves is not followed. */
  resize(places: number): void {
    this.#places = places;
    this.#letIn();
  }

  enter(): Promise<void> | undefined {
    if (this.#newcomers.length > 0 || this.#working >= this.#places || !this.#mayStart())
      return this.#join(this.#newcomers);
    this.#working++;
    this.#entered++;
    return undefined;
  }

  leave(): void {
    this.#left++;
    this.#free();
  }

  /**
   * Waits for something without a place, and for a place again then, before all that have not started.
   * @param isConnected whether it keeps a connection meanwhile
   */
  async rest<T>(wait: () => Promise<T>, isConnected: boolean): Promise<T> {
    if (isConnected) this.#resting++;
    else this.#away++;
    this.#free();
    try {
      return await wait();
    } finally {
      await this.#join(isConnected ? this.#returning : this.#comingBack);
    }
  }

  #join(queue: Waiting): Promise<void> {
    return new Promise((resolve) => {
      queue.push(resolve);
      this.#letIn();
    });
  }

  #free(): void {
    this.#working--;
    this.#letIn();
  }

  #letIn(): void {
    while (this.#working < this.#places) {
      const next = this.#next();
      if (!next) return;
      this.#working++;
      next();
    }
  }

  #next(): (() => void) | undefined {
    const returning = this.#returning.shift();
    if (returning) {
      this.#resting--;
      return returning;
    }
    if (!this.#mayConnect()) return undefined;
    const back = this.#comingBack.shift();
    if (back) {
      this.#away--;
      return back;
    }
    const newcomer = this.#mayStart() ? this.#newcomers.shift() : undefined;
    if (newcomer) this.#entered++;
    return newcomer;
  }

  #mayConnect(): boolean {
    return this.#working + this.#resting < this.#mostConnected;
  }

  #mayStart(): boolean {
    return this.#mayConnect() && this.#away < this.#mostConnected;
  }
}

// --- internal ---

type Waiting = (() => void)[];
