import { didYouMean } from '../../functions/model/near-name.ts';
import { PORTAL_NAME } from '../../functions/model/portal-name.ts';
import { printable } from '../../functions/model/printable.ts';
import { readSettings, SettingsError } from '../../functions/model/settings.ts';

/** What is wrong with a deployment's settings. Each message is safe to print. */
export class WrongSettingsError extends Error {
  override readonly name = 'WrongSettingsError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * The variables that make a plan go by a deployment's rules, of the text that its stack gives as `Settings`. What is left
 * out has the function's own default: nothing stays open because a file is silent.
 * @param under stands before each prefix of secrets: where the keys for plans lie, which only read
 * @returns `NAME=value` each, without a line break in any
 * @throws WrongSettingsError with all that is wrong
 */
export function settingsLines(text: string, under = ''): readonly string[] {
  const given = parse(text);
  const faults: string[] = [];
  if (under !== '' && !isPrefix(under))
    faults.push(`--under: ${shown(under)} is no prefix of secrets: it ends in a slash, such as plan/`);
  for (const name of Object.keys(given))
    if (!Object.hasOwn(RULES, name))
      faults.push(`${shown(name)} is no setting that this release knows${didYouMean(name, NAMES)}`);
  const said = (name: keyof typeof RULES) => {
    const { fallback, read } = RULES[name];
    const value = read(given[name] ?? fallback);
    if (value !== undefined) return value;
    faults.push(`${name}: ${shown(given[name])} is not ${RULES[name].what}`);
    return '';
  };
  const prefix = said('secretsPrefix');
  const teams = Object.entries(JSON.parse(said('teams') || '{}')).map(([team, own]) => [
    team,
    `${under}${own}`,
  ]);
  const environment = {
    SECRETS_PREFIX: `${under}${prefix}`,
    TEAMS: JSON.stringify(Object.fromEntries(teams)),
    ALLOWED_HOSTS: said('allowedHosts'),
    ALLOWED_DESTINATIONS: said('allowedDestinations'),
    ALLOWED_RANGES: said('allowedRanges'),
    GUARD: said('guard'),
    APPROVALS: said('approvals'),
    GRACE_HOURS: said('graceHours'),
    CONCURRENCY: said('concurrency'),
    PER_ADDRESS: said('perAddress'),
    PAUSED: said('paused'),
  };
  if (faults.length === 0) faults.push(...problemsOf(environment));
  if (faults.length > 0) throw new WrongSettingsError(faults);
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

// --- internal ---

/** @returns the variable's value; `undefined` for what is not so */
type Rule = {
  readonly what: string;
  readonly fallback: unknown;
  readonly read: (value: unknown) => string | undefined;
};

const RULES = {
  secretsPrefix: {
    what: 'a prefix of secrets, such as docspace/portals/',
    fallback: 'docspace/portals/',
    read: (value) => (isPrefix(value) ? value : undefined),
  },
  teams: {
    what: 'an object of team folders and prefixes of secrets',
    fallback: {},
    read: (value) => {
      const entries = isObject(value) ? Object.entries(value) : undefined;
      const areGood = entries?.every(([team, prefix]) => PORTAL_NAME.test(team) && isPrefix(prefix));
      return areGood ? JSON.stringify(value) : undefined;
    },
  },
  allowedHosts: list('at least one host', ['*.onlyoffice.com'], 1),
  allowedDestinations: list('at least one destination', ['Documents', 'DataStore'], 1),
  allowedRanges: list('a list of address ranges', [], 0),
  guard: {
    what: 'an object such as {"maxWeaken": "10%"}',
    fallback: {},
    read: (value) => (isObject(value) ? JSON.stringify(value) : undefined),
  },
  approvals: choice('policy', 'bucket'),
  graceHours: number('12'),
  concurrency: {
    what: 'a whole number, or auto',
    fallback: 'auto',
    read: (value) => (value === 'auto' ? value : whole(value)),
  },
  perAddress: number('128'),
  paused: choice('false', 'true'),
} satisfies Readonly<Record<string, Rule>>;

const NAMES = Object.keys(RULES);

function list(what: string, fallback: readonly string[], least: number): Rule {
  return {
    what: `${what}, without blanks and commas in them`,
    fallback,
    read: (value) => {
      const isList = Array.isArray(value) && value.length >= least && value.every(isWord);
      return isList ? value.join(',') : undefined;
    },
  };
}

/** The first one is the default. */
function choice(...texts: readonly string[]): Rule {
  return {
    what: `one of ${texts.join(', ')}`,
    fallback: texts[0],
    read: (value) => texts.find((text) => text === String(value)),
  };
}

function number(fallback: string): Rule {
  return { what: 'a whole number', fallback, read: whole };
}

function whole(value: unknown): string | undefined {
  const isText = typeof value === 'number' || typeof value === 'string';
  return isText && /^\d{1,9}$/.test(String(value)) ? String(value) : undefined;
}

function isPrefix(value: unknown): value is string {
  return typeof value === 'string' && /^[\w+=.@-][\w+=.@/-]{0,400}\/$/.test(value);
}

/** What a list with commas can hold, and a line. */
function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^[^\s,\p{C}]{1,300}$/u.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
  } catch {
    // What it chokes on may be anything: it is not quoted.
  }
  throw new WrongSettingsError(['it is no JSON object: it has to be what the stack gives as Settings']);
}

/** What the function itself would refuse, and what would be more than a line each. */
function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const broken = Object.entries(environment).filter(([, value]) => /[\p{Cc}\u2028\u2029]/u.test(value));
  if (broken.length > 0) return broken.map(([name]) => `${name} would have a control character in it`);
  try {
    readSettings({ ...environment, POLICY_BUCKET: 'none' });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return [error.message];
    throw error;
  }
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'nothing', 70);
}
