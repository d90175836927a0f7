import type { Effect } from '../model/effect.ts';
import { type BackupSchedule, PERIODS } from '../model/schedule.ts';

/**
 * What a change does to a portal's protection. More often and more copies are stronger; the hour, the day and the place
 * are a matter of taste, but for DataStore, whose archives live a day. A change for better and worse is for worse.
 * @param current what the portal has; `undefined`: no schedule
 * @param wanted what it is to have
 */
export function effectOf(current: BackupSchedule | undefined, wanted: BackupSchedule | undefined): Effect {
  if (!wanted) return current ? 'remove' : 'neutral';
  if (!current) return 'strengthen';
  const gains = [
    oftenness(wanted) - oftenness(current),
    wanted.backupsStored - current.backupsStored,
    lastingness(wanted) - lastingness(current),
  ];
  if (gains.some((gain) => gain < 0)) return 'weaken';
  return gains.some((gain) => gain > 0) ? 'strengthen' : 'neutral';
}

// --- internal ---

function oftenness({ cronParams }: BackupSchedule): number {
  return -PERIODS.indexOf(cronParams.period);
}

function lastingness({ storageType }: BackupSchedule): number {
  return storageType === 'DataStore' ? 0 : 1;
}
