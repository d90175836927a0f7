import { HOUR, MINUTE } from '../model/durations.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { nextSlot } from './backup-slots.ts';
import { firstRun, isFirstRunLate, lastHourAllYear, type RunTime, type Timed, zoneOf } from './first-run.ts';

/** What is known of a schedule that a portal holds. */
export type HeldSchedule = {
  readonly schedule: Timed;
  /** When the server last ran it; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  /** Since when it is held against its slots, if that is known. */
  readonly since: Date | undefined;
  readonly timezone: string | undefined;
  readonly now: Date;
};

/** A schedule that never ran, and that the server would not run in time; nothing where the zone is not known. */
export function notRunningWarning({ schedule, lastBackup, timezone, now }: HeldSchedule): PortalWarning[] {
  const zone = zoneOf(schedule, timezone);
  if (lastBackup || zone === undefined || !isFirstRunLate(schedule, now, zone)) return [];
  return [
    {
      code: 'NOT_RUNNING',
      message: `the schedule is as wanted and never ran: ${lateRun(firstRun(schedule, now, zone))}; ${hoursThatRun(now, zone)}`,
    },
  ];
}

/** A schedule that let two of its slots go by, whatever archives there are. */
export function stalledWarning(held: HeldSchedule): PortalWarning[] {
  const { schedule, lastBackup, since, now } = held;
  const zone = zoneOf(schedule, held.timezone);
  const from = lastBackup ?? since;
  const first = from && nextSlot(schedule.cronParams, from, zone ?? 'UTC');
  const second = first && nextSlot(schedule.cronParams, first, zone ?? 'UTC');
  const slack = zone === undefined ? FARTHEST_ZONE : TOLERANCE;
  if (!second || now.getTime() <= second.getTime() + slack) return [];
  const ran = lastBackup
    ? `last ran on ${day(lastBackup)}`
    : `has not run since it was set, or first seen, on ${day(from)}`;
  const message = `the schedule ${ran}, and two of its times went by: see whether the portal is active and paid, and its storage there`;
  return [{ code: 'SCHEDULE_STALLED', message }];
}

/** A portal in which the server runs no backups. */
export function notActiveWarning(tenantStatus: number | undefined): PortalWarning[] {
  if (!tenantStatus) return [];
  const word = TENANT_STATUSES[tenantStatus];
  const status =
    word === undefined ? `tenantStatus ${tenantStatus}` : `tenantStatus ${tenantStatus}: ${word}`;
  const message = `the portal is not active (${status}): the server makes no backups of it`;
  return [{ code: 'PORTAL_NOT_ACTIVE', message }];
}

/** What a server makes of a schedule whose hour comes too late for it. */
export function lateRun(first: RunTime): string {
  return first
    ? `the server would first run it on ${day(first)} ${first.toISOString().slice(11, 16)} UTC`
    : 'the server would not run it within 400 days';
}

/** Why, and what to do about it. */
export function hoursThatRun(now: Date, timezone: string): string {
  const last = lastHourAllYear(now, timezone);
  return `in ${timezone} the date in UTC turns before that hour comes, and a schedule that never ran waits for it in vain (DocSpace 1.0 to 3.8 are known to count so): hours 0 to ${last} run all year there`;
}

// --- internal ---

/** The server looks every 15 minutes. */
const TOLERANCE = 30 * MINUTE;

/** No zone is farther from UTC. */
const FARTHEST_ZONE = 14 * HOUR;

/** By the server's number. */
const TENANT_STATUSES: Readonly<Record<number, string>> = {
  1: 'suspended',
  2: 'about to be removed',
  3: 'being transferred',
  4: 'being restored',
  5: 'being migrated',
  6: 'being encrypted',
};

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
