import type { PolicyWarningCode } from '../../model/finding.ts';
import { PLACEHOLDER } from '../../model/placeholder.ts';
import { hasFolderId } from '../../model/schedule.ts';
import { MODULES, moduleText } from '../../model/storage-modules.ts';
import type { Merged } from './merge-portal.ts';
import { paramsInUse, unknownParams } from './param-rules.ts';
import type { Text } from './read-texts.ts';
import type { Resolution } from './resolve-portals.ts';
import { quoteName } from './secret-words.ts';

export type Warning = {
  readonly offset: number;
  readonly code: PolicyWarningCode;
  readonly message: string | (() => string);
};

/** What is allowed and worth a thought, each told once, at the value that many portals may share. */
export function findWarnings(resolutions: readonly Resolution[]): Warning[] {
  const warnings = new Map<string, Warning>();
  const folders = new Map<number, SharedFolder>();
  for (const resolution of resolutions) {
    for (const warning of warnOf(resolution)) warnings.set(`${warning.code} ${warning.offset}`, warning);
    countFolder(resolution, folders);
  }
  return [...warnings.values(), ...[...folders].flatMap(([offset, folder]) => warnOfFolder(offset, folder))];
}

// --- internal ---

type SharedFolder = { readonly param: 'folderId' | 'filePath'; portals: number; isSelected: boolean };

function warnOf({ merged, isAbsent }: Resolution): Warning[] {
  const warnings: Warning[] = [];
  const { dump, storageType, cronParams } = merged;
  if (dump?.value === true) {
    const message =
      'dump means the server-wide schedule: all portals of that server share it, and SaaS portals refuse it';
    warnings.push({ offset: dump.offset, code: 'DUMP_IS_SERVER_WIDE', message });
  }
  if (isAbsent) return warnings;
  if (storageType?.value === 'CustomCloud') {
    const message = 'the server has no backend for CustomCloud: every backup it schedules fails';
    warnings.push({ offset: storageType.offset, code: 'NO_BACKEND', message });
  }
  const { period, day } = cronParams?.value ?? {};
  const number = day?.value?.number ?? 0;
  if (day && period?.value === 'EveryMonth' && number >= 29 && number <= 31) {
    const message = `a month without a day ${number} is skipped: no backup is made in it`;
    warnings.push({ offset: day.offset, code: 'SHORT_MONTHS', message });
  }
  return [...warnings, ...warnOfParams(merged)];
}

function warnOfParams(merged: Merged): Warning[] {
  const params = paramsInUse(merged);
  if (!params) return [];
  const { texts, type, module, known = [] } = params;
  const warnings: Warning[] = [];
  const text = texts.get('module');
  if (type === 'ThirdPartyConsumer' && text && moduleText(module ?? '') === 'selectel') {
    const message = `selectel is a module of servers before 2.6, its params are not checked: today's know ${MODULES.join(', ')} alone`;
    warnings.push({ offset: text.offset, code: 'OLD_MODULE', message });
  }
  const owner = type === 'ThirdPartyConsumer' ? moduleText(module ?? '') : type;
  const takes = known.filter((name) => name !== 'module');
  for (const { name, text: unknown, near } of unknownParams(params)) {
    if (near !== undefined) continue;
    const message = `${quoteName(name)} is no setting of ${owner}: the server passes over it (it takes ${takes.length > 0 ? takes.join(', ') : 'none'})`;
    warnings.push({ offset: unknown.keyOffset, code: 'UNKNOWN_PARAM', message });
  }
  return warnings;
}

/** Values are told apart by where they stand: an alias is the same value, an equal one elsewhere is not. */
function countFolder(
  { merged, isAbsent, names, isSelected }: Resolution,
  folders: Map<number, SharedFolder>,
): void {
  const type = merged.storageType?.value;
  if (isAbsent || type === undefined) return;
  const param = hasFolderId(type) ? 'folderId' : type === 'Local' ? 'filePath' : undefined;
  const text: Text | undefined = param && merged.storageParams?.value?.get(param);
  if (param === undefined || !text?.value || text.value.includes(PLACEHOLDER)) return;
  const folder = folders.get(text.offset) ?? { param, portals: 0, isSelected: false };
  folder.portals += names.length;
  folder.isSelected ||= isSelected === true;
  folders.set(text.offset, folder);
}

function warnOfFolder(offset: number, { param, portals, isSelected }: SharedFolder): Warning[] {
  if (portals < 2 && !isSelected) return [];
  const consequence =
    param === 'folderId'
      ? 'folder ids differ from portal to portal, elsewhere there is no such folder'
      : 'their archives end up in one folder';
  const who = isSelected ? 'all portals that are selected share' : `${portals} portals share`;
  return [{ offset, code: 'SHARED_FOLDER_ID', message: `${who} this ${param}: ${consequence}` }];
}
