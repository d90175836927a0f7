import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../../functions/fleet/in-order.ts';
import { runBounded } from '../../../functions/fleet/run-bounded.ts';

const numbers = (length: number) => Array.from({ length }, (_, i) => i);

test('results are handed on in the items’ order, each once, whatever order the work ends in', async () => {
  const concurrency = fc.integer({ min: 1, max: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(20), concurrency, async (scheduler, length, atOnce) => {
      const emitted: number[] = [];
      const sink = inOrder<number>((item) => emitted.push(item));
      const run = runBounded({
        items: numbers(length),
        concurrency: atOnce,
        work: (item) => scheduler.schedule(Promise.resolve(item)),
        onResult: sink.put,
      });
      await scheduler.waitFor(run);
      expect(emitted).toEqual(numbers(length));
    }),
  );
});

test('never more items are worked on at once than allowed', async () => {
  let now = 0;
  let most = 0;
  await runBounded({
    items: numbers(50),
    concurrency: 4,
    work: async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
    },
    onResult: () => {},
  });
  expect(most).toBe(4);
});

test('after a failure no item starts, those in flight end, and it is thrown', async () => {
  const started: number[] = [];
  const ended: number[] = [];
  const run = runBounded({
    items: numbers(20),
    concurrency: 2,
    work: async (item) => {
      started.push(item);
      await Promise.resolve();
      if (item === 3) throw new Error('third');
      return item;
    },
    onResult: (_, item) => ended.push(item),
  });
  await expect(run).rejects.toThrow('third');
  expect(started.length).toBeLessThanOrEqual(5);
  expect(ended).toEqual(started.filter((item) => item !== 3));
});
