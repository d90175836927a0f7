import { bindSchedule, storedText } from './bind-schedule.ts';
import { basePathOf } from './check-schedule.ts';
import type { ScheduleSetup } from './portal-setup.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** A schedule as a server would have stored it that was told so at this time; unchecked. */
export function storeSetup(setup: ScheduleSetup, now: Date): StoredSchedule {
  const { lastBackupTime, ...body } = setup;
  const bound = bindSchedule(body, { href: '', method: 'POST' });
  if ('status' in bound || !bound.cron) throw new Error('This setup is no schedule');
  const storageParams = Object.fromEntries(
    bound.pairs.map(({ key, value }) => [storedText(key), storedText(value)]),
  );
  const { storageType, backupsStored, cron, dump } = bound;
  const basePath = basePathOf(storageType, storageParams) ?? null;
  return { storageType, storageParams, basePath, backupsStored, cron, dump, postedAt: now, lastBackupTime };
}
