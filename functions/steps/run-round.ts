import type { PolicyBucket } from '../adapters/aws/policy-bucket.ts';
import type { Portals } from '../adapters/docspace/open-portals.ts';
import type { Clock } from '../model/clock.ts';
import type { PolicyError } from '../model/finding.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeySource } from '../model/portal-key.ts';
import type { Settings } from '../model/settings.ts';
import { type LastReport, readLastReport } from './last-report.ts';
import type { LeaseOptions } from './lease.ts';
import { MOST_POLICY_BYTES, TOO_BIG } from './policy/decode-text.ts';
import { isSameState, type PolicyState, policiesConcerned, readPolicyState } from './policy-state.ts';
import type { ClaimCache } from './read-claims.ts';
import { fileError, type PolicyReading, readPolicy } from './read-policy.ts';
import { interrupted } from './reconcile.ts';
import { type ReportBody, storeReport } from './store-report.ts';
import { NO_TOTALS, type Totals } from './totals.ts';
import { type TreatedPolicy, treatPolicy } from './treat-policy.ts';
import { applyTreatment, planTreatment, type Treatment } from './treat-portal.ts';

/** What started a run: `upload` an object event, `tick` the clock, `conflict` another policy's change. */
export type TriggerKind = 'upload' | 'tick' | 'conflict';

export type RoundContext = {
  readonly trigger: TriggerKind;
  readonly runId: string;
  readonly bucket: PolicyBucket;
  readonly settings: Settings;
  readonly lease: LeaseOptions;
  readonly claimCache: ClaimCache;
  readonly portals: Portals;
  readonly keysFor: (policy: string) => KeySource;
  readonly clock: Clock;
  /** Whether the function's time is nearly over. */
  readonly isOutOfTime: () => boolean;
  /** Told of each portal that was treated or skipped now. */
  readonly onOutcome: (policy: string, outcome: PortalOutcome) => void;
};

/** One pass over one text of a policy. `nothing`: there is no such policy, and there was none. */
export type RoundResult = { readonly kind: 'nothing' } | ReportedRound;

export type ReportedRound = {
  readonly kind: 'reported';
  readonly policy: string;
  /** `gone`: the policy is not in the bucket any more. */
  readonly state: 'applied' | 'invalid' | 'gone';
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  readonly version: string | null;
  readonly attempt: number;
  readonly errors: number;
  readonly totals: Totals;
  readonly planned: number;
  readonly leftToRetry: number;
  /** Portals that no policy governs any more since this change. */
  readonly released: readonly string[];
  /** Other policies in which a conflict begins or ends with this one's change. */
  readonly concerned: readonly string[];
  /** The report's s3:// address. */
  readonly report: string;
};

export async function runRound(
  policy: string,
  state: PolicyState,
  isFirstRound: boolean,
  context: RoundContext,
): Promise<RoundResult> {
  const { bucket, clock, settings, trigger, runId } = context;
  const startedAt = clock.date();
  const last = await readLastReport(bucket, policy);
  const text = state.object && (await readText(bucket, state.object.key));
  if (!text && !hasGoverned(last)) return { kind: 'nothing' };

  const { reading, version } = text ?? GONE;
  const isRetry = isFirstRound && trigger === 'upload' && last?.version === version && version !== null;
  const attempt = last?.version === version ? last.attempt + (isRetry ? 1 : 0) : 1;
  const treated = reading.policy
    ? await treat(policy, reading.policy.targets, state, last, isRetry, context)
    : NOTHING_TREATED;

  const claims = text ? (reading.policy?.targets.map(({ portal }) => portal) ?? last?.claims ?? []) : [];
  const stillClaimed = new Set(claims);
  const released = (last?.claims ?? []).filter((portal) => !stillClaimed.has(portal));
  const mode = settings.paused ? 'plan' : 'apply';
  const ok = reading.errors.length === 0 && treated.totals.failed + treated.totals.skipped === 0;
  const body: ReportBody = {
    head: {
      mode,
      startedAt,
      trigger: { kind: trigger, run: runId },
      ...(settings.paused && { paused: true }),
    },
    policy: {
      policy,
      file: `s3://${settings.bucket}/${state.object?.key ?? ''}`,
      version,
      errors: reading.errors,
      warnings: reading.warnings,
    },
    outcomes: treated.outcomes,
    totals: treated.totals,
    more: {
      attempt,
      claims,
      released,
      ...(text ? {} : { gone: true }),
      ...(text?.isVersioned === false && { unversioned: true }),
    },
    tail: { finishedAt: clock.date(), ok },
  };
  const report = await storeReport(bucket, policy, body, last);
  return {
    kind: 'reported',
    policy,
    state: !text ? 'gone' : reading.policy ? 'applied' : 'invalid',
    mode,
    ok,
    version,
    attempt,
    errors: reading.errors.length,
    totals: treated.totals,
    planned: treated.planned,
    leftToRetry: treated.leftToRetry,
    released,
    concerned: policiesConcerned(last?.claims ?? [], claims, state.others),
    report: `s3://${settings.bucket}/${report}`,
  };
}

