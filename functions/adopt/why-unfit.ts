import { isShownParam } from '../model/params.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import { type BackupSchedule, type CronParams, hasFolderId } from '../model/schedule.ts';
import { PLACEHOLDER } from '../policy/reading/policy-rules.ts';
import { API_KEY, quoteName } from '../policy/reading/secret-words.ts';

/**
 * Why no policy can say what a portal holds; `undefined` where one can. A reason repeats no param's value: it may be
 * a secret, which has no place in a policy either.
 */
export function whyUnfit(portal: string, schedule: BackupSchedule): string | undefined {
  if (!PORTAL_NAME.test(portal)) return 'its name is no portal name that a policy takes';
  const { backupsStored, cronParams, storageParams } = schedule;
  if (!isWithin(backupsStored, 1, 30)) return `it keeps ${backupsStored} copies: a policy takes 1 to 30`;
  return (
    whyCron(cronParams) ??
    [...storageParams].map(([name, value]) => whyParam(name, value)).find((why) => why !== undefined) ??
    whyStorage(schedule)
  );
}

// --- internal ---

function whyCron({ period, hour, day }: CronParams): string | undefined {
  if (!isWithin(hour, 0, 23)) return `its hour is ${hour}: a policy takes 0 to 23`;
  const [least, most] = DAYS[period];
  return isWithin(day, least, most) ? undefined : `its day is ${day}, which ${period} does not have`;
}

const DAYS = { EveryDay: [0, 0], EveryWeek: [1, 7], EveryMonth: [1, 31] } as const;

function whyParam(name: string, value: string): string | undefined {
  const param = `its storage param ${quoteName(name)}`;
  if (!isShownParam(name))
    return `${param} may be a credential, or is unknown: its value has no place in a policy`;
  if (value.search(API_KEY) >= 0) return `${param} holds what looks like an API key`;
  if (value.includes(PLACEHOLDER)) return `${param} holds "${PLACEHOLDER}", which a policy would replace`;
  return value.isWellFormed() ? undefined : `${param} is no text that a file can hold`;
}

function whyStorage({ storageType, storageParams }: BackupSchedule): string | undefined {
  const lacks = (name: string) => !storageParams.get(name);
  const missing = (name: string) => `its storage has no "${name}", which ${storageType} needs`;
  const folderId = storageParams.get('folderId');
  if (hasFolderId(storageType)) {
    if (!folderId) return missing('folderId');
    const isNumber = storageType !== 'Documents' || /^\d+$/.test(folderId);
    return isNumber ? undefined : 'its folderId is no number, which Documents needs';
  }
  if (folderId !== undefined) return `its storage has a "folderId", which ${storageType} does not take`;
  if (storageType === 'Local' && lacks('filePath')) return missing('filePath');
  if (storageType !== 'ThirdPartyConsumer') return undefined;
  if (lacks('module')) return missing('module');
  return storageParams.get('module') === 'S3' && lacks('bucket') ? missing('bucket') : undefined;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
