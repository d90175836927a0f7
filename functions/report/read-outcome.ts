import { CLOCKS_APART, DAY } from '../model/durations.ts';
import { isPast } from '../model/past-time.ts';
import type { Observed, StoredOutcome } from '../model/portal-memory.ts';
import { isTimeZone } from '../model/time-zone.ts';

/** Until when a stored time can have been: a report knows nothing of what came after it was written. */
export type Until = { readonly ours: Date; readonly portals: Date };

/** @param written when the report was written, or now where that is not known */
export function untilWritten(written: Date): Until {
  // Whoever writes a report has another clock than whoever keeps it; a portal may have a wrong one.
  return {
    ours: new Date(written.getTime() + CLOCKS_APART),
    portals: new Date(written.getTime() + DAY),
  };
}

/** A time that we have stored, if it is one, and may have been: else `undefined`, and it counts for nothing. */
export function storedTime(value: unknown, { ours }: Until): string | undefined {
  return typeof value === 'string' && isPast(value, ours) ? value : undefined;
}

/**
 * A portal's outcome as a report has it; `undefined` where it is none. What the next run goes by counts only where it
 * is of the shape that we write: whoever can write a report could steer us with it. Every stored time is accepted, or
 * not, here. Members that are not known are kept as they are, but for those of `observed`.
 */
export function readOutcome(value: unknown, until: Until): StoredOutcome | undefined {
  if (!isRecord(value) || typeof value.portal !== 'string' || typeof value.status !== 'string')
    return undefined;
  const known = readMembers(value, OUTCOME, until);
  const { action, changes, warnings } = known;
  if (action !== undefined && changes && warnings) return known as StoredOutcome;
  return { action: null, changes: [], warnings: [], ...known } as unknown as StoredOutcome;
}

// --- internal ---

/** `undefined`: the value is none of that kind. */
type Read = (value: unknown, until: Until) => unknown;
type Readers<T> = { readonly [Name in keyof T]-?: Read };

const text: Read = (value) => (typeof value === 'string' ? value : undefined);
const number: Read = (value) => (typeof value === 'number' && value >= 0 ? value : undefined);
const flag: Read = (value) => (typeof value === 'boolean' ? value : undefined);
const yes: Read = (value) => (value === true ? value : undefined);
const ours: Read = storedTime;
const portals: Read = (value, until) => storedTime(value, { ...until, ours: until.portals });

/** Of what a later release writes nothing is known, but what a time is. */
const later: Read = (value, until) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d/.test(value) ? storedTime(value, until) : value;

/** What may lie ahead: when something will be due, or end. */
const ahead: Read = (value) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;

const timezone: Read = (value) =>
  typeof value === 'string' && value.length <= LONGEST_ZONE && isTimeZone(value) ? value : undefined;

const LONGEST_ZONE = 64;

function orNull(read: Read): Read {
  return (value, until) => (value === null ? null : read(value, until));
}

function oneOf(...words: readonly unknown[]): Read {
  return (value) => (words.includes(value) ? value : undefined);
}

/** What is no item of it is left out. */
function listOf(read: Read): Read {
  return (value, until) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((item) => read(item, until));
    if (items.every((item, index) => item === value[index])) return value;
    return items.filter((item) => item !== undefined);
  };
}

/** One that holds anything else is not known at all: better asked for again than half of it believed. */
function wholeListOf(read: Read): Read {
  return (value, until) => {
    const items = listOf(read)(value, until);
    return Array.isArray(value) && Array.isArray(items) && items.length === value.length ? items : undefined;
  };
}

/** An object with all of these members, and no other. */
function exactly(readers: Readonly<Record<string, Read>>): Read {
  const names = Object.keys(readers);
  return (value, until) => {
    if (!isRecord(value)) return undefined;
    const known = Object.fromEntries(names.map((name) => [name, readers[name]?.(value[name], until)]));
    return Object.values(known).includes(undefined) ? undefined : known;
  };
}

/** An object with at least these texts. */
function withTexts(...names: readonly string[]): Read {
  return (value) =>
    isRecord(value) && names.every((name) => typeof value[name] === 'string') ? value : undefined;
}

const OBSERVED: Readers<Observed> = {
  askedAt: orNull(ours),
  lastBackup: orNull(portals),
  archives: orNull(wholeListOf(exactly({ createdOn: portals, expiresOn: orNull(ahead) }))),
  timezone: orNull(timezone),
  standalone: flag,
  tenantStatus: number,
  keyAskedAt: ours,
  keyMark: text,
  key: orNull(
    exactly({
      expiresAt: orNull(ahead),
      scope: oneOf('full', 'read-only', 'foreign'),
      isActive: flag,
    }),
  ),
  quota: exactly({
    free: orNull((value) => (typeof value === 'number' ? value : undefined)),
    used: orNull(number),
    paid: orNull(flag),
    askedAt: ours,
  }),
  unverified: exactly({ wish: text, shown: text, at: ours }),
  writtenAt: ours,
};

/** Nothing but what is known of: it is carried from report to report. */
function observed(value: unknown, until: Until): unknown {
  if (!isRecord(value)) return undefined;
  const known = readMembers(value, OBSERVED, until);
  const names = Object.keys(known).filter((name) => Object.hasOwn(OBSERVED, name));
  if (names.length === Object.keys(known).length) return known;
  return Object.fromEntries(names.map((name) => [name, known[name]]));
}

/** An earlier form of it is the word alone. */
function drift(value: unknown): unknown {
  if (typeof value === 'string') return { kind: value, fields: [] };
  return isRecord(value) && typeof value.kind === 'string' ? value : undefined;
}

const OUTCOME: Readers<StoredOutcome> & Readonly<Record<string, Read>> = {
  portal: text,
  action: oneOf(null, 'none', 'create', 'update', 'remove'),
  status: text,
  changes: listOf(withTexts('field')),
  warnings: listOf(withTexts('code', 'message')),
  effect: text,
  held: yes,
  selected: exactly({ line: number }),
  mode: oneOf('detect'),
  firstRun: orNull(ahead),
  drift,
  protection: withTexts('verdict'),
  error: withTexts('code', 'message'),
  requests: number,
  attempts: number,
  observed,
  since: ours,
  governedSince: ours,
  target: text,
  repairs: listOf(ours),
  inPlace: yes,
  contested: yes,
  needsSince: ours,
};

/** The same object where every member is as it should be. */
function readMembers(
  value: Readonly<Record<string, unknown>>,
  readers: Readonly<Record<string, Read>>,
  until: Until,
): Readonly<Record<string, unknown>> {
  const foreign: string[] = [];
  const other: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    const found = (read ?? later)(value[name], until);
    if (found === undefined) foreign.push(name);
    else if (found !== value[name]) other[name] = found;
  }
  if (foreign.length === 0 && Object.keys(other).length === 0) return value;
  const kept = Object.entries({ ...value, ...other }).filter(([name]) => !foreign.includes(name));
  return Object.fromEntries(kept);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
