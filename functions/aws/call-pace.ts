import type { Clock } from '../model/ports/clock.ts';

/** Waits until one more call may start. */
export type CallPace = () => Promise<void>;

/** Lets so many calls start at once, and within any second no more than that. */
export function openCallPace(mostASecond: number, clock: Pick<Clock, 'now' | 'sleep'>): CallPace {
  /** When the last calls may start, the oldest first. */
  const starts: number[] = [];
  return async () => {
    const now = clock.now();
    const oldest = starts.length < mostASecond ? undefined : starts.shift();
    const start = oldest === undefined ? now : Math.max(now, oldest + 1_000);
    starts.push(start);
    if (start > now) await clock.sleep(start - now);
  };
}
