/** How much of one kind of change a run may make: a count, or a percent of the policy's portals. */
export type Limit = { readonly kind: 'count' | 'percent'; readonly value: number };

export const GUARD_NAMES = ['maxWeaken', 'maxRemove', 'maxChange', 'maxRunAtOnce'] as const;
export type GuardName = (typeof GUARD_NAMES)[number];

/** Limits on what one run may change, all of them set. */
export type Guard = Readonly<Record<GuardName, Limit>>;

export const DEFAULT_GUARD: Guard = {
  maxWeaken: { kind: 'percent', value: 10 },
  maxRemove: { kind: 'percent', value: 10 },
  maxChange: { kind: 'percent', value: 100 },
  maxRunAtOnce: { kind: 'percent', value: 100 },
};
