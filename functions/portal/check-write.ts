import type { PortalWarning } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalReader, Redact } from '../model/ports/portals.ts';
import { printable } from '../model/printable.ts';
import type { PortalSettings, StorageModule } from '../model/protection.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import type { Answer } from '../protection/answer-of.ts';
import { firstRun, isFirstRunLate, type RunTime, zoneOf } from '../protection/first-run.ts';
import { hoursThatRun, lateRun } from '../protection/schedule-warnings.ts';

/** What was asked before a write, and answered. */
export type Asked = {
  readonly settings?: Answer<PortalSettings>;
  readonly storages?: Answer<readonly StorageModule[]>;
};

export type WriteToCheck = {
  readonly target: PortalTarget;
  readonly current: BackupSchedule | undefined;
  /** When the server last ran what is there; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  /** The portal's zone, as far as it is known without asking. */
  readonly timezone: string | undefined;
  readonly now: Date;
};

/** What a write would come to. */
export type WriteCheck = {
  readonly asked: Asked;
  readonly timezone: string | undefined;
  readonly warnings: readonly PortalWarning[];
  /** That would be later than its own first slot, which somebody allowed. */
  readonly isLateAllowed: boolean;
  /** Why it is not to be made. */
  readonly refusal: PortalError | undefined;
};

/**
 * Asks what decides whether a write would harm, no more than that, and each once in a run. The time zone: west of UTC
 * the server may never run what is written, and a write stops what ran until then. The storages: to one that the portal
 * does not know, or has no credentials for, every backup fails.
 * @param asked what this run has asked already
 * @throws PortalError where the zone could not be had, and the write might stop a schedule that runs
 */
export async function checkWrite(
  portal: PortalReader,
  write: WriteToCheck,
  asked: Asked,
): Promise<WriteCheck> {
  const { target, now } = write;
  const wanted = target.schedule;
  if (!wanted) return { ...NOTHING_TO_CHECK, asked, timezone: write.timezone };
  const settings = asked.settings ?? (isZoneNeeded(write) ? await ask(portal.readSettings()) : undefined);
  const timezone = write.timezone ?? (settings && 'value' in settings ? settings.value.timezone : undefined);
  const unsure = settings && timezone === undefined && isZoneNeeded(write) ? whyNoZone(settings) : undefined;
  if (unsure && write.lastBackup && !target.allowLateFirstRun) throw unsure;
  const storages = asked.storages ?? (isStorageNeeded(write) ? await ask(portal.readStorages()) : undefined);

  const isLate = isFirstRunLate(wanted, now, timezone);
  const first = firstRun(wanted, now, timezone);
  const refusal = isLate && !target.allowLateFirstRun ? wouldNotRun(wanted, first, now, timezone) : undefined;
  return {
    asked: { ...(settings && { settings }), ...(storages && { storages }) },
    timezone,
    warnings: [
      ...(unsure ? [mayNotRun(wanted)] : []),
      ...(storages && 'error' in storages ? [storageUnchecked(storages.error)] : []),
    ],
    isLateAllowed: isLate && target.allowLateFirstRun,
    refusal:
      refusal ??
      (storages && 'value' in storages ? storageNotReady(wanted, storages.value, portal.redact) : undefined),
  };
}

/** Below it a first run is late nowhere on earth. */
export const EARLY_HOURS = 12;

/** @throws PortalError where the key is not taken */
export async function askSettings(portal: PortalReader): Promise<Answer<PortalSettings>> {
  return ask(portal.readSettings());
}

// --- internal ---

const NOTHING_TO_CHECK = { warnings: [], isLateAllowed: false, refusal: undefined };

function isZoneNeeded({ target: { schedule }, timezone }: WriteToCheck): boolean {
  if (!schedule || schedule.dump || timezone !== undefined) return false;
  return schedule.cronParams.hour >= EARLY_HOURS;
}

function isStorageNeeded({ target: { schedule }, current }: WriteToCheck): boolean {
  if (schedule?.storageType !== 'ThirdPartyConsumer') return false;
  return current?.storageType !== schedule.storageType || moduleOf(current) !== moduleOf(schedule);
}

function moduleOf({ storageParams }: BackupSchedule): string {
  return storageParams.get('module') ?? '';
}

/** @throws PortalError where the key is not taken: that is no answer to any question */
async function ask<T>(reading: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (!(error instanceof PortalError) || error.code === 'UNAUTHORIZED') throw error;
    return { error };
  }
}

function whyNoZone(settings: Answer<PortalSettings>): PortalError {
  const known = 'not written, since the portal did not tell its time zone, and behind UTC the server might';
  const message = `${known} never run this late hour, as it runs what is there`;
  if ('value' in settings) {
    const what = `${message}: its settings name no time zone that is known here; allowLateFirstRun: true writes it all the same`;
    return new PortalError('UNEXPECTED_ANSWER', what);
  }
  const { code, httpStatus, message: why } = settings.error;
  return new PortalError(code, `${message}: ${why}`, {
    ...(httpStatus !== undefined && { httpStatus }),
    retryable: true,
    cause: settings.error,
  });
}

function mayNotRun({ cronParams }: BackupSchedule): PortalWarning {
  const message = `the portal did not tell its time zone: where that is behind UTC the server may never run an hour like ${cronParams.hour}; an hour below ${EARLY_HOURS} runs everywhere`;
  return { code: 'MAY_NOT_RUN', message };
}

function wouldNotRun(
  wanted: BackupSchedule,
  first: RunTime,
  now: Date,
  timezone: string | undefined,
): PortalError {
  const zone = zoneOf(wanted, timezone) ?? 'UTC';
  const message = `not written, since ${lateRun(first)}: ${hoursThatRun(now, zone)}; choose one of them, or set allowLateFirstRun: true to write it all the same`;
  return new PortalError('WOULD_NOT_RUN', message);
}

function storageUnchecked(error: PortalError): PortalWarning {
  const message = `the portal did not say which storages it has (${error.message}): see that the module is one of them, and has its credentials`;
  return { code: 'STORAGE_UNCHECKED', message };
}

function storageNotReady(
  wanted: BackupSchedule,
  storages: readonly StorageModule[],
  redact: Redact,
): PortalError | undefined {
  if (wanted.storageType !== 'ThirdPartyConsumer') return undefined;
  const module = moduleOf(wanted);
  const found = storages.find(({ id }) => id === module);
  if (found?.isSet) return undefined;
  const shown = printable(module, 60);
  if (found) {
    const message = `the portal has no credentials for ${shown}, so that every backup would fail: enter them in its settings (Integration, Third-party services), then run this again`;
    return new PortalError('STORAGE_NOT_READY', message);
  }
  const known = storages.map(({ id }) => printable(redact(id), 60)).join(', ');
  const others = known === '' ? 'it knows none' : `it knows ${known}`;
  const message = `the portal knows no storage module ${shown} (${others}), so that every backup would fail: name one of its modules, and enter credentials in its settings (Integration, Third-party services)`;
  return new PortalError('STORAGE_NOT_READY', message);
}
