import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { type Kind, kindOf } from './kind-of-outcome.ts';
import { asItIs, type Shared, sharedBy, told, withAnother } from './shared-text.ts';

/** Portals that are alike in what is told of them, in the order of the run. */
export type Group = {
  readonly kind: Kind;
  readonly sample: PortalOutcome;
  readonly members: readonly Member[];
  /** By field, in the policy's order. */
  readonly changes: ReadonlyMap<string, { readonly from: Shared; readonly to: Shared }>;
  /** What went wrong; `undefined` where nothing did. */
  readonly message: Shared | undefined;
  /** When the server first runs what is written; ISO; `undefined` where no portal says it. */
  readonly firstRuns: { readonly first: string; readonly last: string } | undefined;
  /** How many of them would not run within 400 days. */
  readonly neverRun: number;
};

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
  const kinds = new Map<string, Variants>();
  return {
    add: (policy, outcome) => {
      const kind = kindOf(outcome);
      const fields = outcome.changes.map(({ field }) => field).join();
      const kindKey = `${kind.rank} ${kind.word} ${kind.flags.join()} ${kind.code} ${outcome.action} ${fields}`;
      const variants = kinds.get(kindKey) ?? { kind, groups: new Map() };
      kinds.set(kindKey, variants);
      const { groups } = variants;
      const member = { policy, portal: outcome.portal };
      const one = openGroup(kind, outcome, member);
      const key = groups.has(ALL) ? ALL : variantKey(one);
      const group = groups.get(key);
      if (group) groups.set(key, enlarge(group, outcome, member));
      else groups.set(key, one);
      if (groups.size > MOST_VARIANTS) variants.groups = new Map([[ALL, mergeAll([...groups.values()])]]);
    },
    groups: () =>
      [...kinds.values()]
        .flatMap(({ groups }) => [...groups.values()])
        .sort((a, b) => a.kind.rank - b.kind.rank || b.members.length - a.members.length),
  };
}

// --- internal ---

type OpenGroup = Omit<Group, 'members'> & { readonly members: Member[] };

/** The groups of one kind: by what is told of them, or one for all. */
type Variants = { readonly kind: Kind; groups: Map<string, OpenGroup> };

const MOST_VARIANTS = 6;
const ALL = '';

function openGroup(kind: Kind, outcome: PortalOutcome, member: Member): OpenGroup {
  const { portal, changes, error } = outcome;
  const toldOf = (field: string, value: string | number | null) =>
    field === MODULE ? asItIs(value) : told(value, portal);
  return {
    ...{ kind, sample: outcome, members: [member] },
    changes: new Map(
      changes.map(({ field, from, to }) => [
        field,
        { from: sharedBy(toldOf(field, from)), to: sharedBy(toldOf(field, to)) },
      ]),
    ),
    message: error && sharedBy(told(error.message, portal, true)),
    firstRuns: outcome.firstRun ? { first: outcome.firstRun, last: outcome.firstRun } : undefined,
    neverRun: outcome.firstRun === null ? 1 : 0,
  };
}

/** A portal named `s3` is no reason to read the module as its name. */
const MODULE = 'storageParams.module';

function variantKey({ changes, message }: OpenGroup): string {
  const values = [...changes.values()].map(({ from, to }) => [from.first.pattern, to.first.pattern]);
  return JSON.stringify([message?.first.pattern, values]);
}

function enlarge(group: OpenGroup, outcome: PortalOutcome, member: Member): OpenGroup {
  return merge(group, openGroup(group.kind, outcome, member));
}

function mergeAll(groups: readonly OpenGroup[]): OpenGroup {
  const [first, ...others] = groups;
  if (!first) throw new Error('nothing to merge');
  return others.reduce(merge, first);
}

/** @param other its members are moved over; its shared parts count as far as they are told */
function merge(group: OpenGroup, other: OpenGroup): OpenGroup {
  for (const member of other.members) group.members.push(member);
  const both = (one: Shared, another: Shared) =>
    another.different.reduce<Shared>(
      (shared, value, index) => withAnother(shared, index === 0 ? another.first : asItIs(value)),
      one,
    );
  return {
    ...group,
    changes: new Map(
      [...group.changes].map(([field, { from, to }]) => {
        const their = other.changes.get(field);
        return [field, their ? { from: both(from, their.from), to: both(to, their.to) } : { from, to }];
      }),
    ),
    message: group.message && other.message ? both(group.message, other.message) : group.message,
    firstRuns: span(group.firstRuns, other.firstRuns),
    neverRun: group.neverRun + other.neverRun,
  };
}

function span(one: Group['firstRuns'], other: Group['firstRuns']): Group['firstRuns'] {
  if (!one || !other) return one ?? other;
  return {
    first: one.first < other.first ? one.first : other.first,
    last: one.last > other.last ? one.last : other.last,
  };
}
