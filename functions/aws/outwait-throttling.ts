import type { Clock } from '../model/ports/clock.ts';
import { errorName } from './aws-failure.ts';

/** How calls that came too fast are made again. */
export type Patience = {
  readonly clock: Pick<Clock, 'sleep'>;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
};

/** Whether a service says that there were too many calls: that is nobody's fault, and passes. */
export function isThrottling(code: string | undefined): boolean {
  return code !== undefined && THROTTLED.test(code);
}

/** Waits, longer each time, before a call is made again. */
export function pauseAfter(tries: number, { clock, random }: Patience): Promise<void> {
  return clock.sleep(LEAST_PAUSE + random() * Math.min(LONGEST_PAUSE, LEAST_PAUSE * 2 ** tries));
}

/** Makes a call again, after a while, where there were too many calls. */
export async function outwaitThrottling<T>(patience: Patience, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottling(errorName(error)) || tries === MOST_TRIES) throw error;
      await pauseAfter(tries, patience);
    }
  }
}

// --- internal ---

const THROTTLED =
  /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|LimitExceeded\w*)$/;
/** After so many tries the service is too busy for us. */
const MOST_TRIES = 8;
const LEAST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;
