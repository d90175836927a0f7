import { type AfterTickContext, afterTick } from './after-tick.ts';
import { hoursWaited } from './hours-waited.ts';
import { oldestFirst, readStarts } from './policy-starts.ts';
import { isSameState, type PolicyState, readPolicyState } from './policy-state.ts';
import { listPolicies } from './read-claims.ts';
import type { ReportedRound } from './record-round.ts';
import type { TriggerKind } from './round-context.ts';
import { type PolicyRun, type RunContext, settlePolicy } from './settle-policy.ts';

export type EventContext = Omit<RunContext, 'trigger'> &
  AfterTickContext & {
    /** Told of each policy when its run is over. */
    readonly onRun: (policy: string, run: PolicyRun) => void;
    /** Told when a tick begins: how long the policy that waits longest was not looked at. Hours. */
    readonly onOldestReport?: (hours: number) => void;
  };

/** What a tick did not do. */
export type TickAccount = {
  /** Keys below `policies/` that hold no policy. */
  readonly ignored: readonly string[];
  /** Policies that had no turn before the time was over: they come first in the next tick. */
  readonly left: readonly string[];
  /** What runs failed with. */
  readonly failures: readonly unknown[];
};

/** After so many runs at one version, what is left is left to the ticks. */
const MOST_ATTEMPTS = 3;

/** Portals are left that another run of the same event can help: thrown, so that the event comes again. */
export class PortalsLeftError extends Error {
  override readonly name = 'PortalsLeftError';
}

/**
 * Runs the policies that were uploaded, changed or taken away, then those in which a conflict began or ended by that.
 * @throws the first failure of a run, or PortalsLeftError, when all policies had their turn
 */
export async function runUploads(policies: readonly string[], context: EventContext): Promise<void> {
  const failures: unknown[] = [];
  await runAll(
    policies,
    'upload',
    context,
    () => false,
    (run) => failures.push(...failuresOf(run)),
  );
  if (failures.length > 0) throw failures[0];
}

/**
 * Runs all policies, that with the oldest report first: where time runs out, no policy waits for ever. Then what comes
 * after all of them. Portals that failed are no reason to throw, the next tick is their retry; but those of an upload that
 * came meanwhile, and left its work to this run, are.
 * @throws where the policies can't be listed
 */
export async function runTick(context: EventContext): Promise<TickAccount> {
  const { policies, ignored } = await listPolicies(context.bucket);
  const failures: unknown[] = [];
  const starts = await readStarts([...policies.keys()], context.bucket);
  const now = context.clock.date();
  context.onOldestReport?.(hoursWaited(starts, policies, now));
  const left = await runAll(oldestFirst(starts, now), 'tick', context, context.isOutOfTime, (run) =>
    failures.push(...failuresOf(run)),
  );
  await afterTick(context, left.length === 0 && failures.length === 0);
  return { ignored, left, failures };
}

/** What an event has to come again for. Portals that an upload left are a reason, whoever's run it was that met them. */
export function failuresOf({ kind, error, round, isUploads }: PolicyRun): readonly unknown[] {
  if (kind === 'failed') return [error];
  const isLeft = isUploads && round && round.leftToRetry > 0 && round.attempt < MOST_ATTEMPTS;
  return isLeft ? [portalsLeft(round)] : [];
}

// --- internal ---

/** A policy whose turn is to come, and the portals that others have let go before it. */
type Waiting = { readonly policy: string; readonly trigger: TriggerKind; readonly letGo: string[] };

/**
 * Runs policies one after the other, and again, or too, those in which another's run began or ended a conflict after
 * their turn.
 * @returns those that had no turn, because the time was over
 */
async function runAll(
  policies: readonly string[],
  trigger: TriggerKind,
  context: EventContext,
  isOver: () => boolean,
  onEnd: (run: PolicyRun) => void,
): Promise<string[]> {
  const queue = policies.map((policy): Waiting => ({ policy, trigger, letGo: [] }));
  const states = new Map<string, PolicyState>();
  const unverified = new Map<string, number>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (isOver()) return [next, ...queue].map(({ policy }) => policy);
    const { policy } = next;
    const run = await settlePolicy(policy, { ...context, ...next });
    context.onRun(policy, run);
    onEnd(run);
    if (run.seen) states.set(policy, run.seen.state);
    if (run.round) unverified.set(policy, run.round.unverified);
    for (const other of run.concerned) {
      const waiting = queue.find(({ policy: name }) => name === other);
      waiting?.letGo.push(...run.letGo);
      if (waiting) continue;
      const mayShowNow = run.letGo.length > 0 && (unverified.get(other) ?? 0) > 0;
      if (!mayShowNow && (await isSettled(other, states.get(other), context))) continue;
      queue.push({ policy: other, trigger: 'conflict', letGo: [...run.letGo] });
    }
  }
  return [];
}

/** Whether a policy had its turn with everything as it is now. One that can't be seen is not: its run will tell. */
async function isSettled(
  policy: string,
  state: PolicyState | undefined,
  context: EventContext,
): Promise<boolean> {
  if (!state) return false;
  return readPolicyState(policy, context).then(
    (now) => isSameState(state, now),
    () => false,
  );
}

function portalsLeft({ policy, leftToRetry, attempt }: ReportedRound): PortalsLeftError {
  const left = `${leftToRetry} portal${leftToRetry === 1 ? '' : 's'}`;
  return new PortalsLeftError(
    `attempt ${attempt} of ${MOST_ATTEMPTS}: ${left} of policy ${JSON.stringify(policy)} to be tried again`,
  );
}
