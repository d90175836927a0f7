import type { Effect } from '../model/effect.ts';
import type { Limit } from '../model/guard.ts';
import { DEFAULT_GUARD, GUARD_NAMES, type Guard, type GuardName, type SaidGuard } from '../model/guard.ts';
import type { HeldChange } from '../model/planned-change.ts';

export type GuardCheck = {
  /** The portals that the policy names: what percents are of. */
  readonly portals: number;
  readonly held: readonly HeldChange[];
  /** All planned changes, also those that are not held. */
  readonly changes: number;
  readonly guard: Guard;
};

/** A guard that the planned changes go over. */
export type ExceededGuard = {
  readonly guard: GuardName;
  /** How many changes of the kind it lets through. */
  readonly limit: number;
  /** How many are planned. */
  readonly count: number;
  /** The portals whose held changes are of the kind, in the order given. */
  readonly portals: readonly string[];
};

/** The guards that a set of planned changes goes over. Over any of them, none of the held changes may be written. */
export function checkGuards({ portals, held, changes, guard }: GuardCheck): readonly ExceededGuard[] {
  return GUARD_NAMES.map((name) => {
    const concerned = held.filter((change) => CONCERNS[name](change));
    const count = name === 'maxChange' ? Math.max(changes, held.length) : concerned.length;
    return {
      guard: name,
      limit: limitInNumbers(guard[name], portals),
      count,
      portals: concerned.map(({ portal }) => portal),
    };
  }).filter(({ count, limit }) => count > limit);
}

/**
 * Whether a change has to be held. What weakens or removes always is; a limit on all changes, or on backups that start
 * at once, can only be kept if nothing is written before everything is counted.
 */
export function isGuarded(effect: Effect, guard: Guard, portals: number): boolean {
  return (
    effect === 'weaken' ||
    effect === 'remove' ||
    isBelowAll(guard.maxChange, portals) ||
    isBelowAll(guard.maxRunAtOnce, portals)
  );
}

/**
 * What holds where a policy and a deployment both may say it: of two limits the stricter, of one that one, of none the
 * default.
 */
export function stricterGuard(one: SaidGuard, other: SaidGuard, portals: number): Guard {
  const stricter = (name: GuardName) => {
    const said = [one[name], other[name]].filter((limit) => limit !== undefined);
    const [first = DEFAULT_GUARD[name], second = first] = said;
    return limitInNumbers(second, portals) < limitInNumbers(first, portals) ? second : first;
  };
  return {
    maxWeaken: stricter('maxWeaken'),
    maxRemove: stricter('maxRemove'),
    maxChange: stricter('maxChange'),
    maxRunAtOnce: stricter('maxRunAtOnce'),
  };
}

/** How many portals a limit lets through. Of fewer than ten, any percent above 0 lets one: else it would stop all. */
export function limitInNumbers({ kind, value }: Limit, portals: number): number {
  if (kind === 'count') return value;
  const share = Math.floor((portals * value) / 100);
  return portals < FEW && value > 0 ? Math.max(1, share) : share;
}

// --- internal ---

const FEW = 10;

const CONCERNS: Readonly<Record<GuardName, (change: HeldChange) => boolean>> = {
  maxWeaken: ({ effect }) => effect === 'weaken',
  maxRemove: ({ effect }) => effect === 'remove',
  maxChange: () => true,
  maxRunAtOnce: ({ runsAtOnce }) => runsAtOnce,
};

function isBelowAll({ kind, value }: Limit, portals: number): boolean {
  return kind === 'percent' ? value < 100 : value < portals;
}
