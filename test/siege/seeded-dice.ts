import { randomOf } from '../functions/burst-scheduler.ts';

/** Chance that the same seed repeats. */
export type Dice = {
  /** Whether something happens that does so often of 1. */
  chance(share: number): boolean;
  /** A whole number from 0 up to one below. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
};

export function seededDice(seed: number): Dice {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    chance: (share) => random() < share,
    below,
    pick: (list) => {
      const [one] = list.slice(below(list.length));
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
    shuffled: (list) => {
      const rest = [...list];
      return list.flatMap(() => rest.splice(below(rest.length), 1));
    },
  };
}
