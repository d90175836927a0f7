import { nearName } from '../model/near-name.ts';
import { judgeParamValue } from '../model/param-values.ts';
import { isShownParam } from '../model/params.ts';
import { PLACEHOLDER, strayPlaceholder } from '../model/placeholder.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import {
  type BackupSchedule,
  type CronParams,
  hasFolderId,
  MOST_COPIES,
  UNKNOWN_COPIES,
} from '../model/schedule.ts';
import { maskSecrets } from '../model/secret-text.ts';
import { knownParams, requiredParams } from '../model/storage-modules.ts';
import { quoteName } from '../policy/reading/secret-words.ts';

/**
 * Why no policy can say what a portal holds; `undefined` where one can. A reason repeats no param's value: it may be
 * a secret, which has no place in a policy either.
 * @param schedule as a policy would write it: its params without those that say nothing
 */
export function whyUnfit(portal: string, schedule: BackupSchedule): string | undefined {
  if (!PORTAL_NAME.test(portal)) return 'its name is no portal name that a policy takes';
  const { backupsStored, cronParams } = schedule;
  if (backupsStored === UNKNOWN_COPIES)
    return 'it keeps 0 copies, or does not say how many: a policy takes 1 to 30';
  if (!isWithin(backupsStored, 1, MOST_COPIES))
    return `it keeps ${backupsStored} copies: a policy takes 1 to 30`;
  return whyCron(cronParams) ?? whyParams(schedule) ?? whyStorage(schedule);
}

// --- internal ---

function whyCron({ period, hour, day }: CronParams): string | undefined {
  if (!isWithin(hour, 0, 23)) return `its hour is ${hour}: a policy takes 0 to 23`;
  const [least, most] = DAYS[period];
  return isWithin(day, least, most) ? undefined : `its day is ${day}, which ${period} does not have`;
}

const DAYS = { EveryDay: [0, 0], EveryWeek: [1, 7], EveryMonth: [1, 31] } as const;

function whyParams({ storageType, storageParams }: BackupSchedule): string | undefined {
  const known = knownParams(storageType, storageParams.get('module')) ?? [];
  const beside = (name: string) => storageParams.get(name);
  for (const [name, value] of storageParams) {
    const why = whyText(name, value) ?? whyStrange(name, value, known, beside);
    if (why !== undefined) return `its storage param ${quoteName(name)} ${why}`;
  }
  return undefined;
}

function whyText(name: string, value: string): string | undefined {
  if (!isShownParam(name)) return 'may be a credential, or is unknown: its value has no place in a policy';
  if (maskSecrets(value) !== value) return 'holds what looks like an API key or another secret';
  if (value.includes(PLACEHOLDER)) return `holds "${PLACEHOLDER}", which a policy would replace`;
  return value.isWellFormed() ? undefined : 'is no text that a file can hold';
}

/** What a policy would not take. */
function whyStrange(
  name: string,
  value: string,
  known: readonly string[],
  beside: (name: string) => string | undefined,
): string | undefined {
  if (name === 'module' || known.includes(name)) return judgeParamValue(name, value, beside);
  const near = nearName(name, known);
  return near === undefined ? strayPlaceholder(value) : `is nearly "${near}", and nothing to the server`;
}

function whyStorage({ storageType, storageParams }: BackupSchedule): string | undefined {
  const lacking = requiredParams(storageType, storageParams.get('module')).find(
    (name) => !storageParams.get(name),
  );
  if (lacking !== undefined) return `its storage has no "${lacking}", which ${storageType} needs`;
  const folderId = storageParams.get('folderId');
  if (storageType === 'Documents' && !/^\d+$/.test(folderId ?? ''))
    return 'its folderId is no number, which Documents needs';
  const hasOther = folderId !== undefined && !hasFolderId(storageType);
  return hasOther ? `its storage has a "folderId", which ${storageType} does not take` : undefined;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
