import type { Action, Change, PortalWarning } from '../model/outcome.ts';
import { shownParam } from '../model/params.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import { type BackupSchedule, MOST_COPIES, UNKNOWN_COPIES } from '../model/schedule.ts';
import { PARAM, plainParams } from '../model/schedule-fields.ts';
import { maskSecrets } from '../model/secret-text.ts';
import { moduleText } from '../model/storage-modules.ts';
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
  compareParams(current, wanted, changes);
  compare('backupsStored', current?.backupsStored, wanted?.backupsStored);
  compare('cronParams.period', current?.cronParams.period, wanted?.cronParams.period);
  compare('cronParams.hour', current?.cronParams.hour, wanted?.cronParams.hour);
  compare('cronParams.day', dayIn(current), dayIn(wanted));
  return changes;
}

type Value = string | number | undefined;
/** By what the server takes for the same; what is told is how it is written on each side. */
function compareParams(
  current: BackupSchedule | undefined,
  wanted: BackupSchedule | undefined,
  changes: Change[],
): void {
  const [before, after] = [plainParams(current), plainParams(wanted)];
  const written = (schedule: BackupSchedule | undefined, name: string) => {
    const value = schedule?.storageParams.get(name);
    return value === undefined ? null : shownParam(name, value);
  };
  const compare = (name: string) => {
    if (before.get(name) === after.get(name)) return;
    const field = printable(`${PARAM}${maskSecrets(name)}`, 100);
    changes.push({ field, from: written(current, name), to: written(wanted, name) });
  };
  for (const name of after.keys()) compare(name);
  for (const name of before.keys()) if (!after.has(name)) compare(name);
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
  if (action === 'none') return [];
  if (!wanted) return [{ code: 'MAY_DELETE_ARCHIVES', message: MAY_DELETE }];
  const warnings: PortalWarning[] = [];
  const { hour } = wanted.cronParams;
  if (runsAtOnce(wanted.cronParams, now, timezone)) {
    const message =
      timezone === undefined
        ? `a backup starts within minutes of the write if it is past ${hour}:00 in the portal's time zone`
        : `a backup starts within minutes of the write: it is past ${hour}:00 in the portal's time zone`;
    warnings.push({ code: 'RUNS_AT_ONCE', message });
  }
  const fewer = current && fewerCopies(current.backupsStored, wanted.backupsStored);
  if (fewer) warnings.push({ code: 'DELETES_ARCHIVES', message: fewer });
  if (current && !isSamePlace(current, wanted)) {
    const message =
      'backups go to another place: older archives stay where they are, and the portal may not list them any more';
    warnings.push({ code: 'MOVES_ARCHIVES', message });
  }
  return warnings;
}

const MAY_DELETE =
  'some server releases delete the archives of a schedule with it: copy those that you need first';

function fewerCopies(now: number, then: number): string | undefined {
  if (now === UNKNOWN_COPIES && then < MOST_COPIES)
    return `how many copies are kept now is not known, ${then} then: the server deletes older archives, if there are more`;
  return then < now
    ? `${now} copies are kept now, ${then} then: the server deletes the older archives`
    : undefined;
}

/** Whether archives lie in one place. A module's case is none of it: with the wrong one there is no place at all. */
function isSamePlace(one: BackupSchedule, other: BackupSchedule): boolean {
  if (one.storageType !== other.storageType) return false;
  const [here, there] = [plainParams(one), plainParams(other)];
  const moduleOf = (params: ReadonlyMap<string, string>) => {
    const module = params.get('module') ?? '';
    return moduleText(module) ?? module;
  };
  const isSame = (name: string) => (here.get(name) ?? '') === (there.get(name) ?? '');
  return moduleOf(here) === moduleOf(there) && PLACE_PARAMS.every(isSame);
}

const PLACE_PARAMS = [
  'folderId',
  'filePath',
  'bucket',
  'private_container',
  'public_container',
  'subdir',
  'serviceurl',
];
