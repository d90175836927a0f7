import { expect, test } from 'vitest';
import '../functions/patience.ts';
import { judgeDay } from './judge-day.ts';
import { liveDay } from './siege-day.ts';

/** The short form; `npm run siege` lives a hundred days, and `npm run siege -- SEED` one of them again. */
test.each([1, 7, 8])(
  'a day with every fault at once ends with told = done on every portal (seed %i)',
  async (seed) => {
    const day = await liveDay(seed);
    try {
      expect(judgeDay(day), `again: npm run siege -- ${seed}`).toEqual([]);
      expect(day.world.ends.filter(({ how }) => how === 'died').length).toBeGreaterThan(0);
    } finally {
      await day.world.close();
    }
  },
);
