import { isIP } from 'node:net';
import { Duration, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isForbiddenRange } from '../functions/model/address-ranges.ts';
import { GUARD_NAMES, type GuardName, parseLimit } from '../functions/model/guard.ts';
import { isTooWideHost } from '../functions/model/host-rules.ts';
import { groupsProblem } from '../functions/model/key-groups.ts';
import { PORTAL_NAME } from '../functions/model/portal-name.ts';
import { STORAGE_TYPES } from '../functions/model/schedule.ts';
import { readNumber, readObject, readText, show } from './read-setting.ts';

// One rule a setting. Each returns the value to work with, or throws an Error that says what is wrong and what to give.

const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`, 'i');

/** A pattern that a key may go to: no names that anybody can have. */
export function checkAllowedHost(host: string): string {
  const checked = checkHost(host);
  if (!isTooWideHost(checked)) return checked;
  throw new Error(
    `${show(host)} takes in names that anybody can have, and a key may go there; give narrower ones, such as *.acme.com`,
  );
}

export function checkHost(host: string): string {
  if (HOST.test(host)) return host.toLowerCase();
  throw new Error(
    `${show(host)} is no host name; give a name without https://, port or path, such as docs.acme.com or *.acme.com`,
  );
}

/** `Documents`, `ThirdPartyConsumer:s3:acme-backups-*`: a storage type, then what narrows it. */
export function checkDestination(destination: string): string {
  const [type = '', ...narrower] = destination.split(':');
  const known: readonly string[] = [...STORAGE_TYPES, 'ThirdPartyDocuments'];
  if (known.includes(type) && narrower.every((part) => /^[^\s,]+$/.test(part))) return destination;
  throw new Error(
    `${show(destination)} is no destination; give one of ${known.join(', ')}, or ThirdPartyConsumer:s3:<bucket pattern>`,
  );
}

export function checkCidr(range: string): string {
  const [address = '', bits = '', ...rest] = range.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  // A /0 would open loopback and the metadata address, too: whoever wants everything has not thought of them.
  if (rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most) {
    if (!isForbiddenRange(range)) return range;
    throw new Error(
      `${show(range)} takes in loopback, link-local or metadata addresses, where no portal is; give a narrower range`,
    );
  }
  throw new Error(`${show(range)} is no address range; give a CIDR narrower than /0, such as 10.20.0.0/16`);
}

export function checkEmail(address: string): string {
  if (Token.isUnresolved(address) || /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(address)) return address;
  throw new Error(`${show(address)} is no e-mail address; give one address, such as platform@acme.com`);
}

/** The slash at the end keeps `docspace/eu` from opening `docspace/europe-key`. */
export function checkSecretsPrefix(prefix: string): string {
  if (Token.isUnresolved(prefix)) return prefix;
  if (/^[\w+=.@/-]{1,200}\/$/.test(prefix) && !prefix.startsWith('/')) return prefix;
  throw new Error(
    `${show(prefix)} is no prefix of secrets; give letters, digits and /_+=.@- with a slash at the end, such as docspace/portals/`,
  );
}

export function readTick(value: unknown): Duration {
  const tick = value instanceof Duration ? value : parseRate(readText(value));
  if (tick.isUnresolved()) throw new Error('it must be known when the stack is made; give a plain Duration');
  const minutes = tick.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 3 * 24 * 60) return tick;
  throw new Error(`${tick.toHumanString()} is out of range; give whole minutes, from 1 minute to 3 days`);
}

export function readRetention(value: unknown): number {
  const days = readDays(value, RetentionDays.TEN_YEARS);
  if (Token.isUnresolved(days)) return days;
  const known = Object.values(RetentionDays).filter(
    (d): d is RetentionDays => typeof d === 'number' && d < 9999,
  );
  if (known.includes(days)) return days;
  throw new Error(`CloudWatch does not know ${days} days; give one of ${known.join(', ')}`);
}

