/**
 * Works on many items at once and hands the results over in the items' order.
 * A result that waits for a slower one before it is held as it was made: make it small.
 */
export type RunInOrder<Item, Result> = {
  readonly items: Iterable<Item>;
  /** How many are worked on at once. */
  readonly concurrency: number;
  /** What it throws ends the run: no further item starts, those in flight end, then it is thrown. */
  readonly work: (item: Item) => Promise<Result>;
  /** Asked before each item: once true, no further item is worked on. */
  readonly isStopped: () => boolean;
  /** The result of an item that was not worked on any more. */
  readonly skip: (item: Item) => Result;
  /** Called in the items' order, once an item. */
  readonly emit: (result: Result) => void;
};

export async function runInOrder<Item, Result>(run: RunInOrder<Item, Result>): Promise<void> {
  const held = new Map<number, Result>();
  const items = run.items[Symbol.iterator]();
  const failures: unknown[] = [];
  let taken = 0;
  let emitted = 0;

  function hand(index: number, result: Result): void {
    held.set(index, result);
    for (let next = held.get(emitted); next !== undefined; next = held.get(emitted)) {
      held.delete(emitted++);
      run.emit(next);
    }
  }

  async function worker(): Promise<void> {
    for (let item = items.next(); !item.done; item = items.next()) {
      const index = taken++;
      hand(index, run.isStopped() ? run.skip(item.value) : await run.work(item.value));
      if (failures.length > 0) return;
    }
  }

  await Promise.all(
    Array.from({ length: run.concurrency }, () => worker().catch((error: unknown) => failures.push(error))),
  );
  if (failures.length > 0) throw failures[0];
}
