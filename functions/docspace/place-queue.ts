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
  #begun = 0;
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

  /** Whether somebody would work if there were one place more. */
  get isWanted(): boolean {
    return this.#working >= this.#places && this.#nextQueue() !== undefined;
  }

  /** Where there are fewer from now on, nobody is sent away: whoever leaves is not followed. */
  resize(places: number): void {
    this.#places = places;
    this.#letIn();
  }

  enter(): Promise<void> | undefined {
    const mayNot = this.#newcomers.length > 0 || this.#working >= this.#places || !this.#mayStart();
    if (mayNot || this.#isTurnOver()) return this.#join(this.#newcomers);
    this.#begin();
    return undefined;
  }

  leave(): void {
    this.#working--;
    this.#letIn();
  }

  /**
   * Waits for something without a place, and for a place again then, before all that have not started.
   * @param isConnected whether it keeps a connection meanwhile
   */
  async rest<T>(wait: () => Promise<T>, isConnected: boolean): Promise<T> {
    if (isConnected) this.#resting++;
    else this.#away++;
    this.leave();
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

  #letIn(): void {
    while (this.#working < this.#places) {
      const queue = this.#nextQueue();
      if (!queue || this.#isTurnOver()) return;
      if (queue === this.#returning) this.#resting--;
      if (queue === this.#comingBack) this.#away--;
      this.#begin();
      queue.shift()?.();
    }
  }

  #nextQueue(): Waiting | undefined {
    if (this.#returning.length > 0) return this.#returning;
    if (this.#comingBack.length > 0) return this.#mayConnect() ? this.#comingBack : undefined;
    return this.#newcomers.length > 0 && this.#mayStart() ? this.#newcomers : undefined;
  }

  #begin(): void {
    this.#working++;
    if (this.#begun++ > 0) return;
    setImmediate(() => {
      this.#begun = 0;
      this.#letIn();
    });
  }

  #isTurnOver(): boolean {
    return this.#begun >= MOST_A_TURN;
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

/**
 * So many begin in one turn of the event loop: a crowd that sets out at once comes back as a crowd of handshakes and
 * answers, and the loop is late for all else. Where turns get long, fewer begin in a while.
 */
const MOST_A_TURN = 12;
