import { inOrder } from '../fleet/in-order.ts';
import { runBounded } from '../fleet/run-bounded.ts';
import { policyNameOf } from '../model/policy-ref.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { ListedObject, PolicyBucket } from '../model/ports/policy-bucket.ts';
import { type Settings, secretsPrefixOf } from '../model/settings.ts';
import { type Claim, findConflicts } from './find-conflicts.ts';
import { type ClaimCache, listPolicies, type PolicyList, readClaims } from './read-claims.ts';

/** What a run's outcome hangs on, as the bucket has it now: the policy's text, and what other policies claim. */
export type PolicyState = {
  /** `undefined`: there is no such policy (any more). */
  readonly object: ListedObject | undefined;
  /** Of the policy's portals, those that others name, too. */
  readonly conflicts: ReadonlyMap<string, PortalError>;
  /** What every other policy claims that reaches the same keys. */
  readonly others: readonly Claim[];
  /** Keys of the policy's name that do not count, beside the one that does. */
  readonly shadowed: readonly string[];
};

/** Where the state of policies is read. */
export type StateSource = {
  readonly bucket: PolicyBucket;
  readonly settings: Settings;
  readonly claimCache: ClaimCache;
};

/** Reads the state of a policy. Texts that did not change since the last time are not read again. */
export async function readPolicyState(policy: string, source: StateSource): Promise<PolicyState> {
  return stateIn(await listPolicies(source.bucket), policy, source);
}

/** The state of a policy, once it is known which policies there are. */
export async function stateIn(
  { policies, ignored }: PolicyList,
  policy: string,
  { bucket, settings, claimCache }: StateSource,
): Promise<PolicyState> {
  const prefix = secretsPrefixOf(policy, settings);
  // A portal is told by its key: teams with prefixes of their own can't get in each other's way.
  const rivals = [...policies].filter(([name]) => secretsPrefixOf(name, settings) === prefix);
  const others: Claim[] = [];
  let claims: readonly string[] = [];
  const inTurn = inOrder<Claim>((claim) => {
    if (claim.policy === policy) claims = claim.portals;
    else others.push(claim);
  });
  await runBounded({
    items: rivals,
    concurrency: READS_AT_ONCE,
    work: async ([name, object]) => ({
      policy: name,
      portals: await readClaims(bucket, name, object, claimCache),
    }),
    onResult: inTurn.put,
  });
  const mine = new Set(claims);
  const shared = others.map(({ policy: name, portals }) => ({
    policy: name,
    portals: portals.filter((portal) => mine.has(portal)),
  }));
  const conflicts = findConflicts([{ policy, portals: claims }, ...shared]);
  const shadowed = ignored.filter((key) => policyNameOf(key) === policy);
  return { object: policies.get(policy), conflicts, others, shadowed };
}

/** Whether anything changed that a run over the policy would have to treat otherwise. */
export function isSameState(one: PolicyState, other: PolicyState): boolean {
  return (
    one.object?.etag === other.object?.etag &&
    one.object?.key === other.object?.key &&
    conflictText(one) === conflictText(other)
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

function conflictText({ conflicts }: PolicyState): string {
  return JSON.stringify(Array.from(conflicts, ([portal, { message }]) => [portal, message]));
}
