import {
  type BackupSchedule,
  type CronParams,
  hasFolderId,
  PERIODS,
  STORAGE_TYPES,
  type StorageType,
} from '../model/schedule.ts';
import { isObject, openEnvelope } from './wire-envelope.ts';

/**
 * The only file that knows how a schedule looks on the wire, both ways.
 * What the server shows differs from what it was told: numbers for enums, an object for the params, additions of its own.
 */

/** The body of `POST createbackupschedule`. `day` is sent only where the period has one. */
export function scheduleToWire(schedule: BackupSchedule): object {
  const { period, hour, day } = schedule.cronParams;
  return {
    storageType: schedule.storageType,
    // Texts only: the server would turn a boolean into `True`, which never compares equal again.
    storageParams: Array.from(schedule.storageParams, ([key, value]) => ({ key, value })),
    backupsStored: schedule.backupsStored,
    cronParams: period === 'EveryDay' ? { period, hour } : { period, hour, day },
    dump: schedule.dump,
  };
}

/** What `GET getbackupschedule` says: a schedule, none, or an answer that is not of this API. */
export type ScheduleAnswer =
  | {
      readonly kind: 'schedule';
      readonly schedule: BackupSchedule;
      /** When the server last started a backup, as it writes a time; no part of the schedule. */
      readonly lastBackupTime: unknown;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign'; readonly why: string };

/**
 * Reads the whole body of an answer to `GET getbackupschedule`, already parsed as JSON. Never throws.
 * By hand: every portal of a run answers this once or twice, and a schema library took 4 % of a run's time in JavaScript.
 */
export function scheduleFromWire(body: unknown, dump: boolean): ScheduleAnswer {
  const envelope = openEnvelope(body);
  if ('foreign' in envelope) return foreign(envelope.foreign);
  const { response, isEmpty } = envelope;
  if (isEmpty) return { kind: 'none' };
  if (!isObject(response)) return foreign('it holds no schedule, and does not say that there is none');
  const schedule = readSchedule(response);
  if (typeof schedule === 'string') return foreign(`its "${schedule}" is not of this API`);
  if (schedule.dump !== dump) return foreign('it is about another schedule than the one asked for');
  return { kind: 'schedule', schedule, lastBackupTime: response.lastBackupTime };
}

// --- internal ---

type Fields = Readonly<Record<string, unknown>>;

/** More params than any storage takes: an answer that has them is not one of ours. */
const MOST_PARAMS = 200;

/**
 * The schedule as it was posted, without what the server adds to show it; else the name of the first field that does not
 * fit. Ranges are not checked: a value that today's server would refuse is drift to be put right, not a foreign answer.
 */
function readSchedule({ storageType, storageParams, backupsStored, cronParams, dump }: Fields) {
  const type = nameOf(STORAGE_TYPES, storageType);
  if (type === undefined) return 'storageType';
  const params = readParams(storageParams ?? {}, type);
  if (!params) return 'storageParams';
  const stored = backupsStored ?? 0;
  if (!Number.isSafeInteger(stored)) return 'backupsStored';
  const cron = isObject(cronParams) ? readCron(cronParams) : undefined;
  if (!cron) return 'cronParams';
  if (typeof dump !== 'boolean') return 'dump';
  const schedule: BackupSchedule = {
    storageType: type,
    storageParams: params,
    backupsStored: stored as number,
    cronParams: cron,
    dump,
  };
  return schedule;
}

function readParams(params: unknown, type: StorageType): Map<string, string> | undefined {
  if (!isObject(params)) return undefined;
  const names = Object.keys(params);
  if (names.length > MOST_PARAMS) return undefined;
  const read = new Map<string, string>();
  for (const name of names) {
    const value = params[name];
    if (value === null) continue;
    if (typeof value === 'object') return undefined;
    if (!isServersOwn(name, type)) read.set(name, String(value));
  }
  return read;
}

function readCron({ period, hour, day }: Fields): CronParams | undefined {
  const name = nameOf(PERIODS, period);
  const onDay = day ?? 0;
  if (name === undefined || !Number.isSafeInteger(hour) || !Number.isSafeInteger(onDay)) return undefined;
  return { period: name, hour: hour as number, day: name === 'EveryDay' ? 0 : (onDay as number) };
}

/** `folderId` is shown on types that have none, `tenantId` on a dump: nobody can set them, so they can't drift. */
function isServersOwn(param: string, type: StorageType): boolean {
  return param === 'tenantId' || (param === 'folderId' && !hasFolderId(type));
}

/** A name or its number, as the API itself accepts both. */
function nameOf<Name extends string>(names: readonly Name[], value: unknown): Name | undefined {
  return typeof value === 'number' ? names[value] : names.find((name) => name === value);
}

function foreign(why: string): ScheduleAnswer {
  return { kind: 'foreign', why };
}
