import { leadsUpwards, serviceHost } from './param-values.ts';
import type { BackupSchedule } from './schedule.ts';
import { maskSecrets } from './secret-text.ts';

/**
 * Where backups may go. Who can write policies could otherwise have every portal's data written to a bucket of their
 * own. An entry is `Type`, `Type:place` (a folderId or filePath) or `ThirdPartyConsumer:module:bucket`, the module in any
 * case; `*` stands for any characters; what an entry leaves out at its end may be anything. An entry that names a module
 * means the provider's own service: a param that leads elsewhere (`serviceurl` and the like) needs `...:bucket@host`.
 */
export type DestinationRules = readonly string[] | undefined;

/** Whether a schedule's storage is among those allowed; with `undefined`, any is. */
export function isAllowedDestination(schedule: BackupSchedule, rules: DestinationRules): boolean {
  return rules === undefined || rules.some((rule) => matches(schedule, rule));
}

/** The schedule's storage in the form of an entry, to be told and to be allowed; without what looks like a secret. */
export function destinationOf(schedule: BackupSchedule): string {
  return maskSecrets([schedule.storageType, ...placeOf(schedule)].join(':'));
}

// --- internal ---

function matches(schedule: BackupSchedule, rule: string): boolean {
  const [type = '', ...wanted] = rule.split(':');
  const spelt = type === 'ThirdPartyDocuments' ? 'ThridpartyDocuments' : type;
  if (spelt !== schedule.storageType && spelt !== '*') return false;
  if (wanted.length === 0) return true;
  if (!isWhatItClaims(schedule)) return false;
  if (schedule.storageType !== 'ThirdPartyConsumer') return matchesText(placeOf(schedule).join(':'), wanted);
  const [module = '', ...bucket] = wanted;
  const shown = schedule.storageParams.get('module') ?? '';
  if (!matchesText(shown.toLowerCase(), [module.toLowerCase()])) return false;
  const [container, hosts] = [containerOf(schedule.storageParams), elsewhere(schedule.storageParams)];
  const parts = bucket.length === 0 ? ['*'] : bucket;
  // A port is a matter of the host that is named: without one, any of its ports is meant.
  return (
    matchesText(`${container}${hosts}`, parts) || matchesText(`${container}${withoutPorts(hosts)}`, parts)
  );
}

/** Patterns compare texts: one that leads elsewhere than it says must not get that far. */
function isWhatItClaims({ storageParams }: BackupSchedule): boolean {
  return Array.from(storageParams).every(([name, value]) => {
    const plain = name.toLowerCase();
    if (plain === 'filepath') return !leadsUpwards(value) && !CONTROLS.test(value);
    if (CONTAINERS.includes(plain) || plain === 'region') return !NOT_IN_NAMES.test(value);
    return !leadsElsewhere(name) || value === '' || serviceHost(value) !== undefined;
  });
}

const CONTROLS = /\p{Cc}/u;
/** What could make a path, a user, a port or another host of a name. */
const NOT_IN_NAMES = /[/\\?#@:%\p{Cc}]/u;

function matchesText(text: string, parts: readonly string[]): boolean {
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
    .filter(([name, value]) => leadsElsewhere(name) && value !== '')
    .map(([, value]) => `@${serviceHost(value) ?? value}`)
    .join('');
}

/** `cname` and `cnamessl` are the server's own words for it, too. */
function leadsElsewhere(param: string): boolean {
  return /url|uri|host|endpoint|proxy|server|address|domain|cdn|cname|gateway/i.test(param);
}

function withoutPorts(hosts: string): string {
  return hosts.replace(/:\d+(?=@|$)/g, '');
}
