/** How much of one kind of change a run may make: a count, or a percent of the policy's portals. */
export type Limit = { readonly kind: 'count' | 'percent'; readonly value: number };

export const GUARD_NAMES = ['maxWeaken', 'maxRemove', 'maxChange', 'maxRunAtOnce'] as const;
export type GuardName = (typeof GUARD_NAMES)[number];

/** Limits on what one run may change, all of them set. */
export type Guard = Readonly<Record<GuardName, Limit>>;

/** Limits as a policy or a deployment says them; `undefined` where it says nothing. */
export type SaidGuard = Readonly<Record<GuardName, Limit | undefined>>;

/** What holds where neither the policy nor the deployment says anything. */
export const DEFAULT_GUARD: Guard = {
  maxWeaken: { kind: 'percent', value: 10 },
  maxRemove: { kind: 'percent', value: 10 },
  maxChange: { kind: 'percent', value: 100 },
  maxRunAtOnce: { kind: 'percent', value: 100 },
};

export const NOTHING_SAID: SaidGuard = {
  maxWeaken: undefined,
  maxRemove: undefined,
  maxChange: undefined,
  maxRunAtOnce: undefined,
};

/** The texts that are limits: `10%`, `3`. */
export const LIMIT_PATTERN = '^(?:(?:100|[1-9]?[0-9])%|[0-9]{1,9})$';

/** A whole number, or a whole percent from 0 to 100 (`10%`); `undefined` for anything else. */
export function parseLimit(written: string | number): Limit | undefined {
  const text = String(written);
  if (!new RegExp(LIMIT_PATTERN).test(text)) return undefined;
  return text.endsWith('%')
    ? { kind: 'percent', value: Number(text.slice(0, -1)) }
    : { kind: 'count', value: Number(text) };
}

/** A limit as a policy writes it. */
export function limitText({ kind, value }: Limit): string {
  return kind === 'percent' ? `${value}%` : `${value}`;
}
