import { takeLease } from './lease.ts';
import type { PolicyState } from './policy-state.ts';
import { isSameState, readPolicyState } from './policy-state.ts';
import { type RoundContext, type RoundResult, runRound } from './run-round.ts';

/** How a run over one policy ended. `held`: another run is at it, and does the work. */
export type PolicyRun = { readonly kind: 'held' } | RoundResult;

/** The policy was changed again and again while it was applied: another run has to go on. */
export class PolicyUnsettledError extends Error {
  override readonly name = 'PolicyUnsettledError';
}

const MOST_ROUNDS = 3;

/**
 * Makes the portals of one policy follow it, as the bucket has it now, and stores a report of each round.
 * After its last write it looks at the bucket again; if something changed, it goes round again, so the newest text
 * wins. It looks once more after letting the lease go: a run that found the lease held meanwhile has left the work to
 * this one.
 *
 * If the process dies: the lease runs out, and the next tick does what was left.
 * @throws PolicyUnsettledError after three rounds; whatever a round throws
 */
export async function runPolicy(policy: string, context: RoundContext): Promise<PolicyRun> {
  let result: PolicyRun = { kind: 'held' };
  let rounds = 0;
  for (;;) {
    const lease = await takeLease(policy, context.lease);
    if (!lease) return result;
    let state: PolicyState;
    try {
      state = await readState(policy, context);
      for (let changed = true; changed; ) {
        if (++rounds > MOST_ROUNDS) throw unsettled(policy);
        result = await runRound(policy, state, rounds === 1, context);
        const now = await readState(policy, context);
        changed = !isSameState(state, now);
        state = now;
      }
    } finally {
      await lease.release();
    }
    if (isSameState(state, await readState(policy, context))) return result;
  }
}

// --- internal ---

function readState(policy: string, { bucket, settings, claimCache }: RoundContext): Promise<PolicyState> {
  return readPolicyState(bucket, policy, settings, claimCache);
}

function unsettled(policy: string): PolicyUnsettledError {
  return new PolicyUnsettledError(
    `the policy ${JSON.stringify(policy)} changed ${MOST_ROUNDS} times while it was applied`,
  );
}
