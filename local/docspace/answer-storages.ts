import { type Answer, failure, type RequestAddress, success } from './answer.ts';
import type { StorageGround } from './storage-modules.ts';
import { type StoredSchedule, THIRD_PARTY_CONSUMER } from './stored-schedule.ts';

/**
 * The storage modules of the server (StorageController.cs:492-515, StorageDto.cs:80-105): `isSet` with credentials,
 * `current` if the schedule names it to the letter, and then with what the schedule says of it.
 */
export function answerStorages(
  schedule: StoredSchedule | undefined,
  { modules, storages }: StorageGround,
  request: RequestAddress,
): Answer {
  const used = schedule?.storageType === THIRD_PARTY_CONSUMER ? schedule.storageParams : undefined;
  if (used && used.module === undefined)
    return failure(500, "The given key 'module' was not present in the dictionary.", KEY_NOT_FOUND);
  const { module: current, ...params } = used ?? {};
  const described = modules.map(({ id, title, params: known }) => {
    const values = id === current ? params : Object.fromEntries(known.map((name) => [name, '']));
    return {
      id,
      title,
      properties: Object.entries(values).map(([name, value]) => ({ name, value, title: `${id} ${name}` })),
      current: id === current,
      isSet: storages.has(id),
    };
  });
  return success(request, described);
}

// --- internal ---

const KEY_NOT_FOUND = 'System.Collections.Generic.KeyNotFoundException';
