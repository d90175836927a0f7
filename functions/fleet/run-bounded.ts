/** Works on many items at once, but never on more than allowed. */
export type RunBounded<Item, Result> = {
  readonly items: Iterable<Item>;
  readonly concurrency: number;
  /** What it throws ends the run: no further item starts, those in flight end, then it is thrown. */
  readonly work: (item: Item, index: number) => Promise<Result>;
  /** Called once an item, as results come. */
  readonly onResult: (index: number, result: Result) => void;
};

export async function runBounded<Item, Result>(run: RunBounded<Item, Result>): Promise<void> {
  const items = run.items[Symbol.iterator]();
  const failures: unknown[] = [];
  let taken = 0;

  async function worker(): Promise<void> {
    for (let item = items.next(); !item.done; item = items.next()) {
      const index = taken++;
      run.onResult(index, await run.work(item.value, index));
      if (failures.length > 0) return;
    }
  }

  const workers = Array.from({ length: run.concurrency }, () =>
    worker().catch((error: unknown) => failures.push(error)),
  );
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}
