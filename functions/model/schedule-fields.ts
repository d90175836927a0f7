import type { BackupSchedule } from './schedule.ts';
import { BOOLEAN_PARAMS } from './storage-modules.ts';

/** Stands before the name of a storage param. */
export const PARAM = 'storageParams.';

/**
 * A schedule's params as far as they say something: to the server an empty one is a missing one, `"false"` is what holds
 * without a boolean, and `none` without `sse`; it reads these without case. All other texts are compared as they stand.
 */
export function plainParams(schedule: BackupSchedule | undefined): ReadonlyMap<string, string> {
  if (schedule?.storageType !== 'ThirdPartyConsumer') return schedule?.storageParams ?? NO_PARAMS;
  const { storageParams } = schedule;
  let plain: Map<string, string> | undefined; // made when first needed: what a policy says is plain as a rule
  for (const [name, value] of storageParams) {
    const text = plainText(name, value);
    if (text === value && text !== '') continue;
    plain ??= new Map(storageParams);
    if (text === '') plain.delete(name);
    else plain.set(name, text);
  }
  return plain ?? storageParams;
}

/**
 * A schedule's fields by their dotted policy names, in the wire's spelling, for a digest: in an order of their own, since
 * a map keeps the order in which somebody wrote its params. `dump` is no field: it says which schedule is meant. A period
 * without a day has no `day`. Schedules that the server takes for the same have the same fields.
 */
export function sortedFields(schedule: BackupSchedule): readonly (readonly [string, string | number])[] {
  const { period, hour, day } = schedule.cronParams;
  const fields: (readonly [string, string | number])[] = [
    ['storageType', schedule.storageType],
    ...Array.from(plainParams(schedule), ([name, value]) => [`${PARAM}${name}`, value] as const),
    ['backupsStored', schedule.backupsStored],
    ['cronParams.period', period],
    ['cronParams.hour', hour],
    ...(period === 'EveryDay' ? [] : [['cronParams.day', day] as const]),
  ];
  return fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

// --- internal ---

const NO_PARAMS: ReadonlyMap<string, string> = new Map();

function plainText(name: string, value: string): string {
  if (name === 'sse') return value.toLowerCase() === 'none' ? '' : value.toLowerCase();
  if (!BOOLEAN_PARAMS.has(name)) return value;
  return value.toLowerCase() === 'false' ? '' : value.toLowerCase();
}