export function readDays(value: unknown, most: number): number {
  return readNumber(value instanceof Duration ? value.toDays({ integral: false }) : value, 'days', 1, most);
}

/** Others are counted from these: no token can stand here. */
export function readSeconds(value: unknown, least: number, most: number): number {
  const isLater =
    (value instanceof Duration && value.isUnresolved()) ||
    (typeof value === 'number' && Token.isUnresolved(value));
  if (isLater) throw new Error('it must be known when the stack is made; give a plain number');
  return readNumber(value instanceof Duration ? value.toSeconds() : value, 'seconds', least, most);
}

export function readHours(value: unknown): number {
  return readNumber(value instanceof Duration ? value.toHours({ integral: false }) : value, 'hours', 0, 720);
}

/** @param ownPrefix the prefix of policies that belong to no team */
export function readTeams(value: unknown, ownPrefix: string): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value, '{"payroll": "docspace/payroll/"}'));
  const owners = new Map([[ownPrefix, 'policies of no team']]);
  for (const [team, prefix] of entries) {
    // A team's name is a folder of policies and a member of reports' paths: the names of portals are safe there.
    if (!PORTAL_NAME.test(team)) {
      throw new Error(`${show(team)} is no team name; give lower-case letters, digits, dots, _ and -`);
    }
    const checked = checkSecretsPrefix(readText(prefix));
    const owner = owners.get(checked);
    if (owner !== undefined) {
      throw new Error(`${team} has the prefix of ${owner}, ${checked}; give each a prefix of its own`);
    }
    owners.set(checked, team);
  }
  const prefixes = [...owners.keys()];
  for (const [prefix, team] of owners) {
    const problem = groupsProblem(prefix, prefixes, prefix !== ownPrefix);
    if (problem !== undefined) throw new Error(`${team}: ${problem}; give another prefix`);
  }
  return Object.fromEntries(entries.map(([team, prefix]) => [team, String(prefix)]));
}

/** Limits on what a run may change; a guard that is misspelt would guard nothing. */
export function readGuard(value: unknown): Readonly<Record<string, string | number>> {
  const entries = Object.entries(readObject(value, '{"maxWeaken": "10%"}'));
  return Object.fromEntries(
    entries.map(([name, limit]) => {
      if (!GUARD_NAMES.includes(name as GuardName)) {
        throw new Error(`${show(name)} is no guard; there are ${GUARD_NAMES.join(', ')}`);
      }
      const isText = typeof limit === 'string' || typeof limit === 'number';
      if (!isText || parseLimit(limit) === undefined) {
        throw new Error(`${name} must be a whole number, or a percent such as "10%", not ${show(limit)}`);
      }
      return [name, limit];
    }),
  );
}

/** What tells a deployment's metrics from another's. */
export function checkDeployment(name: string): string {
  if (Token.isUnresolved(name) || /^[A-Za-z0-9][\w.-]{0,127}$/.test(name)) return name;
  throw new Error(
    `${show(name)} is no name of a deployment; give letters, digits, dots, _ and -, up to 128, such as acme-eu`,
  );
}

export function checkStackName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  throw new Error(
    `${show(name)} is no name of a stack; give letters, digits and -, with a letter first, such as PolicySyncEu`,
  );
}

export function readConcurrency(value: unknown): number | 'auto' {
  return value === 'auto' ? 'auto' : readNumber(value, 'portals', 1, 900);
}

export function readApprovals(value: unknown): 'policy' | 'bucket' {
  if (value === 'policy' || value === 'bucket') return value;
  throw new Error(`${show(value)} is neither policy nor bucket; give one of them`);
}

// --- internal ---

function parseRate(text: string): Duration {
  const [, count, unit] = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`${show(text)} is no rate; give one such as rate(6 hours)`);
  if (unit === 'minute') return Duration.minutes(Number(count));
  return unit === 'hour' ? Duration.hours(Number(count)) : Duration.days(Number(count));
}
