import { type Answer, failure } from './answer.ts';
import type { RequestKind } from './portal-fault.ts';
import type { RequestLimits } from './portal-setup.ts';

/** Counts what each key asks for; knows nothing of portals whose limits are not set. */
export type RequestLimiter = {
  /** A 429, or the function to call when the request is done. */
  readonly enter: (key: string, kind: RequestKind, limits: RequestLimits, now: Date) => Answer | (() => void);
};

export function createRequestLimiter(): RequestLimiter {
  const users = new Map<string, Usage>();
  const enter = (key: string, kind: RequestKind, limits: RequestLimits, now: Date) => {
    if (Object.keys(limits).length === 0) return () => {};
    const usage = users.get(key) ?? newUsage();
    users.set(key, usage);
    const writes = kind === 'write' || kind === 'delete';
    const parallel = writes ? 'parallelWrites' : 'parallelReads';
    const wait = Math.max(
      usage[parallel] >= (limits[parallel] ?? Number.POSITIVE_INFINITY) ? 1000 : 0,
      use(usage.minute, limits.requestsPerMinute, MINUTE, now),
      writes ? use(usage.day, limits.writesPerDay, DAY, now) : 0,
    );
    if (wait > 0) return tooMany(wait);
    usage[parallel] += 1;
    return () => {
      usage[parallel] -= 1;
    };
  };
  return { enter };
}

// --- internal ---

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

type Window = { from: number; used: number };
type Usage = { minute: Window; day: Window; parallelReads: number; parallelWrites: number };

function newUsage(): Usage {
  return { minute: { from: 0, used: 0 }, day: { from: 0, used: 0 }, parallelReads: 0, parallelWrites: 0 };
}

/** Counts one more into a window of fixed length; how long to wait, in milliseconds, if it is full. */
function use(window: Window, limit: number | undefined, length: number, now: Date): number {
  if (limit === undefined) return 0;
  if (now.getTime() >= window.from + length) Object.assign(window, { from: now.getTime(), used: 0 });
  if (window.used >= limit) return window.from + length - now.getTime();
  window.used += 1;
  return 0;
}

function tooMany(waitMs: number): Answer {
  const answer = failure(429, 'Too many requests', 'System.Exception');
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(waitMs / 1000)) } };
}