// --- internal ---

type PolicyText = {
  readonly reading: PolicyReading;
  readonly version: string | null;
  readonly isVersioned: boolean;
};

const GONE = { reading: unreadable([]), version: null } as const;
const NOTHING_TREATED: TreatedPolicy = { outcomes: [], totals: NO_TOTALS, leftToRetry: 0, planned: 0 };

/** Whether the last report speaks of a policy that was there. */
function hasGoverned(last: LastReport | undefined): boolean {
  return last !== undefined && last.version !== null;
}

async function readText(bucket: PolicyBucket, key: string): Promise<PolicyText | undefined> {
  const found = await bucket.read(key, MOST_POLICY_BYTES);
  if (!found) return undefined;
  const { bytes, version, isVersioned } = found;
  const reading = bytes ? readPolicy(bytes) : unreadable([fileError(TOO_BIG)]);
  return { reading, version, isVersioned };
}

function unreadable(errors: readonly PolicyError[]): PolicyReading {
  return { policy: undefined, errors, warnings: [], claims: [] };
}

async function treat(
  policy: string,
  targets: Parameters<typeof treatPolicy>[0]['targets'],
  state: PolicyState,
  last: LastReport | undefined,
  onlyUndone: boolean,
  context: RoundContext,
): Promise<TreatedPolicy> {
  const { settings, portals, clock } = context;
  const keys = await context.keysFor(policy)(
    targets.filter(({ portal }) => !state.conflicts.has(portal)).map(({ portal }) => portal),
  );
  const options = {
    keys,
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
  };
  const treatment: Treatment = settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
  const watch = watchForChange(policy, state, context);
  try {
    return await treatPolicy({
      targets,
      conflicts: state.conflicts,
      last: new Map(last?.outcomes.map((outcome) => [outcome.portal, outcome])),
      onlyUndone,
      treatment,
      concurrency: settings.concurrency,
      stopReason: () => (context.isOutOfTime() ? interrupted() : watch.superseded()),
      onOutcome: (outcome) => context.onOutcome(policy, outcome),
    });
  } finally {
    await watch.end();
  }
}

/** How often a long run looks whether its text is still the newest. Milliseconds. */
const LOOK_EVERY = 5_000;

/** A long run over a text that was replaced stops starting portals: the next round treats them as the new text says. */
function watchForChange(
  policy: string,
  state: PolicyState,
  { bucket, settings, claimCache, clock }: RoundContext,
) {
  let lookedAt = clock.now();
  let look: Promise<void> | undefined;
  let changed = false;
  return {
    superseded: (): PortalError | undefined => {
      if (!look && clock.now() - lookedAt >= LOOK_EVERY) {
        look = readPolicyState(bucket, policy, settings, claimCache)
          .then((now) => {
            changed = !isSameState(state, now);
          })
          .catch(() => {}) // the look after the last write is the one that counts
          .finally(() => {
            lookedAt = clock.now();
            look = undefined;
          });
      }
      return changed ? superseded() : undefined;
    },
    end: async () => look,
  };
}

function superseded(): PortalError {
  const message =
    'the policy changed before this portal’s turn: the next round treats it as the new text says';
  return new PortalError('SUPERSEDED', message, { retryable: true });
}
