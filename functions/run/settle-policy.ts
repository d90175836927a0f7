import { type Lease, LeaseLostError, type LeaseOptions, takeLease } from './lease.ts';
import { isSameState, readPolicyState } from './policy-state.ts';
import type { ReportedRound } from './record-round.ts';
import { PolicyUnsettledError, type RoundContext } from './round-context.ts';
import { type RoundResult, runRound, type Seen } from './run-round.ts';

export type RunContext = Omit<RoundContext, 'isMine' | 'letGo'> & {
  /** Portals that another policy has let go, and for which it starts this run. */
  readonly letGo?: readonly string[];
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
  /** Portals that the policy has let go in any of the rounds: its last write to them may be minutes old. */
  readonly letGo: readonly string[];
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
  const released = new Set<string>();
  let last: RoundResult | undefined;
  let rounds = 0;
  let isUploads = context.trigger === 'upload';
  try {
    for (;;) {
      const lease = await takeLease(policy, context.lease, context.letGo);
      if (!lease) break;
      try {
        await settle(lease);
      } catch (error) {
        await lease.release(false).catch(() => {}); // what went wrong first is what counts
        throw error;
      }
      if (!(await hasChanged(policy, last?.seen, context))) break;
    }
    return account(last?.kind ?? 'held');
  } catch (error) {
    return { ...account('failed'), error };
  }

  /** Round after round until nothing changed meanwhile, nobody has left word, and the lease is let go. */
  async function settle(lease: Lease): Promise<void> {
    await round(lease, lease.letGo());
    for (;;) {
      while (
        last?.kind === 'reported' &&
        (last.isSuperseded || (await hasChanged(policy, last?.seen, context)))
      ) {
        if (!(await lease.isMine())) throw leaseLost(policy);
        await round(lease, NOTHING);
      }
      let released = await lease.release(true);
      // Where everything shows as it was sent, there is nothing to send again.
      while (released === 'word' && !(last?.kind === 'reported' && last.unverified > 0)) {
        released = await lease.release(true);
      }
      if (released === 'free') return;
      if (released === 'lost' || (rounds >= MOST_ROUNDS && (await lease.release(false)) === 'lost')) {
        throw leaseLost(policy);
      }
      if (rounds >= MOST_ROUNDS) return;
      await round(lease, lease.letGo());
    }
  }

  async function round({ isMine }: Lease, letGo: ReadonlySet<string>): Promise<void> {
    if (++rounds > MOST_ROUNDS) throw unsettled(policy);
    const before = last?.seen;
    last = await runRound(policy, rounds === 1, { ...context, isMine, letGo });
    // Whoever uploaded what came meanwhile has left it to this run, and so the retries of it.
    if (before && before.version !== last.seen.version) isUploads = true;
    for (const other of last.concerned) concerned.add(other);
    for (const portal of last.letGo) released.add(portal);
    if (last.kind !== 'reported') return;
    context.onRound(last);
    if (last.failure) throw last.failure;
  }

  function account(kind: PolicyRun['kind']): PolicyRun {
    const reported = last?.kind === 'reported' ? last : undefined;
    return {
      kind,
      round: reported,
      seen: last?.seen,
      concerned: [...concerned],
      letGo: [...released],
      isUploads,
    };
  }
}

// --- internal ---

const NOTHING: ReadonlySet<string> = new Set();

/** The same text may have been uploaded again: it has the same ETag then, and another version. */
async function hasChanged(policy: string, seen: Seen | undefined, context: RunContext): Promise<boolean> {
  if (!seen) return true;
  const now = await readPolicyState(policy, context);
  if (!isSameState(seen.state, now)) return true;
  const head = now.object && (await context.bucket.look(now.object.key));
  return head?.version !== seen.version;
}

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
