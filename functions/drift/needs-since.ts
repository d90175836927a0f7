import { needsSomebody } from '../model/needs-somebody.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { Before } from './repair-limit.ts';

/**
 * Since when a portal waits for somebody: since the first of the reports without a break that say so; ISO. A run that
 * asked for no archives ends nothing: it can't say that the portal is well. A time from the future counts for nothing.
 */
export function needsSinceAfter(outcome: PortalOutcome, { last, now }: Before): string | undefined {
  const isWell = !needsSomebody(outcome);
  if (isWell && outcome.protection) return undefined;
  const since = last?.needsSince;
  const isCredible = typeof since === 'string' && Date.parse(since) <= now.getTime();
  if (isCredible) return since;
  return isWell ? undefined : now.toISOString();
}
