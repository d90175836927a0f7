import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { type Kind, kindOf } from './kind-of-outcome.ts';
import { asItIs, type Shared, share, shareAll, sharedBy, type Told, told } from './shared-text.ts';

/** Portals that are alike in what is told of them, in the order of the run. */
export type Group = {
  readonly kind: Kind;
  readonly sample: PortalOutcome;
  readonly members: readonly Member[];
  /** In the policy's order of fields. */
  readonly changes: readonly SharedChange[];
  /** What went wrong; `undefined` where nothing did. */
  readonly message: Shared | undefined;
  /** When the server first runs what is written; ISO; `undefined` where no portal says it. */
  readonly firstRuns: { readonly first: string; readonly last: string } | undefined;
  /** How many of them would not run within 400 days. */
  readonly neverRun: number;
};

export type SharedChange = { readonly field: string; readonly from: Shared; readonly to: Shared };

export type Member = { readonly policy: number; readonly portal: string };

/** Groups of a run, made while its outcomes come. */
export type Grouping = {
  add(policy: number, outcome: PortalOutcome): void;
  /** What needs somebody first, then changes, weakening ones first, then the rest. */
  groups(): readonly Group[];
};

/**
 * Portals with the same change, effect and error are one group. Where one kind of change has more variants than anybody
 * wants to read (each portal comes from another hour), they are one group as well, and it says how they differ. So a run
 * of any size has a number of groups that a person can read.
 */
export function groupOutcomes(): Grouping {
  const kinds = new Map<string, Map<string, OpenGroup>>();
  return {
    add: (policy, outcome) => {
      const kind = kindOf(outcome);
      const fields = outcome.changes.map(({ field }) => field).join();
      const kindKey = `${kind.rank} ${kind.word} ${kind.flags.join()} ${kind.code} ${outcome.action} ${fields}`;
      const variants = kinds.get(kindKey) ?? new Map<string, OpenGroup>();
      kinds.set(kindKey, variants);
      const reading = read(outcome);
      const key = variants.has(ALL) ? ALL : variantKey(reading);
      const group = variants.get(key) ?? openGroup(kind, outcome, reading);
      variants.set(key, group);
      enlarge(group, outcome, reading, { policy, portal: outcome.portal });
      if (variants.size > MOST_VARIANTS) mergeAll(variants);
    },
    groups: () =>
      [...kinds.values()]
        .flatMap((variants) => [...variants.values()])
        .sort((a, b) => a.kind.rank - b.kind.rank || b.members.length - a.members.length),
  };
}

// --- internal ---

type OpenGroup = {
  -readonly [Part in keyof Group]: Group[Part];
} & { readonly members: Member[] };

/** What a portal's outcome says, with its name taken out. */
type Reading = {
  readonly values: readonly { readonly from: Told; readonly to: Told }[];
  readonly message: Told | undefined;
};

const MOST_VARIANTS = 6;
/** The key of the one group of a kind that had too many. */
const ALL = '';
/** A portal named `s3` is no reason to read the module as its name. */
const MODULE = 'storageParams.module';

function read({ portal, changes, error }: PortalOutcome): Reading {
  return {
    values: changes.map(({ field, from, to }) =>
      field === MODULE
        ? { from: asItIs(from), to: asItIs(to) }
        : { from: told(from, portal), to: told(to, portal) },
    ),
    message: error && told(error.message, portal, true),
  };
}

function variantKey({ values, message }: Reading): string {
  const patterns = values.flatMap(({ from, to }) => [from.pattern, to.pattern]);
  return JSON.stringify([message?.pattern, patterns]);
}

function openGroup(kind: Kind, outcome: PortalOutcome, { values, message }: Reading): OpenGroup {
  return {
    ...{ kind, sample: outcome, members: [], firstRuns: undefined, neverRun: 0 },
    changes: values.map(({ from, to }, index) => ({
      field: outcome.changes[index]?.field ?? '',
      from: sharedBy(from),
      to: sharedBy(to),
    })),
    message: message && sharedBy(message),
  };
}

function enlarge(group: OpenGroup, { firstRun }: PortalOutcome, reading: Reading, member: Member): void {
  group.members.push(member);
  for (const [index, { from, to }] of group.changes.entries()) {
    const value = reading.values[index];
    if (value) share(from, value.from);
    if (value) share(to, value.to);
  }
  if (group.message && reading.message) share(group.message, reading.message);
  if (firstRun) group.firstRuns = span(group.firstRuns, { first: firstRun, last: firstRun });
  if (firstRun === null) group.neverRun++;
}

function mergeAll(variants: Map<string, OpenGroup>): void {
  const [first, ...others] = variants.values();
  if (!first) return;
  for (const other of others) {
    for (const member of other.members) first.members.push(member);
    for (const [index, { from, to }] of first.changes.entries()) {
      const their = other.changes[index];
      if (their) shareAll(from, their.from);
      if (their) shareAll(to, their.to);
    }
    if (first.message && other.message) shareAll(first.message, other.message);
    first.firstRuns = span(first.firstRuns, other.firstRuns);
    first.neverRun += other.neverRun;
  }
  variants.clear();
  variants.set(ALL, first);
}

function span(one: Group['firstRuns'], other: Group['firstRuns']): Group['firstRuns'] {
  if (!one || !other) return one ?? other;
  return {
    first: one.first < other.first ? one.first : other.first,
    last: one.last > other.last ? one.last : other.last,
  };
}
