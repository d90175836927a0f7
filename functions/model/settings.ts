import { isAddressRange, rangeProblem } from './address-ranges.ts';
import { GUARD_NAMES, type GuardName, NOTHING_SAID, parseLimit, type SaidGuard } from './guard.ts';
import { hostPatternProblem } from './host-rules.ts';
import { groupsProblem } from './key-groups.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type MessageSettings, readMessageSettings } from './message-settings.ts';
import type { Concurrency } from './ports/places.ts';
import { printable } from './printable.ts';
import { DEFAULT_GRACE_HOURS } from './protection.ts';

/** What the metrics of a function belong to that no stack has given a name (`DEPLOYMENT`). */
export const DEFAULT_DEPLOYMENT = 'PolicySync';

/** How a deployment is set up, read from the function's environment. */
export type Settings = {
  readonly bucket: string;
  /** Tells this deployment's metrics from those of others in the account and region. */
  readonly deployment: string;
  /** Stands before a portal's name in the name of its secret. */
  readonly secretsPrefix: string;
  /** A team is a folder below `policies/`; its policies reach the secrets of its own prefix alone. */
  readonly teams: Readonly<Record<string, string>>;
  readonly allowedHosts: readonly string[];
  readonly allowedDestinations: readonly string[];
  readonly allowedRanges: readonly string[];
  /** Portals treated at the same time; `auto`: as many as the function can take. */
  readonly concurrency: Concurrency;
  /** Of these, how many behind one address. */
  readonly perAddress: number;
  readonly limits: Limits;
  /** Limits on what one run may change: a policy may be stricter, not laxer. */
  readonly guard: SaidGuard;
  /** How much later than its slot a backup may be there. Hours. */
  readonly graceHours: number;
  /** Whose approvals count: `approve` in the policy, or objects that other people write below `approvals/`. */
  readonly approvals: 'policy' | 'bucket';
  /** Where and when people are told what happens to their portals; none: nobody is told. */
  readonly messages: MessageSettings | undefined;
  /** The queue that takes a tick's policies one by one; none: the tick does them in order itself. */
  readonly tickQueueUrl: string | undefined;
  /** Read and report only. */
  readonly paused: boolean;
  /** Plain http and loopback addresses are taken: for tests of a deployment alone. */
  readonly insecureLoopback: boolean;
  /** A PEM file with a CA of one's own, in the function's own folder, or none. */
  readonly privateCaFile: string | undefined;
  /** After this long a lease has run out: the function's timeout and a minute. Milliseconds. */
  readonly leaseMs: number;
  /** How long a warm function takes a key for current. Milliseconds. */
  readonly keyCacheMs: number;
};

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws SettingsError that names everything that is wrong */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const wrong: string[] = [];
  const list = (name: string, fallback: string) =>
    (env[name] ?? fallback)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const whole = (name: string, fallback: number, least: number) => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    wrong.push(`${name} must be a whole number from ${least} up`);
    return fallback;
  };
  const flag = (name: string) => {
    const text = env[name] ?? 'false';
    if (text !== 'true' && text !== 'false' && text !== '') wrong.push(`${name} must be true or false`);
    return text === 'true';
  };
  const bucket = env.POLICY_BUCKET ?? '';
  if (bucket === '') wrong.push('POLICY_BUCKET is missing');
  const allowedRanges = list('ALLOWED_RANGES', '');
  const allowedHosts = list('ALLOWED_HOSTS', '*.onlyoffice.com');
  const check = (
    name: string,
    entries: readonly string[],
    problemOf: (entry: string) => string | undefined,
  ) => {
    for (const entry of entries) {
      const problem = problemOf(entry);
      if (problem !== undefined) wrong.push(`${name}: ${printable(entry, 70)} ${problem}`);
    }
  };
  if (allowedRanges.every(isAddressRange)) check('ALLOWED_RANGES', allowedRanges, rangeProblem);
  else wrong.push('ALLOWED_RANGES must be ranges such as 10.1.0.0/16');
  check('ALLOWED_HOSTS', allowedHosts, hostPatternProblem);
  const settings: Settings = {
    bucket,
    deployment: env.DEPLOYMENT || DEFAULT_DEPLOYMENT,
    secretsPrefix: env.SECRETS_PREFIX ?? 'docspace/portals/',
    teams: readTeams(env.TEAMS, wrong),
    allowedHosts,
    allowedDestinations: list('ALLOWED_DESTINATIONS', 'Documents,DataStore'),
    allowedRanges,
    concurrency: env.CONCURRENCY === 'auto' ? 'auto' : whole('CONCURRENCY', 0, 1) || 'auto',
    perAddress: whole('PER_ADDRESS', 128, 1),
    limits: {
      connectMs: whole('CONNECT_TIMEOUT_SECONDS', DEFAULT_LIMITS.connectMs / 1000, 1) * 1000,
      requestMs: whole('REQUEST_TIMEOUT_SECONDS', DEFAULT_LIMITS.requestMs / 1000, 1) * 1000,
      portalMs: whole('PORTAL_TIMEOUT_SECONDS', DEFAULT_LIMITS.portalMs / 1000, 2) * 1000,
      answerBytes: DEFAULT_LIMITS.answerBytes,
    },
    graceHours: whole('GRACE_HOURS', DEFAULT_GRACE_HOURS, 0),
    guard: readGuard(env.GUARD, wrong),
    approvals: readApprovals(env.APPROVALS, wrong),
    messages: readMessageSettings(env.MESSAGES, wrong),
    tickQueueUrl: env.TICK_QUEUE_URL || undefined,
    paused: flag('PAUSED'),
    insecureLoopback: flag('ALLOW_INSECURE_LOOPBACK'),
    privateCaFile: env.PRIVATE_CA_FILE || undefined,
    leaseMs: (whole('FUNCTION_TIMEOUT_SECONDS', 900, 1) + 60) * 1000,
    keyCacheMs: whole('KEY_CACHE_SECONDS', 300, 0) * 1000,
  };
  for (const problem of reservedPrefixes(settings)) wrong.push(problem);
  if (wrong.length > 0) throw new SettingsError(`the settings are wrong: ${wrong.join('; ')}`);
  return settings;
}

