import type { BackupSchedule } from '../model/schedule.ts';

/** A schedule's fields by their dotted policy names, in the wire's spelling. Two schedules are the same if these are. */
export type ScheduleFields = ReadonlyMap<string, string | number>;

/** Stands before the name of a storage param. */
export const PARAM = 'storageParams.';

/** `dump` is no field: it says which schedule is meant. A period without a day has no `day`; no schedule, no fields. */
export function scheduleFields(schedule: BackupSchedule | undefined): ScheduleFields {
  if (!schedule) return new Map();
  const { period, hour, day } = schedule.cronParams;
  return new Map<string, string | number>([
    ['storageType', schedule.storageType],
    ...Array.from(schedule.storageParams, ([name, value]) => [`${PARAM}${name}`, value] as const),
    ['backupsStored', schedule.backupsStored],
    ['cronParams.period', period],
    ['cronParams.hour', hour],
    ...(period === 'EveryDay' ? [] : [['cronParams.day', day] as const]),
  ]);
}

/** The fields in an order of their own, for a digest: a map keeps the order in which somebody wrote its params. */
export function sortedFields(
  schedule: BackupSchedule | undefined,
): readonly (readonly [string, string | number])[] {
  return [...scheduleFields(schedule)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
