import type { Clock } from '../../functions/model/ports/clock.ts';

/** A clock that stands still but for pauses: they are over at once, and the clock has moved on by them. */
export function skippingClock(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let skipped = 0;
  return {
    pauses,
    now: () => skipped,
    date: () => new Date(),
    sleep: async (ms) => {
      pauses.push(ms);
      skipped += ms;
    },
  };
}
