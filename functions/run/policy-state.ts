import { inOrder } from '../fleet/in-order.ts';
import { runBounded } from '../fleet/run-bounded.ts';
import type { PortalWarning } from '../model/outcome.ts';
import { policyNameOf } from '../model/policy-ref.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { ListedObject, PolicyBucket } from '../model/ports/policy-bucket.ts';
import type { RunFailure } from '../model/run-failure.ts';
import { type Settings, secretsPrefixOf } from '../model/settings.ts';
import type { Selectable } from '../policy/select-portals.ts';
import type { Claim } from './find-conflicts.ts';
import { type Conflicts, type Governed, judgeConflicts } from './judge-conflicts.ts';
import type { ListKeysOf } from './open-key-lists.ts';
import { type ClaimCache, listPolicies, type PolicyList, readClaims, readSelected } from './read-claims.ts';
import { readGoverned } from './read-governed.ts';
import { type Said, settleClaims } from './settle-claims.ts';

/** What a run's outcome hangs on, as the bucket has it now: the policy's text, and what other policies claim. */
export type PolicyState = {
  /** `undefined`: there is no such policy (any more). */
  readonly object: ListedObject | undefined;
  /** Of the policy's portals, those that others name, too, and that it must leave alone. */
  readonly conflicts: ReadonlyMap<string, PortalError>;
  /** Those that it governs and keeps, with what is told of it. */
  readonly kept: ReadonlyMap<string, PortalWarning>;
  /** What every other policy claims that reaches the same keys. */
  readonly others: readonly Claim[];
  /** What the policy's own selectors go by, or why that can't be known; `undefined` where nobody has selectors. */
  readonly selectable: Selectable | RunFailure | undefined;
  /** Which portals it claims. */
  readonly claims: readonly string[];
  /** Keys of the policy's name that do not count, beside the one that does. */
  readonly shadowed: readonly string[];
};

/** Where the state of policies is read. */
export type StateSource = {
  readonly bucket: PolicyBucket;
  readonly settings: Settings;
  readonly claimCache: ClaimCache;
  readonly listKeys: ListKeysOf;
  readonly clock: Clock;
};

/** Reads the state of a policy. Texts that did not change since the last time are not read again. */
export async function readPolicyState(policy: string, source: StateSource): Promise<PolicyState> {
  return stateIn(await listPolicies(source.bucket), policy, source);
}

/** The state of a policy, once it is known which policies there are. */
export async function stateIn(
  { policies, ignored }: PolicyList,
  policy: string,
  source: StateSource,
): Promise<PolicyState> {
  const { bucket, settings, claimCache } = source;
  const prefix = secretsPrefixOf(policy, settings);
  // A portal is told by its key: teams with prefixes of their own can't get in each other's way.
  const rivals = [...policies].filter(([name]) => secretsPrefixOf(name, settings) === prefix);
  const said: Said[] = [];
  const inTurn = inOrder<Said>((claims) => said.push(claims));
  await runBounded({
    items: rivals,
    concurrency: READS_AT_ONCE,
    work: async ([name, object]) => ({
      policy: name,
      ...(await readClaims(bucket, name, object, claimCache)),
    }),
    onResult: inTurn.put,
  });
  const settled = await settleClaims(said, source.listKeys, (name) => readSelected(bucket, name));
  const others = settled.claims.filter((claim) => claim.policy !== policy);
  const claims = settled.claims.find((claim) => claim.policy === policy)?.portals ?? [];
  const { selectable: found } = settled;
  const selectable = typeof found === 'function' ? found(policy) : found;
  const { refused: conflicts, kept } = await settleConflicts({ policy, portals: claims }, others, source);
  const shadowed = ignored.filter((key) => policyNameOf(key) === policy);
  return { object: policies.get(policy), conflicts, kept, others, shadowed, selectable, claims };
}

/** Whether anything changed that a run over the policy would have to treat, or to tell, otherwise. */
export function isSameState(one: PolicyState, other: PolicyState): boolean {
  return isSameWork(one, other) && textOf(one.kept) === textOf(other.kept);
}

/** Whether portals would be treated alike: that another policy begins to name one that this one keeps can wait. */
export function isSameWork(one: PolicyState, other: PolicyState): boolean {
  return (
    one.object?.etag === other.object?.etag &&
    one.object?.key === other.object?.key &&
    namesOf(one.conflicts) === namesOf(other.conflicts) &&
    isSameSelection(one, other) &&
    one.shadowed.join('\n') === other.shadowed.join('\n')
  );
}

/** The policies that a change of this one's claims concerns: a conflict begins, or ends, in them, too. */
export function policiesConcerned(
  before: readonly string[],
  after: readonly string[],
  others: readonly Claim[],
): string[] {
  const old = new Set(before);
  const now = new Set(after);
  const moved = new Set([
    ...before.filter((portal) => !now.has(portal)),
    ...after.filter((portal) => !old.has(portal)),
  ]);
  return others
    .filter(({ portals }) => portals.some((portal) => moved.has(portal)))
    .map(({ policy }) => policy);
}

// --- internal ---

/** A function that has just started has every policy to read. */
const READS_AT_ONCE = 16;

/**
 * Who governs what is read where policies name the same portals alone, each time anew: a report of one of them may be
 * stored at any time.
 */
async function settleConflicts(
  mine: Claim,
  others: readonly Claim[],
  { bucket, clock }: StateSource,
): Promise<Conflicts> {
  const own = new Set(mine.portals);
  const rivals = others.filter(({ portals }) => portals.some((portal) => own.has(portal)));
  if (rivals.length === 0) return NO_CONFLICTS;
  const now = clock.date();
  const governed = new Map<string, Governed>();
  for (const { policy } of [mine, ...rivals]) governed.set(policy, await readGoverned(bucket, policy, now));
  return judgeConflicts(mine, rivals, (policy) => governed.get(policy), now);
}

const NO_CONFLICTS: Conflicts = { refused: new Map(), kept: new Map() };

/** What selectors bring may change while the text stays: another policy has begun, or ceased, to name it. */
function isSameSelection(one: PolicyState, other: PolicyState): boolean {
  if (one.selectable === undefined && other.selectable === undefined) return true;
  return one.claims.join('\n') === other.claims.join('\n');
}

/** Which of the others governs such a portal changes nothing for a policy that does not. */
function namesOf(conflicts: PolicyState['conflicts']): string {
  return JSON.stringify([...conflicts.keys()]);
}

function textOf(kept: PolicyState['kept']): string {
  return JSON.stringify(Array.from(kept, ([portal, { message }]) => [portal, message]));
}
