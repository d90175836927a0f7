import fc from 'fast-check';
import {
  type BackupSchedule,
  type CronParams,
  hasFolderId,
  STORAGE_TYPES,
} from '../../functions/model/schedule.ts';

/** Any schedule that a policy can ask for, as far as the wire is concerned. */
export const anySchedule: fc.Arbitrary<BackupSchedule> = fc
  .record({
    storageType: fc.constantFrom(...STORAGE_TYPES),
    params: fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
    folderId: fc.nat().map(String),
    backupsStored: fc.integer({ min: 1, max: 30 }),
    cronParams: anyCron(),
    dump: fc.boolean(),
  })
  .map(({ params, folderId, ...rest }) => ({
    ...rest,
    storageParams: paramsFor(rest.storageType, params, folderId),
  }));

export function anyCron(): fc.Arbitrary<CronParams> {
  const hour = fc.integer({ min: 0, max: 23 });
  return fc.oneof(
    fc.record({ period: fc.constant('EveryDay' as const), hour, day: fc.constant(0) }),
    fc.record({ period: fc.constant('EveryWeek' as const), hour, day: fc.integer({ min: 1, max: 7 }) }),
    fc.record({ period: fc.constant('EveryMonth' as const), hour, day: fc.integer({ min: 1, max: 31 }) }),
  );
}

// --- internal ---

/** Without the names that are the server's own: no policy can set them. */
function paramsFor(type: BackupSchedule['storageType'], params: Record<string, string>, folderId: string) {
  const entries = Object.entries(params).filter(
    ([name]) => name !== 'folderId' && name !== 'tenantId' && name !== '__proto__',
  );
  return new Map(hasFolderId(type) ? [...entries, ['folderId', folderId] as [string, string]] : entries);
}
