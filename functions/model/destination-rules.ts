import type { BackupSchedule } from './schedule.ts';

/**
 * Where backups may go. Who can write policies could otherwise have every portal's data written to a bucket of their
 * own. An entry is `Type`, `Type:place` (a folderId or filePath) or `ThirdPartyConsumer:Module:bucket`; `*` stands for
 * any characters; what an entry leaves out at its end may be anything. An entry that names a bucket means the
 * provider's own service: a param that leads elsewhere (`serviceurl` and the like) needs `...:bucket@host`.
 */
export type DestinationRules = readonly string[] | undefined;

/** Whether a schedule's storage is among those allowed; with `undefined`, any is. */
export function isAllowedDestination(schedule: BackupSchedule, rules: DestinationRules): boolean {
  return rules === undefined || rules.some((rule) => matches(schedule, rule));
}

/** The schedule's storage in the form of an entry, to be told and to be allowed. */
export function destinationOf(schedule: BackupSchedule): string {
  return [schedule.storageType, ...placeOf(schedule)].join(':');
}

// --- internal ---

function matches(schedule: BackupSchedule, rule: string): boolean {
  const [type = '', ...wanted] = rule.split(':');
  const spelt = type === 'ThirdPartyDocuments' ? 'ThridpartyDocuments' : type;
  if (spelt !== schedule.storageType && spelt !== '*') return false;
  const place = placeOf(schedule);
  if (schedule.storageType !== 'ThirdPartyConsumer') return matchesText(place.join(':'), wanted);
  const [module = '', ...rest] = wanted;
  if (wanted.length === 0) return true;
  return matchesText(place[0] ?? '', [module]) && matchesText(place.slice(1).join(':'), rest);
}

function matchesText(text: string, parts: readonly string[]): boolean {
  if (parts.length === 0) return true;
  const pattern = parts.join(':').split('*').map(escapePattern).join('[^@]*');
  return new RegExp(`^${pattern}$`, 's').test(text);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function placeOf({ storageType, storageParams }: BackupSchedule): string[] {
  const param = (name: string) => storageParams.get(name) ?? '';
  switch (storageType) {
    case 'Documents':
    case 'ThridpartyDocuments':
      return [param('folderId')];
    case 'Local':
      return [param('filePath')];
    case 'ThirdPartyConsumer':
      return [param('module'), `${containerOf(storageParams)}${elsewhere(storageParams)}`];
    default:
      return [];
  }
}

const CONTAINERS = ['bucket', 'private_container', 'public_container'];

/** All containers that the params name, whatever the case of the name: none may hide behind another. */
function containerOf(params: ReadonlyMap<string, string>): string {
  return Array.from(params)
    .filter(([name]) => CONTAINERS.includes(name.toLowerCase()))
    .map(([, value]) => value)
    .join('+');
}

/** `@host` for every param that may lead to another service than the provider's own. */
function elsewhere(params: ReadonlyMap<string, string>): string {
  return Array.from(params)
    .filter(
      ([name, value]) =>
        /url|uri|host|endpoint|proxy|server|address|domain|cdn|gateway/i.test(name) && value !== '',
    )
    .map(([, value]) => `@${hostOf(value)}`)
    .join('');
}

function hostOf(value: string): string {
  try {
    return new URL(value).host;
  } catch {
    return value;
  }
}
