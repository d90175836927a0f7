import type { BackupSchedule } from './schedule.ts';

/** Stands before the name of a storage param. */
export const PARAM = 'storageParams.';

/**
 * A schedule's fields by their dotted policy names, in the wire's spelling, for a digest: in an order of their own, since
 * a map keeps the order in which somebody wrote its params. `dump` is no field: it says which schedule is meant. A period
 * without a day has no `day`.
 */
export function sortedFields(schedule: BackupSchedule): readonly (readonly [string, string | number])[] {
  const { period, hour, day } = schedule.cronParams;
  const fields: (readonly [string, string | number])[] = [
    ['storageType', schedule.storageType],
    ...Array.from(schedule.storageParams, ([name, value]) => [`${PARAM}${name}`, value] as const),
    ['backupsStored', schedule.backupsStored],
    ['cronParams.period', period],
    ['cronParams.hour', hour],
    ...(period === 'EveryDay' ? [] : [['cronParams.day', day] as const]),
  ];
  return fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
