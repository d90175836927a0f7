import { needsSomebody } from '../model/needs-somebody.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import { isPast } from '../model/past-time.ts';
import type { Before } from './repair-limit.ts';

/**
 * Since when a portal waits for somebody: since the first of the reports without a break that say so; ISO. A tick, which
 * asks for archives, begins it and ends it, and so does what is held; an upload, which can't say that the portal is well
 * and may be tried again at once, does neither. A time from the future counts for nothing.
 */
export function needsSinceAfter(outcome: PortalOutcome, { last, now }: Before): string | undefined {
  const isNeeding = needsSomebody(outcome);
  if (!isNeeding && outcome.protection) return undefined;
  const since = last?.needsSince;
  const isCredible = typeof since === 'string' && isPast(since, now);
  if (isCredible) return since;
  const begins = isNeeding && (outcome.protection !== undefined || outcome.held === true);
  return begins ? now.toISOString() : undefined;
}
