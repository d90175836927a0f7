import { nearName } from '../../model/near-name.ts';
import { looksLikeCredential } from '../../model/params.ts';
import { PLACEHOLDER, strayPlaceholder } from '../../model/placeholder.ts';
import { hasFolderId } from '../../model/schedule.ts';
import { paramText, requiredParams } from '../../model/storage-modules.ts';
import type { Cron, LayerName, Merged } from './merge-portal.ts';
import { paramsAreNoSlips, paramsHoldGoodValues, paramsInUse, unknownParams } from './param-rules.ts';
import type { Finding } from './problem.ts';
import type { Layer } from './read-layer.ts';
import type { Text, Texts } from './read-texts.ts';
import { quoteName } from './secret-words.ts';

export const FOLDER_ID_IS_DIGITS = '"folderId" of Documents must be a folder\'s number: digits alone';

/** Rules over what is merged. A field that is there and could not be read was told; no rule speaks of it again. */
export const MERGED_RULES: readonly ((merged: Merged) => readonly Finding[])[] = [
  needsStorageType,
  needsStorageParams,
  needsBackupsStored,
  needsTime,
  folderIdHasItsType,
  folderIdIsDigits,
  paramsAreNoSlips,
  paramsHoldGoodValues,
];

/** `state: absent` is the only thing that such a portal says. */
export function absentStandsAlone(layer: Layer): readonly Finding[] {
  if (layer.state?.value !== 'absent') return [];
  return Object.entries(layer)
    .filter(([key, found]) => !['state', 'dump', 'mode'].includes(key) && found && !found.isGuess)
    .map(([key, { keyOffset }]) => ({
      offset: keyOffset,
      kind: 'value',
      message: `"${key}" has no place beside "state: absent": only "dump" and "mode" go with it`,
    }));
}

/** A day must go with the period beside it, also where no portal uses them. */
export function dayFitsPeriod({ period, day }: Cron): readonly Finding[] {
  if (day?.value === undefined) return [];
  const { number, named } = day.value;
  const wrong = (message: string) => [
    { offset: day.offset, kind: 'value' as const, message: `"day" ${message}` },
  ];
  const found = named ? 'a weekday' : `${number}`;
  switch (period?.value) {
    case 'EveryDay':
      return named || number !== 0 ? wrong('has no place beside EveryDay: drop it') : [];
    case 'EveryWeek':
      return number < 1 || number > 7
        ? wrong(
            `must be a weekday, or a whole number from 1 (Sunday) to 7, not ${found}, as the period is EveryWeek`,
          )
        : [];
    case 'EveryMonth':
      return named || number < 1 || number > 31
        ? wrong(`must be a whole number from 1 to 31, not ${found}, as the period is EveryMonth`)
        : [];
    default:
      return number < 0 || number > 31
        ? wrong(`must be a weekday or a whole number from 1 to 31, not ${found}`)
        : [];
  }
}

// --- internal ---

const ANYWHERE = 'here, in its profile or in defaults';

function missing(field: string, advice: string): Finding {
  return { kind: 'missing', message: `the portal has no "${field}": ${advice}` };
}

function needsStorageType({ storageType }: Merged): readonly Finding[] {
  return storageType ? [] : [missing('storageType', `add storageType ${ANYWHERE}`)];
}

function needsBackupsStored({ backupsStored }: Merged): readonly Finding[] {
  return backupsStored ? [] : [missing('backupsStored', `add backupsStored ${ANYWHERE}`)];
}

function needsTime({ cronParams }: Merged): readonly Finding[] {
  if (cronParams && cronParams.value === undefined) return [];
  const cron = cronParams?.value ?? {};
  const where = whereToAdd('cronParams', cronParams?.from);
  const findings: Finding[] = [];
  if (!cron.period) findings.push(missing('period', `add cronParams.period ${where}`));
  if (!cron.hour) findings.push(missing('hour', `add cronParams.hour ${where}`));
  const period = cron.period?.value;
  if (!cron.day && (period === 'EveryWeek' || period === 'EveryMonth')) {
    findings.push(missing('day', `${period} needs it, add cronParams.day ${where}`));
  }
  return findings;
}

/** Both are replaced as a whole, so what their own layer lacks no weaker layer can give. */
function whereToAdd(field: 'cronParams' | 'storageParams', from: LayerName | undefined): string {
  if (from === 'portal') return `here: its own ${field} replaces the inherited one as a whole`;
  if (from === 'profile')
    return `in its profile, whose ${field} replaces that of defaults as a whole, or write a whole ${field} here`;
  return from === 'defaults' ? `in defaults, or a whole ${field} here or in its profile` : ANYWHERE;
}

function needsStorageParams(merged: Merged): readonly Finding[] {
  const { storageType, storageParams } = merged;
  const type = storageType?.value;
  if (type === undefined || (storageParams && storageParams.value === undefined)) return [];
  const texts: Texts = storageParams?.value ?? new Map<string, Text>();
  const module = texts.get('module')?.value;
  const params = paramsInUse(merged);
  const where = whereToAdd('storageParams', storageParams?.from);
  const slips = params ? unknownParams(params).map(({ near }) => near) : [];
  return requiredParams(type, module)
    .filter((name) => (texts.get(name)?.value === '' || !texts.has(name)) && !slips.includes(name))
    .map((name) => {
      const near = nearParam(name, texts);
      const owner = name === 'bucket' ? `module ${paramText('module', module ?? '')}` : type;
      const advice = near ?? `${owner} needs it, add storageParams.${name} ${where}`;
      // Of a module in the server's own text nothing was asked before.
      const isNew = name === 'bucket' && module !== 'S3' && { isNew: true as const };
      return { ...missing(name, advice), ...isNew };
    });
}

function nearParam(name: string, texts: Texts): string | undefined {
  if (texts.has(name)) return undefined;
  const others = [...texts.keys()].slice(0, 100).filter((other) => !looksLikeCredential(other));
  const near = nearName(name, others);
  return near === undefined ? undefined : `is it meant by ${quoteName(near)} in storageParams?`;
}

function folderIdHasItsType({ storageType, storageParams }: Merged): readonly Finding[] {
  const folderId = storageParams?.value?.get('folderId');
  const type = storageType?.value;
  if (!folderId || type === undefined || hasFolderId(type)) return [];
  const message = `"folderId" goes with Documents and ThirdPartyDocuments alone, with ${type} the server sets it: drop it`;
  return [{ offset: folderId.keyOffset, kind: 'value', message }];
}

function folderIdIsDigits({ storageType, storageParams }: Merged): readonly Finding[] {
  const folderId = storageParams?.value?.get('folderId');
  if (storageType?.value !== 'Documents' || !folderId?.value) return [];
  const stray = strayPlaceholder(folderId.value);
  if (stray !== undefined)
    return [{ offset: folderId.offset, kind: 'value', message: `"folderId" ${stray}` }];
  // A portal's name may be all digits; which ones are not is told when names are put in.
  if (/^\d+$/.test(folderId.value.replaceAll(PLACEHOLDER, '0'))) return [];
  return [{ offset: folderId.offset, kind: 'value', message: FOLDER_ID_IS_DIGITS }];
}