/** The prefix of the secrets that a policy may reach: that of its team's folder, else the deployment's. */
export function secretsPrefixOf(
  policy: string,
  { teams, secretsPrefix }: Pick<Settings, 'teams' | 'secretsPrefix'>,
): string {
  const [folder = '', ...rest] = policy.split('/');
  return (rest.length > 0 && Object.hasOwn(teams, folder) ? teams[folder] : undefined) ?? secretsPrefix;
}

// --- internal ---

function readApprovals(text: string | undefined, wrong: string[]): 'policy' | 'bucket' {
  if (text === 'bucket') return 'bucket';
  if (text !== undefined && text !== '' && text !== 'policy')
    wrong.push('APPROVALS must be policy or bucket');
  return 'policy';
}

function readTeams(text: string | undefined, wrong: string[]): Readonly<Record<string, string>> {
  const teams = parseObject(text);
  if (teams && Object.values(teams).every((prefix) => typeof prefix === 'string' && prefix !== '')) {
    return teams as Record<string, string>;
  }
  wrong.push('TEAMS must be a JSON object of team folders and secrets prefixes');
  return {};
}

function reservedPrefixes({ secretsPrefix, teams }: Settings): readonly string[] {
  const ofTeams = Object.entries(teams);
  const all = [secretsPrefix, ...Object.values(teams)];
  const own = groupsProblem(secretsPrefix, all, false);
  return [
    ...(own === undefined ? [] : [`SECRETS_PREFIX: ${printable(own, 200)}`]),
    ...ofTeams.flatMap(([team, prefix]) => {
      const problem = groupsProblem(prefix, all, true);
      return problem === undefined ? [] : [`TEAMS: ${printable(team, 70)}: ${printable(problem, 200)}`];
    }),
  ];
}

/** Unknown names are wrong, too: a guard that is misspelt would guard nothing. */
function readGuard(text: string | undefined, wrong: string[]): SaidGuard {
  const limits = Object.entries(parseObject(text) ?? { broken: undefined }).map(([name, written]) => {
    const isKnown = GUARD_NAMES.includes(name as GuardName);
    const isText = typeof written === 'string' || typeof written === 'number';
    return [name, isKnown && isText ? parseLimit(written) : undefined] as const;
  });
  if (limits.every(([, limit]) => limit !== undefined))
    return { ...NOTHING_SAID, ...Object.fromEntries(limits) };
  const names = `${GUARD_NAMES.slice(0, -1).join(', ')} and ${GUARD_NAMES.at(-1)}`;
  wrong.push(`GUARD must be a JSON object of ${names} with whole numbers, or percents such as "10%"`);
  return NOTHING_SAID;
}

/** A JSON object, none for no text; `undefined` where it is something else. */
function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
