import { PLACEHOLDER } from '../../model/placeholder.ts';
import type { PortalTarget, Selector } from '../../model/portal-target.ts';
import type { BackupSchedule, CronParams } from '../../model/schedule.ts';
import { paramText } from '../../model/storage-modules.ts';
import type { Cron } from './merge-portal.ts';
import type { Problem } from './problem.ts';
import type { Texts } from './read-texts.ts';
import type { Resolution, ResolvedPortals } from './resolve-portals.ts';

/** Every portal's target, in the file's order. Only for a policy in which no rule found anything. */
export function completeTargets({ byPortal }: ResolvedPortals): PortalTarget[] {
  const schedules = new Map<Resolution, BackupSchedule | undefined>();
  return [...byPortal].map(([portal, resolution]) => {
    if (!schedules.has(resolution)) schedules.set(resolution, completeSchedule(resolution));
    const schedule = schedules.get(resolution);
    return {
      portal,
      ...settingsOf(resolution),
      schedule: schedule && nameIn(schedule, portal),
    };
  });
}

/** What is wanted of the portals that selectors bring, in the file's order. Only where no rule found anything. */
export function completeSelectors(
  { bySelector }: ResolvedPortals,
  lineOf: (offset: number) => number,
): Selector[] {
  return [...bySelector].map(([{ offset, match, tags }, resolution]) => ({
    match: match?.value ?? [],
    tags,
    line: lineOf(offset),
    wanted: { ...settingsOf(resolution), schedule: completeSchedule(resolution) },
  }));
}

/** The schedule itself where no text of it has a placeholder: portals share it. */
export function nameIn(schedule: BackupSchedule, portal: string): BackupSchedule {
  const texts = [...schedule.storageParams];
  if (!texts.some(([, text]) => text.includes(PLACEHOLDER))) return schedule;
  const named = texts.map(([name, text]) => [name, text.replaceAll(PLACEHOLDER, portal)] as const);
  return { ...schedule, storageParams: new Map(named) };
}

/**
 * A hundred thousand portals times a long text with a placeholder would not fit into any memory.
 * @param mostUnits UTF-16 units of all such texts together
 */
export function tooMuchText({ resolutions }: ResolvedPortals, mostUnits: number): Problem | undefined {
  let units = 0;
  for (const { merged, names } of resolutions) {
    const texts = [...(merged.storageParams?.value?.values() ?? [])].map(({ value }) => value ?? '');
    const lengths = texts.filter((text) => text.includes(PLACEHOLDER)).map(({ length }) => length * GROWTH);
    if (lengths.length === 0) continue;
    units += names.length * lengths.reduce((sum, length) => sum + length, texts.length * UNITS_A_PARAM);
  }
  if (units <= Math.min(mostUnits, MAX_UNITS)) return undefined;
  const message = `storageParams with ${PLACEHOLDER} come to too much text for so many portals: shorten them`;
  return { offset: 0, kind: 'value', message };
}

// --- internal ---

const MAX_UNITS = 400_000_000;
/** A name of 63 units in the place of a placeholder of 8. */
const GROWTH = 8;
const UNITS_A_PARAM = 32;

function settingsOf({ merged }: Resolution) {
  const hour = merged.cronParams?.value?.hour?.value;
  return {
    mode: merged.mode?.value ?? 'enforce',
    dump: merged.dump?.value ?? false,
    allowLateFirstRun: merged.allowLateFirstRun?.value ?? false,
    ...(typeof hour === 'object' && { window: hour }),
  };
}

function completeSchedule({ merged, isAbsent }: Resolution): BackupSchedule | undefined {
  if (isAbsent) return undefined;
  const { storageType, storageParams, backupsStored, cronParams, dump } = merged;
  const [type, copies, cron] = [storageType?.value, backupsStored?.value, completeCron(cronParams?.value)];
  if (type === undefined || copies === undefined || cron === undefined) {
    throw new Error('a policy without errors has every field');
  }
  return {
    storageType: type,
    storageParams: textsOf(storageParams?.value),
    backupsStored: copies,
    cronParams: cron,
    dump: dump?.value ?? false,
  };
}

function completeCron(cron: Cron | undefined): CronParams | undefined {
  const period = cron?.period?.value;
  const hour = cron?.hour?.value;
  if (period === undefined || hour === undefined) return undefined;
  return { period, hour: typeof hour === 'object' ? hour.from : hour, day: cron?.day?.value?.number ?? 0 };
}

function textsOf(texts: Texts | undefined): Map<string, string> {
  return new Map([...(texts ?? [])].map(([name, { value }]) => [name, paramText(name, value ?? '')]));
}
