import type { Action, Change, PortalWarning } from '../model/outcome.ts';
import { isShownParam, MASK } from '../model/params.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { PARAM } from '../model/schedule-fields.ts';
import { runsAtOnce } from '../protection/runs-at-once.ts';

/** What has to change on one portal. A value, not an act: the only place that decides it. */
export type PortalPlan = {
  readonly action: Action;
  /** Empty exactly when `action` is `none`. */
  readonly changes: readonly Change[];
  readonly warnings: readonly PortalWarning[];
};

/**
 * Holds what a portal has against what its policy wants.
 * @param current what the portal said; `undefined`: it has no schedule
 * @param timezone the portal's, if it is known: it makes RUNS_AT_ONCE exact
 */
export function planPortal(
  target: PortalTarget,
  current: BackupSchedule | undefined,
  now: Date,
  timezone?: string,
): PortalPlan {
  const wanted = target.schedule;
  const changes = differences(current, wanted);
  const action = actionFor(current, wanted, changes);
  return { action, changes, warnings: warningsFor(action, current, wanted, now, timezone) };
}

/** Whether two schedules are the same one, `undefined` being none. */
export function isSameSchedule(one: BackupSchedule | undefined, other: BackupSchedule | undefined): boolean {
  return (one === undefined) === (other === undefined) && differences(one, other).length === 0;
}

// --- internal ---

function actionFor(
  current: BackupSchedule | undefined,
  wanted: BackupSchedule | undefined,
  changes: readonly Change[],
): Action {
  if (!current) return wanted ? 'create' : 'none';
  if (!wanted) return 'remove';
  return changes.length > 0 ? 'update' : 'none';
}

/** Field by field, in the policy's order; a param that we don't know keeps its value to itself. */
function differences(current: BackupSchedule | undefined, wanted: BackupSchedule | undefined): Change[] {
  const changes: Change[] = [];
  const compare = (field: string, from: Value, to: Value) => {
    if (from !== to) changes.push({ field, from: from ?? null, to: to ?? null });
  };
  compare('storageType', current?.storageType, wanted?.storageType);
  compareParams(current?.storageParams ?? NO_PARAMS, wanted?.storageParams ?? NO_PARAMS, changes);
  compare('backupsStored', current?.backupsStored, wanted?.backupsStored);
  compare('cronParams.period', current?.cronParams.period, wanted?.cronParams.period);
  compare('cronParams.hour', current?.cronParams.hour, wanted?.cronParams.hour);
  compare('cronParams.day', dayIn(current), dayIn(wanted));
  return changes;
}

type Value = string | number | undefined;
type Params = BackupSchedule['storageParams'];

const NO_PARAMS: Params = new Map();

function compareParams(current: Params, wanted: Params, changes: Change[]): void {
  for (const name of new Set([...wanted.keys(), ...current.keys()])) {
    const [from, to] = [current.get(name), wanted.get(name)];
    if (from === to) continue;
    const field = printable(`${PARAM}${name}`, 100);
    changes.push({ field, from: shownParam(name, from), to: shownParam(name, to) });
  }
}

function shownParam(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  return isShownParam(name) ? value : MASK;
}

/** A period without a day has none to differ in. */
function dayIn(schedule: BackupSchedule | undefined): number | undefined {
  return schedule?.cronParams.period === 'EveryDay' ? undefined : schedule?.cronParams.day;
}

function warningsFor(
  action: Action,
  current: BackupSchedule | undefined,
  wanted: BackupSchedule | undefined,
  now: Date,
  timezone: string | undefined,
): PortalWarning[] {
  if (!wanted || action === 'none') return [];
  const warnings: PortalWarning[] = [];
  const { hour } = wanted.cronParams;
  if (runsAtOnce(wanted.cronParams, now, timezone)) {
    const message =
      timezone === undefined
        ? `a backup starts within minutes of the write if it is past ${hour}:00 in the portal's time zone`
        : `a backup starts within minutes of the write: it is past ${hour}:00 in the portal's time zone`;
    warnings.push({ code: 'RUNS_AT_ONCE', message });
  }
  if (current && wanted.backupsStored < current.backupsStored) {
    const message = `${current.backupsStored} copies are kept now, ${wanted.backupsStored} then: the server deletes the older archives`;
    warnings.push({ code: 'DELETES_ARCHIVES', message });
  }
  return warnings;
}
