import { NO_SELECTION, type PolicyClaims, type Selection } from '../model/policy-claims.ts';
import { POLICIES, policyNameOf } from '../model/policy-ref.ts';
import type { Policy } from '../model/portal-target.ts';
import type { ListedObject, PolicyBucket } from '../model/ports/policy-bucket.ts';
import type { KeySelector } from '../model/selector.ts';
import { readLastReport } from '../report/last-report.ts';
import { readClaimsFile } from '../report/read-claims-file.ts';
import { type PolicyText, readPolicyText } from './policy-text.ts';

/** The policies that the bucket holds now. */
export type PolicyList = {
  /** By the policy's name. */
  readonly policies: ReadonlyMap<string, ListedObject>;
  /** Keys below `policies/` that hold no policy: no `.yaml` or `.yml`, or a second spelling of a policy's name. */
  readonly ignored: readonly string[];
};

export async function listPolicies(bucket: PolicyBucket): Promise<PolicyList> {
  const policies = new Map<string, ListedObject>();
  const ignored: string[] = [];
  for (const object of await bucket.list(POLICIES)) {
    const name = policyNameOf(object.key);
    // In key order: `fleet.yaml` comes before `fleet.yml`, and is the one that counts.
    if (name === undefined || policies.has(name)) {
      if (!object.key.endsWith('/')) ignored.push(object.key);
    } else policies.set(name, object);
  }
  return { policies, ignored };
}

/** What a policy claims by what it says; which portals its selectors bring is for the keys to say. */
export type SaidClaims = {
  /** What stands under its `portals:`. */
  readonly named: readonly string[];
  readonly selectors: readonly KeySelector[];
};

/** What policies claim: kept by a warm function, since texts seldom change. `undefined`: the text is invalid. */
export type ClaimCache = Map<string, { readonly etag: string; readonly claims: SaidClaims | undefined }>;

/**
 * What a policy claims, as its last run has told others, if that was a run over the text of now; else as the
 * text says. For one that is invalid now, or can't be read, those that it named when it last was valid: a slip of the pen
 * must not free a portal for another policy. Never throws.
 */
export async function readClaims(
  bucket: PolicyBucket,
  policy: string,
  object: ListedObject,
  cache: ClaimCache,
): Promise<SaidClaims> {
  const cached = cache.get(policy);
  const claims =
    cached?.etag === object.etag
      ? cached.claims
      : // One that can't be read (denied, archived, a foreign key) must not stop the others.
        await readAnew(bucket, policy, object.key, cache).catch(() => undefined);
  // Not kept: another run may be about to report on the last valid text.
  return claims ?? (await readLastClaims(bucket, policy));
}

/** Keeps what a text claims, for as long as the text stays. */
export function keepClaims(
  policy: string,
  { reading, etag }: PolicyText,
  cache: ClaimCache,
): SaidClaims | undefined {
  const claims = reading.policy && saidBy(reading.policy);
  cache.set(policy, { etag, claims });
  return claims;
}

/** What a policy's selectors have brought when its last run listed the keys. Never throws. */
export async function readSelected(bucket: PolicyBucket, policy: string): Promise<readonly string[]> {
  return (await readSelection(bucket, policy)).selected;
}

/** The same, with the selectors. */
export async function readSelection(bucket: PolicyBucket, policy: string): Promise<Selection> {
  const told = await readClaimsFile(bucket, policy, MOST_BYTES).catch(() => undefined);
  return told?.selection ?? NO_SELECTION;
}

// --- internal ---

/** What the keys have brought is no part of it: it is marked. */
function saidBy({ targets, selectors }: Policy): SaidClaims {
  const named = targets.filter(({ selected }) => selected === undefined).map(({ portal }) => portal);
  return { named, selectors: selectors.map(({ match, tags }) => ({ match, tags })) };
}

function toldClaims({ portals, selection: { selectors, selected } }: PolicyClaims): SaidClaims {
  const brought = new Set(selected);
  return { named: [...portals.keys()].filter((portal) => !brought.has(portal)), selectors };
}

/**
 * Of some 200,000 portals. Many are read side by side, so a longer file is not looked into: the text is bounded, too.
 * Bytes.
 */
const MOST_BYTES = 8 * 1024 * 1024;

async function readAnew(
  bucket: PolicyBucket,
  policy: string,
  key: string,
  cache: ClaimCache,
): Promise<SaidClaims | undefined> {
  const told = await readClaimsFile(bucket, policy, MOST_BYTES).catch(() => undefined);
  const head = typeof told?.version === 'string' ? await bucket.look(key) : undefined;
  if (!told || head?.version !== told.version) return readText(bucket, policy, key, cache);
  const claims = toldClaims(told);
  cache.set(policy, { etag: head.etag, claims });
  return claims;
}

async function readLastClaims(bucket: PolicyBucket, policy: string): Promise<SaidClaims> {
  const told = await readClaimsFile(bucket, policy, MOST_BYTES).catch(() => undefined);
  if (told) return toldClaims(told);
  const last = await readLastReport(bucket, policy).catch(() => undefined);
  return { named: last?.claims ?? [], selectors: [] };
}

async function readText(
  bucket: PolicyBucket,
  policy: string,
  key: string,
  cache: ClaimCache,
): Promise<SaidClaims | undefined> {
  const text = await readPolicyText(bucket, key);
  return text ? keepClaims(policy, text, cache) : { named: [], selectors: [] };
}
