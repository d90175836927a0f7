import { type Answer, bare } from './answer.ts';
import type { RequestLimits } from './portal-setup.ts';

/** Counts what each key asks for; knows nothing of portals whose limits are not set (BaseStartup.cs:228-303). */
export type RequestLimiter = {
  /** A 429, or the function to call when the request is done. */
  readonly enter: (key: string, method: string, limits: RequestLimits, now: Date) => Answer | (() => void);
};

export function createRequestLimiter(): RequestLimiter {
  const users = new Map<string, Usage>();
  const enter = (key: string, method: string, limits: RequestLimits, now: Date) => {
    if (Object.keys(limits).length === 0) return () => {};
    const usage = users.get(key) ?? newUsage();
    users.set(key, usage);
    const parallel = method === 'GET' ? 'parallelReads' : 'parallelWrites';
    if (!slides(usage.minute, limits.requestsPerMinute, now)) return tooMany();
    if (usage[parallel] >= (limits[parallel] ?? Number.POSITIVE_INFINITY)) return tooMany();
    const wait = method === 'POST' || method === 'PUT' ? use(usage.day, limits.writesPerDay, now) : 0;
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
type Usage = { minute: number[]; day: Window; parallelReads: number; parallelWrites: number };

function newUsage(): Usage {
  return { minute: [], day: { from: 0, used: 0 }, parallelReads: 0, parallelWrites: 0 };
}

/** Is there room for one more within a minute of now? */
function slides(times: number[], limit: number | undefined, now: Date): boolean {
  if (limit === undefined) return true;
  while ((times[0] ?? Number.POSITIVE_INFINITY) <= now.getTime() - MINUTE) times.shift();
  if (times.length >= limit) return false;
  times.push(now.getTime());
  return true;
}

/** Counts one more into a day that begins with its first write; how long to wait, in milliseconds, if it is full. */
function use(window: Window, limit: number | undefined, now: Date): number {
  if (limit === undefined) return 0;
  if (now.getTime() >= window.from + DAY) Object.assign(window, { from: now.getTime(), used: 0 });
  if (window.used >= limit) return window.from + DAY - now.getTime();
  window.used += 1;
  return 0;
}

/** Only the limit of a day knows how long it lasts. */
function tooMany(waitMs?: number): Answer {
  return bare(429, waitMs === undefined ? {} : { 'retry-after': String(Math.ceil(waitMs / 1000)) });
}
