import type { PortalOutcome } from './outcome.ts';
import { isBad } from './protection.ts';

/** Whether a portal waits for somebody: it failed, was left out or held back, or has a bad verdict. */
export function needsSomebody({
  status,
  held,
  protection,
}: Pick<PortalOutcome, 'status' | 'held' | 'protection'>): boolean {
  return status === 'failed' || status === 'skipped' || held === true || hasBadVerdict(protection);
}

/** What a later release calls bad, and this one does not know, counts too. */
export function hasBadVerdict(protection: PortalOutcome['protection']): boolean {
  return protection !== undefined && (isBad(protection) || protection.bad === true);
}
