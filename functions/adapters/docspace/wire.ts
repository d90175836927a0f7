import * as z from 'zod/mini';
import { type BackupSchedule, hasFolderId, PERIODS, STORAGE_TYPES } from '../../model/schedule.ts';
import { AnswerEnvelope } from './wire-envelope.ts';
import { timeFromWire } from './wire-time.ts';

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
      /** When the server last started a backup; no part of the schedule. `undefined`: never, or it does not say. */
      readonly lastBackup: Date | undefined;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign'; readonly why: string };

/** Reads the whole body of an answer to `GET getbackupschedule`, already parsed as JSON. Never throws. */
export function scheduleFromWire(body: unknown, dump: boolean): ScheduleAnswer {
  const envelope = AnswerEnvelope.safeParse(body);
  if (!envelope.success) return foreign('it is not wrapped as this API wraps answers');
  const { response, statusCode, count } = envelope.data;
  if (statusCode !== 200) return foreign('its statusCode is not 200');
  if (response === undefined || response === null) {
    // Both marks are wanted: a host that answers `{}` to everything has not said that there is no schedule.
    return count === 0
      ? { kind: 'none' }
      : foreign('it holds no schedule, and does not say that there is none');
  }
  const parsed = WireSchedule.safeParse(response);
  if (!parsed.success) return foreign(`its ${fieldOf(parsed.error)} is not of this API`);
  if (parsed.data.dump !== dump) return foreign('it is about another schedule than the one asked for');
  const lastBackup = timeFromWire(parsed.data.lastBackupTime) ?? undefined;
  return { kind: 'schedule', schedule: canonicalSchedule(parsed.data), lastBackup };
}

// --- internal ---

type WireSchedule = z.infer<typeof WireSchedule>;

/** More params than any storage takes: an answer that has them is not one of ours. */
const MOST_PARAMS = 200;

/** A name or its number, as the API itself accepts both. */
function namedNumber<const Names extends readonly string[]>(names: Names) {
  return z.pipe(
    z.union([z.int().check(z.gte(0), z.lte(names.length - 1)), z.enum(names)]),
    z.transform((value) => (typeof value === 'number' ? names[value] : value) as Names[number]),
  );
}

const Params = z.record(z.string(), z.nullable(z.union([z.string(), z.number(), z.boolean()])));

const WireSchedule = z.object({
  storageType: namedNumber(STORAGE_TYPES),
  storageParams: z.optional(
    z.nullable(Params.check(z.refine((params) => Object.keys(params).length <= MOST_PARAMS))),
  ),
  // Ranges are not checked: a value that today's server would refuse is drift to be put right, not a foreign answer.
  backupsStored: z.optional(z.nullable(z.int())),
  cronParams: z.object({
    period: namedNumber(PERIODS),
    hour: z.int(),
    day: z.optional(z.nullable(z.int())),
  }),
  dump: z.boolean(),
  lastBackupTime: z.optional(z.unknown()),
});

/** The schedule as it was posted: without what the server adds to show it. */
function canonicalSchedule(wire: WireSchedule): BackupSchedule {
  const { period, hour, day } = wire.cronParams;
  return {
    storageType: wire.storageType,
    storageParams: new Map(
      Object.entries(wire.storageParams ?? {})
        .filter(([key, value]) => value !== null && !isServersOwn(key, wire))
        .map(([key, value]) => [key, String(value)]),
    ),
    backupsStored: wire.backupsStored ?? 0,
    cronParams: { period, hour, day: period === 'EveryDay' ? 0 : (day ?? 0) },
    dump: wire.dump,
  };
}

/** `folderId` is shown on types that have none, `tenantId` on a dump: nobody can set them, so they can't drift. */
function isServersOwn(param: string, wire: WireSchedule): boolean {
  return param === 'tenantId' || (param === 'folderId' && !hasFolderId(wire.storageType));
}

function foreign(why: string): ScheduleAnswer {
  return { kind: 'foreign', why };
}

/** The name of the first field that does not fit; names are ours, values are the portal's and are not told. */
function fieldOf(error: z.core.$ZodError): string {
  const path = error.issues[0]?.path ?? [];
  const known = path.filter((part) => typeof part === 'string' && part in WireSchedule.shape);
  return known.length > 0 ? `"${String(known[0])}"` : 'content';
}
