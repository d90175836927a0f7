import type { PortalOutcome } from '../model/outcome.ts';
import type { KeySource } from '../model/portal-key.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Portals } from '../model/ports/portals.ts';
import { type PolicyState, type StateSource, stateIn } from './policy-state.ts';
import { type PolicyText, readPolicyText } from './policy-text.ts';
import { keepClaims, listPolicies } from './read-claims.ts';

/** What started a run: `upload` an object event, `tick` the clock, `conflict` another policy's change. */
export type TriggerKind = 'upload' | 'tick' | 'conflict';

/** What a run over one policy needs. */
export type RoundContext = StateSource & {
  readonly trigger: TriggerKind;
  readonly runId: string;
  readonly portals: Portals;
  readonly keysFor: (policy: string) => KeySource;
  readonly clock: Clock;
  /** Whether this run still holds the policy's lease. */
  readonly isMine: () => Promise<boolean>;
  /**
   * Portals that another policy has let go, or `ALL_PORTALS`: its last write may have come between this policy's and the
   * look after it, so what was sent to them and did not show is sent again, whatever started the run.
   */
  readonly letGo: ReadonlySet<string>;
  /** Whether the function's time is nearly over. Once true, it stays so. */
  readonly isOutOfTime: () => boolean;
  /** Told of each portal that was treated or skipped now. */
  readonly onOutcome: (policy: string, version: string | null, outcome: PortalOutcome) => void;
};

/** A policy's state, and the text that it is about. */
export type CurrentPolicy = { readonly state: PolicyState; readonly text: PolicyText | undefined };

/** The policy was changed again and again while it was read or applied: another run has to go on. */
export class PolicyUnsettledError extends Error {
  override readonly name = 'PolicyUnsettledError';
}

/**
 * Reads both until they fit: conflicts that were found for an older text say nothing about the portals that a newer
 * one has taken on. The policy's own text is read and parsed once, for its claims too.
 * @throws PolicyUnsettledError where they never do
 */
export async function readCurrentPolicy(policy: string, source: StateSource): Promise<CurrentPolicy> {
  for (let tries = 0; tries < MOST_READS; tries++) {
    const list = await listPolicies(source.bucket);
    const object = list.policies.get(policy);
    const options = { ignoresApprove: source.settings.approvals === 'bucket' };
    const text = object && (await readPolicyText(source.bucket, object.key, undefined, options));
    if (text?.etag !== object?.etag) continue;
    if (text) keepClaims(policy, text, source.claimCache);
    return { state: await stateIn(list, policy, source), text };
  }
  throw new PolicyUnsettledError(`the policy ${JSON.stringify(policy)} changed each time it was read`);
}

// --- internal ---

const MOST_READS = 5;
