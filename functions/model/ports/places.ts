/**
 * How many portals are at work at once. Who works holds a place; who only waits gives it up meanwhile, so that another
 * may start.
 */
export type Places = {
  /**
   * Resolves when the caller holds a place; `undefined`: it does already. First come, first served, after those that
   * come back from a wait.
   */
  enter(): Promise<void> | undefined;
  /** Gives the caller's place back. */
  leave(): void;
};

/** Portals at work at once: so many, or as many as the process can take. */
export type Concurrency = number | 'auto';
