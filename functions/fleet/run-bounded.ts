import type { Concurrency, Places } from '../model/ports/places.ts';

/** Works on many items at once, but never on more than allowed. */
export type RunBounded<Item, Result> = {
  readonly items: Iterable<Item>;
  /** A number, or places that are shared with those who know when an item only waits. */
  readonly concurrency: Concurrency | Places;
  /** What it throws ends the run: no further item starts, those in flight end, then it is thrown. */
  readonly work: (item: Item, index: number) => Promise<Result>;
  /** Called once an item, as results come. */
  readonly onResult: (index: number, result: Result) => void;
};

export async function runBounded<Item, Result>(run: RunBounded<Item, Result>): Promise<void> {
  const { concurrency } = run;
  const places = typeof concurrency === 'object' ? concurrency : countedPlaces(concurrency);
  const items = run.items[Symbol.iterator]();
  const failures: unknown[] = [];
  let inFlight = 0;
  let onIdle = () => {};

  async function treat(item: Item, index: number): Promise<void> {
    try {
      run.onResult(index, await run.work(item, index));
    } catch (error) {
      failures.push(error);
    }
    places.leave();
    if (--inFlight === 0) onIdle();
  }

  for (let index = 0; ; index++) {
    const coming = places.enter();
    if (coming) await coming;
    const item = failures.length > 0 ? undefined : items.next();
    if (!item || item.done) break;
    inFlight++;
    void treat(item.value, index);
  }
  places.leave();
  if (inFlight > 0) {
    await new Promise<void>((resolve) => {
      onIdle = resolve;
    });
  }
  if (failures.length > 0) throw failures[0];
}

// --- internal ---

/** Where nobody knows more than that. */
const FIXED_PLACES = 64;

/** So many places, which nobody gives up before the end. */
function countedPlaces(count: Concurrency): Places {
  let free = count === 'auto' ? FIXED_PLACES : count;
  let letIn: (() => void) | undefined;
  return {
    enter: () => {
      if (--free >= 0) return undefined;
      // One waits at most: the loop that starts items.
      return new Promise((resolve) => {
        letIn = resolve;
      });
    },
    leave: () => {
      free++;
      letIn?.();
      letIn = undefined;
    },
  };
}
