import { LeaseLostError, type LeaseOptions, takeLease } from './lease.ts';
import { isSameState, readPolicyState } from './policy-state.ts';
import type { ReportedRound } from './record-round.ts';
import { PolicyUnsettledError, type RoundContext } from './round-context.ts';
import { type RoundResult, runRound, type Seen } from './run-round.ts';

export type RunContext = Omit<RoundContext, 'isMine'> & {
  readonly lease: LeaseOptions;
  /** Told of each round when its report is stored. */
  readonly onRound: (round: ReportedRound) => void;
};

/**
 * How a run over one policy ended. `held`: another run is at it, and does the work. `nothing`: there is no such
 * policy, and there was none. `settled`: an earlier try of the same event had left nothing. `failed`: the policy, the
 * keys or the report could not be read or written, or another run took the policy over.
 */
export type PolicyRun = {
  readonly kind: 'held' | 'nothing' | 'settled' | 'reported' | 'failed';
  /** The last round that was reported. */
  readonly round: ReportedRound | undefined;
  /** What the last round went by. */
  readonly seen: Seen | undefined;
  /** Other policies in which a conflict began or ended in any of the rounds. */
  readonly concerned: readonly string[];
  /** Whether the last round was an upload's: this run's own, or one that came while this run was at the policy. */
  readonly isUploads: boolean;
  readonly error?: unknown;
};

const MOST_ROUNDS = 3;

/**
 * Makes the portals of one policy follow it, as the bucket has it now, and stores a report of each round. Never throws.
 * After its last write it looks at the bucket again; if something changed, it goes round again, so the newest text
 * wins. It looks once more after letting the lease go: a run that found the lease held meanwhile has left the work to
 * this one.
 *
 * If the process dies: its retry takes over the lease; without one the lease runs out, and the next tick does what was
 * left.
 */
export async function settlePolicy(policy: string, context: RunContext): Promise<PolicyRun> {
  const concerned = new Set<string>();
  let last: RoundResult | undefined;
  let rounds = 0;
  let isUploads = context.trigger === 'upload';
  try {
    for (;;) {
      const lease = await takeLease(policy, context.lease);
      if (!lease) break;
      try {
        await round(lease.isMine);
        while (last?.kind === 'reported' && (last.isSuperseded || (await hasChanged()))) {
          if (!(await lease.isMine())) throw leaseLost(policy);
          await round(lease.isMine);
        }
      } catch (error) {
        await lease.release().catch(() => {}); // what went wrong first is what counts
        throw error;
      }
      if (!(await lease.release())) throw leaseLost(policy);
      if (!(await hasChanged())) break;
    }
    return account(last?.kind ?? 'held');
  } catch (error) {
    return { ...account('failed'), error };
  }

  async function round(isMine: () => Promise<boolean>): Promise<void> {
    if (++rounds > MOST_ROUNDS) throw unsettled(policy);
    const before = last?.seen;
    last = await runRound(policy, rounds === 1, { ...context, isMine });
    // Whoever uploaded what came meanwhile has left it to this run, and so the retries of it.
    if (before && before.version !== last.seen.version) isUploads = true;
    for (const other of last.concerned) concerned.add(other);
    if (last.kind !== 'reported') return;
    context.onRound(last);
    if (last.failure) throw last.failure;
  }

  /** The same text may have been uploaded again: it has the same ETag then, and another version. */
  async function hasChanged(): Promise<boolean> {
    if (!last) return true;
    const { state, version } = last.seen;
    const now = await readPolicyState(policy, context);
    if (!isSameState(state, now)) return true;
    const head = now.object && (await context.bucket.look(now.object.key));
    return head?.version !== version;
  }

  function account(kind: PolicyRun['kind']): PolicyRun {
    const reported = last?.kind === 'reported' ? last : undefined;
    return { kind, round: reported, seen: last?.seen, concerned: [...concerned], isUploads };
  }
}

// --- internal ---

function unsettled(policy: string): PolicyUnsettledError {
  return new PolicyUnsettledError(
    `the policy ${JSON.stringify(policy)} changed ${MOST_ROUNDS} times while it was applied`,
  );
}

function leaseLost(policy: string): LeaseLostError {
  return new LeaseLostError(
    `another run took the policy ${JSON.stringify(policy)} over while this one worked on it`,
  );
}
