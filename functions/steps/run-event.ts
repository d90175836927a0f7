import type { PolicyBucket } from '../adapters/aws/policy-bucket.ts';
import { readLastReport } from './last-report.ts';
import { listPolicies } from './read-claims.ts';
import { type PolicyRun, runPolicy } from './run-policy.ts';
import type { ReportedRound, RoundContext, TriggerKind } from './run-round.ts';

export type EventContext = Omit<RoundContext, 'trigger'> & {
  /** Told of each policy when its run is over. */
  readonly onRun: (policy: string, run: PolicyRun | FailedRun) => void;
};

/** The run itself failed: the policy, the keys or the report could not be read or written. */
export type FailedRun = { readonly kind: 'failed'; readonly error: unknown };

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
  const concerned = new Set<string>();
  for (const policy of policies) {
    const run = await runOne(policy, 'upload', context);
    if (run.kind === 'failed') failures.push(run.error);
    if (run.kind !== 'reported') continue;
    for (const other of run.concerned) concerned.add(other);
    if (run.leftToRetry > 0 && run.attempt < MOST_ATTEMPTS) failures.push(portalsLeft(run));
  }
  for (const policy of concerned) {
    const run = policies.includes(policy) ? undefined : await runOne(policy, 'conflict', context);
    if (run?.kind === 'failed') failures.push(run.error);
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Runs all policies, that with the oldest report first: where time runs out, no policy waits for ever.
 * Portals that failed are no reason to throw: the next tick is their retry.
 * @throws the first failure of a run, when all policies had their turn
 */
export async function runTick(context: EventContext): Promise<readonly string[]> {
  const { policies, ignored } = await listPolicies(context.bucket);
  const failures: unknown[] = [];
  for (const policy of await oldestFirst([...policies.keys()], context.bucket)) {
    if (context.isOutOfTime()) break;
    const run = await runOne(policy, 'tick', context);
    if (run.kind === 'failed') failures.push(run.error);
  }
  if (failures.length > 0) throw failures[0];
  return ignored;
}

// --- internal ---

async function runOne(
  policy: string,
  trigger: TriggerKind,
  context: EventContext,
): Promise<PolicyRun | FailedRun> {
  const run = await runPolicy(policy, { ...context, trigger }).catch(
    (error: unknown): FailedRun => ({ kind: 'failed', error }),
  );
  context.onRun(policy, run);
  return run;
}

function portalsLeft({ policy, leftToRetry, attempt }: ReportedRound): PortalsLeftError {
  const left = `${leftToRetry} portal${leftToRetry === 1 ? '' : 's'}`;
  return new PortalsLeftError(
    `attempt ${attempt} of ${MOST_ATTEMPTS}: ${left} of policy ${JSON.stringify(policy)} to be tried again`,
  );
}

/** A policy without a report comes first of all. */
async function oldestFirst(policies: readonly string[], bucket: PolicyBucket): Promise<string[]> {
  const aged: { policy: string; startedAt: string }[] = [];
  for (const policy of policies) {
    aged.push({ policy, startedAt: (await readLastReport(bucket, policy))?.startedAt ?? '' });
  }
  return aged
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0))
    .map(({ policy }) => policy);
}
