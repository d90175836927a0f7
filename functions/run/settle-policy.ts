import { type LeaseOptions, takeLease } from './lease.ts';
import { isSameState, type PolicyState, readPolicyState } from './policy-state.ts';
import type { ReportedRound } from './record-round.ts';
import { PolicyUnsettledError, type RoundContext } from './round-context.ts';
import { type RoundResult, runRound } from './run-round.ts';

export type RunContext = RoundContext & {
  readonly lease: LeaseOptions;
  /** Told of each round when its report is stored. */
  readonly onRound: (round: ReportedRound) => void;
};

/**
 * How a run over one policy ended. `held`: another run is at it, and does the work. `nothing`: there is no such
 * policy, and there was none. `failed`: the policy, the keys or the report could not be read or written.
 */
export type PolicyRun = {
  readonly kind: 'held' | 'nothing' | 'reported' | 'failed';
  /** The last round that was reported. */
  readonly round: ReportedRound | undefined;
  /** What the last round went by. */
  readonly state: PolicyState | undefined;
  /** Other policies in which a conflict began or ended in any of the rounds. */
  readonly concerned: readonly string[];
  readonly error?: unknown;
};

const MOST_ROUNDS = 3;

/**
 * Makes the portals of one policy follow it, as the bucket has it now, and stores a report of each round. Never throws.
 * After its last write it looks at the bucket again; if something changed, it goes round again, so the newest text
 * wins. It looks once more after letting the lease go: a run that found the lease held meanwhile has left the work to
 * this one.
 *
 * If the process dies: the lease runs out, and the next tick does what was left.
 */
export async function settlePolicy(policy: string, context: RunContext): Promise<PolicyRun> {
  const concerned = new Set<string>();
  let last: RoundResult | undefined;
  let state: PolicyState | undefined;
  let rounds = 0;
  try {
    for (;;) {
      const lease = await takeLease(policy, context.lease);
      if (!lease) break;
      try {
        do await round();
        while (last?.kind === 'reported' && (last.isSuperseded || (await hasChanged())));
      } catch (error) {
        await lease.release().catch(() => {}); // what went wrong first is what counts
        throw error;
      }
      await lease.release();
      if (!(await hasChanged())) break;
    }
    return account(last?.kind ?? 'held');
  } catch (error) {
    return { ...account('failed'), error };
  }

  async function round(): Promise<void> {
    if (++rounds > MOST_ROUNDS) throw unsettled(policy);
    last = await runRound(policy, rounds === 1, context);
    state = last.seen;
    for (const other of last.concerned) concerned.add(other);
    if (last.kind !== 'reported') return;
    context.onRound(last);
    if (last.failure) throw last.failure;
  }

  async function hasChanged(): Promise<boolean> {
    return state === undefined || !isSameState(state, await readPolicyState(policy, context));
  }

  function account(kind: PolicyRun['kind']): PolicyRun {
    return { kind, round: last?.kind === 'reported' ? last : undefined, state, concerned: [...concerned] };
  }
}

// --- internal ---

function unsettled(policy: string): PolicyUnsettledError {
  return new PolicyUnsettledError(
    `the policy ${JSON.stringify(policy)} changed ${MOST_ROUNDS} times while it was applied`,
  );
}
