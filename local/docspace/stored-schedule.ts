/** A schedule as a server keeps it. */
export type StoredSchedule = {
  /** 0 to 5. */
  storageType: number;
  storageParams: Record<string, string>;
  /** `folderId` or `filePath` as posted; null for a type that has neither. */
  basePath: string | null;
  backupsStored: number;
  cron: StoredCron;
  dump: boolean;
  /** When it came to be: looks of the scheduler before that did not see it. */
  postedAt: Date;
  /** When a backup last started; undefined for never. */
  lastBackupTime: Date | undefined;
};

/** `period`: 0 daily, 1 weekly (`day` 1, Sunday, to 7), 2 monthly (`day` 1 to 31). */
export type StoredCron = { period: number; hour: number; day: number };

/** Accepted by the API, but the server has no backend for it. */
export const CUSTOM_CLOUD = 2;
export const DATA_STORE = 4;
export const THIRD_PARTY_CONSUMER = 5;

/** `response` of the GET for a schedule. */
export function scheduleResponse(schedule: StoredSchedule, hidesBackupsStored: boolean) {
  const { storageType, cron, dump } = schedule;
  const storageParams: Record<string, string | null> = { ...schedule.storageParams };
  if (storageType !== THIRD_PARTY_CONSUMER) storageParams.folderId = schedule.basePath;
  return {
    storageType,
    storageParams,
    cronParams: { period: cron.period, hour: cron.hour, day: cron.period === 0 ? 0 : cron.day },
    ...(hidesBackupsStored ? {} : { backupsStored: schedule.backupsStored }),
    lastBackupTime: serverTime(schedule.lastBackupTime),
    dump,
  };
}

/** A time as the server writes one: UTC, no zone letter, and year 1 for never. */
export function serverTime(time: Date | undefined): string {
  return time ? time.toISOString().slice(0, 19) : '0001-01-01T00:00:00';
}
