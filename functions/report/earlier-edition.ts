import type { StoredOutcome } from '../model/portal-memory.ts';

/** What stored reports of this release say of themselves. */
export const EDITION = 2;

/**
 * What a report of before this edition knows of a portal. It tells no target, which counts as unchanged; it governed
 * the portal since its own start, if anything in it was ever read or written there; and it remembers no write as unverified.
 * @param startedAt the report's
 */
export function fromEarlierEdition(outcome: StoredOutcome, startedAt: string): StoredOutcome {
  const { target, governedSince, observed, ...rest } = outcome;
  const { unverified, ...seen } = observed ?? {};
  const { action, since, inPlace } = outcome;
  const hasGoverned = action !== null || since !== undefined || inPlace === true || observed !== undefined;
  return {
    ...rest,
    ...(hasGoverned && { governedSince: startedAt }),
    ...(observed && { observed: seen }),
  };
}
