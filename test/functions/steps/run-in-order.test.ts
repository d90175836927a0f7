import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runInOrder } from '../../../functions/steps/run-in-order.ts';

const numbers = (length: number) => Array.from({ length }, (_, i) => i);

test('results come in the items’ order, each once, whatever order the work ends in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.nat(20),
      fc.integer({ min: 1, max: 8 }),
      async (scheduler, length, concurrency) => {
        const emitted: number[] = [];
        const run = runInOrder({
          items: numbers(length),
          concurrency,
          work: (item) => scheduler.schedule(Promise.resolve(item)),
          isStopped: () => false,
          skip: () => -1,
          emit: (item) => emitted.push(item),
        });
        await scheduler.waitFor(run);
        expect(emitted).toEqual(numbers(length));
      },
    ),
  );
});

test('never more are worked on at once than allowed', async () => {
  let now = 0;
  let most = 0;
  await runInOrder({
    items: numbers(50),
    concurrency: 4,
    work: async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
    },
    isStopped: () => false,
    skip: () => undefined,
    emit: () => {},
  });
  expect(most).toBe(4);
});

test('once stopped, no item starts, those in flight end, and all have a result', async () => {
  let stopped = false;
  const emitted: string[] = [];
  await runInOrder({
    items: numbers(6),
    concurrency: 2,
    work: async (item) => {
      if (item === 1) stopped = true;
      await Promise.resolve();
      return `done ${item}`;
    },
    isStopped: () => stopped,
    skip: (item) => `skipped ${item}`,
    emit: (text) => emitted.push(text),
  });
  expect(emitted).toEqual(['done 0', 'done 1', 'skipped 2', 'skipped 3', 'skipped 4', 'skipped 5']);
});
