import type { Effect } from '../model/effect.ts';
import { type BackupSchedule, MOST_COPIES, PERIODS, UNKNOWN_COPIES } from '../model/schedule.ts';
import { isModuleText } from '../model/storage-modules.ts';

/**
 * What a change does to a portal's protection. More often and more copies are stronger; the hour, the day and the place
 * are a matter of taste, but for days that not all months have, for DataStore, whose archives live a day, and for a place
 * that the server can't find. A change for better and worse is for worse.
 * @param current what the portal has; `undefined`: no schedule
 * @param wanted what it is to have
 */
export function effectOf(current: BackupSchedule | undefined, wanted: BackupSchedule | undefined): Effect {
  if (!wanted) return current ? 'remove' : 'neutral';
  if (!current) return 'strengthen';
  const gains = [
    oftenness(wanted) - oftenness(current),
    monthsWith(wanted) - monthsWith(current),
    moreCopies(current.backupsStored, wanted.backupsStored),
    lastingness(wanted) - lastingness(current),
    wanted.storageType === current.storageType ? isFound(wanted) - isFound(current) : 0,
  ];
  if (gains.some((gain) => gain < 0)) return 'weaken';
  return gains.some((gain) => gain > 0) ? 'strengthen' : 'neutral';
}

// --- internal ---

function oftenness({ cronParams }: BackupSchedule): number {
  return -PERIODS.indexOf(cronParams.period);
}

/** In how many months of a year it runs; February counts for the 28 days that it always has. */
function monthsWith({ cronParams: { period, day } }: BackupSchedule): number {
  if (period !== 'EveryMonth' || day <= 28) return 12;
  return day <= 30 ? 11 : 7;
}

/** A portal that does not say how many copies it keeps may keep the most. */
function moreCopies(now: number, then: number): number {
  if (now === UNKNOWN_COPIES) return then < MOST_COPIES ? -1 : 0;
  return then - now;
}

/** How well an archive is kept that is made there: not at all, for a day, for good. */
function lastingness({ storageType }: BackupSchedule): number {
  if (storageType === 'CustomCloud') return 0;
  return storageType === 'DataStore' ? 1 : 2;
}

/** Whether the server finds the module: `S3` for `s3` is none, and no backup of it works. Another type is a place. */
function isFound({ storageType, storageParams }: BackupSchedule): number {
  const module = storageParams.get('module');
  return storageType !== 'ThirdPartyConsumer' || module === undefined || isModuleText(module) ? 1 : 0;
}
