import { type Duration, Token } from 'aws-cdk-lib';
import { readObject, show } from './read-setting.ts';

/** From where on each alarm rings: at anything above its number; null: never. */
export type AlarmThresholds = {
  /** Portals that failed, within an hour. */
  readonly failed: number | null;
  /** Of all portals that were treated in the time of a tick, over all policies, those that failed. Percent. */
  readonly failedPercent: number | null;
  /** Portals whose change waits for a person. */
  readonly held: number | null;
  /** Portals that differ and are not written: `mode: detect`, or a pause. */
  readonly planned: number | null;
  /** Portals without a backup to restore from. */
  readonly unprotected: number | null;
  /** Policies with errors. */
  readonly invalid: number | null;
  /** Keys without a policy that were not there at the last tick. */
  readonly newUngoverned: number | null;
  /** How long the policy that waits longest was not looked at. Hours. */
  readonly oldestReportHours: number | null;
};

/** @param value what was given: names and numbers, or null; names that are left out have their default */
export function readThresholds(value: unknown, defaults: AlarmThresholds): AlarmThresholds {
  const given = Object.entries(readObject(value, '{"failed": 10, "held": null}'));
  return { ...defaults, ...Object.fromEntries(given.map((entry) => checkThreshold(entry, defaults))) };
}

/** @param isEmulated whether it is a test environment on one machine: no emulator knows metric math */
export function defaultThresholds(tick: Duration, isEmulated: boolean): AlarmThresholds {
  return {
    failed: 0,
    failedPercent: isEmulated ? null : 5,
    held: 0,
    planned: null,
    unprotected: 0,
    invalid: 0,
    newUngoverned: 0,
    oldestReportHours: twoTicks(tick),
  };
}

/** Two ticks, and an hour for the second to end (or to be delivered late). Whole hours. */
export function twoTicks(tick: Duration): number {
  return wholeHours(2 * tick.toMinutes()) + 1;
}

export function wholeHours(minutes: number): number {
  return Math.ceil(minutes / 60);
}

// --- internal ---

function checkThreshold(
  [name, limit]: readonly [string, unknown],
  defaults: AlarmThresholds,
): readonly [string, number | null] {
  if (!Object.hasOwn(defaults, name)) {
    throw new Error(`${show(name)} is no alarm; there are ${Object.keys(defaults).join(', ')}`);
  }
  if (limit === null || (typeof limit === 'number' && Token.isUnresolved(limit))) return [name, limit];
  const most = name === 'failedPercent' ? 100 : Number.MAX_SAFE_INTEGER;
  if (typeof limit === 'number' && Number.isFinite(limit) && limit >= 0 && limit <= most)
    return [name, limit];
  const what = name === 'failedPercent' ? 'a number from 0 to 100' : 'a number from 0 up';
  throw new Error(`${name} must be ${what}, or null for no alarm, not ${show(limit)}`);
}
