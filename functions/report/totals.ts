import type { PortalOutcome } from '../model/outcome.ts';

/** How many portals ended how. Each counts once: failed, else skipped, else its action. */
export type Totals = {
  readonly portals: number;
  readonly none: number;
  readonly create: number;
  readonly update: number;
  readonly remove: number;
  readonly failed: number;
  readonly skipped: number;
};

export const NO_TOTALS: Totals = {
  portals: 0,
  none: 0,
  create: 0,
  update: 0,
  remove: 0,
  failed: 0,
  skipped: 0,
};

export function withOutcome(totals: Totals, outcome: PortalOutcome): Totals {
  const kind = kindOf(outcome);
  return { ...totals, portals: totals.portals + 1, [kind]: totals[kind] + 1 };
}

export function addTotals(one: Totals, other: Totals): Totals {
  const kinds = Object.keys(NO_TOTALS) as (keyof Totals)[];
  return Object.fromEntries(kinds.map((kind) => [kind, one[kind] + other[kind]])) as Totals;
}

// --- internal ---

function kindOf({ status, action }: PortalOutcome): Exclude<keyof Totals, 'portals'> {
  if (status === 'failed' || status === 'skipped') return status;
  return action ?? 'failed';
}
