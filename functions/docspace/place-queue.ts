import type { Places } from '../model/ports/places.ts';

/**
 * Hands places out. Places are alike: nobody is told which one is theirs.
 *
 * Besides the places there is a limit on all that have started and not ended: those that wait between two tries keep
 * their connection and their memory, and a fleet whose servers all say "later" would else be open at once.
 */
export class PlaceQueue implements Places {
  #places: number;
  readonly #mostStarted: number;
  #working = 0;
  #resting = 0;
  #entered = 0;
  #left = 0;
  readonly #newcomers: Waiting = [];
  readonly #returning: Waiting = [];

  constructor(places: number, mostStarted: number) {
    this.#places = places;
    this.#mostStarted = Math.max(places, mostStarted);
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
    return this.#returning.length > 0 || (this.#newcomers.length > 0 && this.#mayStart());
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

  /** Waits for something without a place, and for a place again then, before all that have not started. */
  async rest<T>(wait: () => Promise<T>): Promise<T> {
    this.#resting++;
    this.#free();
    try {
      return await wait();
    } finally {
      await this.#join(this.#returning);
      this.#resting--;
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
      const returning = this.#returning.shift();
      const next = returning ?? (this.#mayStart() ? this.#newcomers.shift() : undefined);
      if (!next) return;
      this.#working++;
      if (!returning) this.#entered++;
      next();
    }
  }

  #mayStart(): boolean {
    return this.#working + this.#resting < this.#mostStarted;
  }
}

// --- internal ---

type Waiting = (() => void)[];
