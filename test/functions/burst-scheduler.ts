/**
 * Decides whose turn it is among things that happen at once. One actor goes on for a while, then another: so one may
 * do much within a gap of another's, which an even choice would hardly ever show. The same seed, the same order.
 */
export type BurstScheduler = {
  /** Resolves when the actor's turn has come. */
  turn(actor: string): Promise<void>;
  /** Nobody's turn comes before this is done: what takes real time, like a request over a socket. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing more happens. */
  settle(): Promise<void>;
};

export function burstScheduler(seed: number): BurstScheduler {
  const random = randomOf(seed);
  /** How likely an actor is to go on: some orders are steady, some restless. */
  const persistence = random();
  let waiting: { readonly actor: string; readonly go: () => void }[] = [];
  let current = '';
  const pending = new Set<Promise<unknown>>();

  function next(): (() => void) | undefined {
    const own = waiting.filter(({ actor }) => actor === current);
    const choice = own.length > 0 && random() < persistence ? own : waiting;
    const chosen = choice[Math.floor(random() * choice.length)];
    if (!chosen) return undefined;
    waiting = waiting.filter((other) => other !== chosen);
    current = chosen.actor;
    return chosen.go;
  }

  return {
    during: (work) => {
      const end = work.catch(() => {}).finally(() => pending.delete(end));
      pending.add(end);
      return work;
    },
    turn: (actor) => new Promise((go) => waiting.push({ actor, go })),
    settle: async () => {
      for (;;) {
        while (pending.size > 0) await Promise.all(pending);
        await new Promise(setImmediate); // whatever the last turn has set going has come to its next call
        if (pending.size > 0) continue;
        const go = next();
        if (!go) return;
        go();
      }
    },
  };
}

/** Mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
