import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../model/ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms) => wait(ms),
};
