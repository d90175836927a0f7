import type { Clock } from '../model/ports/clock.ts';
import { errorName } from './aws-failure.ts';

export type Patience = {
  readonly clock: Pick<Clock, 'sleep'>;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
};

/** Calls again, after a while, where there were too many calls: that is nobody's fault, and passes. */
export async function whenThrottled<T>(call: () => Promise<T>, { clock, random }: Patience): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!THROTTLED.test(errorName(error)) || tries === MOST_TRIES) throw error;
      await clock.sleep(LEAST_PAUSE + random() * Math.min(LONGEST_PAUSE, LEAST_PAUSE * 2 ** tries));
    }
  }
}

// --- internal ---

const THROTTLED =
  /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|LimitExceeded\w*)$/;
const MOST_TRIES = 8;
const LEAST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;
