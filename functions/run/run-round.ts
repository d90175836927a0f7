import { memoryOf } from '../drift/remember-portal.ts';
import { type GuardVerdict, guardEntry } from '../fleet/judge-changes.ts';
import type { KeysUnreadableError } from '../model/portal-key.ts';
import type { Policy } from '../model/portal-target.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { policyMeaning } from '../policy/policy-meaning.ts';
import { type LastReport, readLastReport } from '../report/last-report.ts';
import { type ReportBody, storeReport } from '../report/store-report.ts';
import type { Totals } from '../report/totals.ts';
import { coverageEntry } from './measure-coverage.ts';
import { type PolicyState, policiesConcerned } from './policy-state.ts';
import { type PolicyText, readPolicyText } from './policy-text.ts';
import type { CurrentPolicy, RoundContext, TriggerKind } from './round-context.ts';
import { NOT_TREATED, type TreatedRound, treatRound } from './treat-round.ts';

/** One pass over one text of a policy. `nothing`: there is no such policy, and there was none. */
export type RoundResult = NoRound | ReportedRound;

export type NoRound = { readonly kind: 'nothing'; readonly concerned: readonly string[] };

export type ReportedRound = {
  readonly kind: 'reported';
  readonly policy: string;
  /** `gone`: the policy is not in the bucket any more. */
  readonly state: 'applied' | 'invalid' | 'gone';
  readonly mode: 'plan' | 'apply';
  readonly ok: boolean;
  readonly version: string | null;
  readonly isVersioned: boolean;
  readonly attempt: number;
  readonly errors: number;
  readonly totals: Totals;
  /** Of the portals that had their turn in this round, not in the one before that it completes. */
  readonly treatedNow: Totals;
  readonly planned: number;
  readonly leftToRetry: number;
  /** Portals that a tick found without a backup to restore from; `undefined` where it did not look. */
  readonly unprotected: number | undefined;
  /** What the guards say, where the changes go over one. */
  readonly guard: GuardVerdict | undefined;
  /** The last valid version, where that was applied in place of an invalid one. */
  readonly appliedVersion: string | undefined;
  /** Portals that this policy governs no more since this change. */
  readonly released: readonly string[];
  /** Other policies in which a conflict begins or ends with this one's change. */
  readonly concerned: readonly string[];
  /** Keys of the policy's name that do not count. */
  readonly shadowed: readonly string[];
  /** Whether portals were left to the next round, because the policy changed meanwhile. */
  readonly isSuperseded: boolean;
  /** Why no portal could be treated: the keys can't be read. */
  readonly failure: KeysUnreadableError | undefined;
  /** The report's s3:// address. */
  readonly report: string;
};

/**
 * Treats the portals of a policy as its text says, and stores the report.
 * @param isFirst whether it is the run's first round: only that one can be a retry
 */
export async function runRound(
  policy: string,
  { state, text }: CurrentPolicy,
  isFirst: boolean,
  context: RoundContext,
): Promise<RoundResult> {
  const { bucket, clock, settings, trigger, runId } = context;
  const startedAt = clock.date();
  const isRepeat = isFirst && trigger === 'upload';
  const version = text?.version ?? null;
  const last = await readLastReport(bucket, policy, isRepeat ? version : null);
  if (!text && !hasGoverned(last)) {
    return { kind: 'nothing', concerned: isRepeat ? (last?.concerned ?? []) : [] };
  }

  const isSameText = text !== undefined && last?.version === version;
  const isRetry = isRepeat && isSameText;
  const attempt = isSameText ? last.attempt + (isRetry ? 1 : 0) : 1;
  const applied = text?.reading.policy ? text : await readLastValid({ state, text, last, trigger, bucket });
  const appliedVersion = text && applied && applied !== text ? applied.version : undefined;
  const wanted = applied?.reading.policy;
  const targets = wanted?.targets;
  const treated = wanted
    ? await treatRound(policy, { version, policy: wanted, state, last, onlyUndone: isRetry }, context)
    : NOT_TREATED;

  const before = last?.claims ?? [];
  const claims = text ? (targets?.map(({ portal }) => portal) ?? before) : [];
  const stillClaimed = new Set(claims);
  const released = before.filter((portal) => !stillClaimed.has(portal));
  // A retry sets them going again, too: the run before it may have failed before it came to that.
  const begun = isRetry ? last.concerned : [];
  const concerned = [...new Set([...begun, ...policiesConcerned(before, claims, state.others)])];
  const ok = isAllWell(text, treated);
  const mode = settings.paused ? 'plan' : 'apply';
  const body: ReportBody = {
    head: { mode, startedAt, trigger: { kind: trigger, run: runId }, ...(settings.paused && PAUSED) },
    policy: {
      policy,
      file: state.object ? `s3://${settings.bucket}/${state.object.key}` : (last?.file ?? ''),
      version,
      errors: text?.reading.errors ?? [],
      warnings: text?.reading.warnings ?? [],
    },
    outcomes: treated.outcomes,
    totals: treated.totals,
    more: {
      attempt,
      claims,
      released,
      concerned,
      ...validity(wanted, applied?.version, last),
      ...(appliedVersion !== undefined && { appliedVersion }),
      ...(text && treated.outcomes.length === 0 && rememberedEntry(last)),
      ...(!text && { gone: true }),
      ...(context.coverage && { coverage: coverageEntry(context.coverage) }),
      ...(treated.guard && { guard: guardEntry(treated.guard) }),
      ...(text?.isVersioned === false && { unversioned: true }),
    },
    tail: { finishedAt: clock.date(), ok, ...(treated.failure && { error: ownError(treated.failure) }) },
  };
  const report = await storeReport(bucket, policy, body, last);
  return {
    kind: 'reported',
    policy,
    state: !text ? 'gone' : text.reading.policy ? 'applied' : 'invalid',
    mode,
    ok,
    version,
    isVersioned: text?.isVersioned ?? true,
    attempt,
    errors: text?.reading.errors.length ?? 0,
    totals: treated.totals,
    treatedNow: treated.treatedNow,
    planned: treated.planned,
    leftToRetry: treated.leftToRetry,
    unprotected: treated.unprotected,
    guard: treated.guard,
    appliedVersion,
    released,
    concerned,
    shadowed: state.shadowed,
    isSuperseded: treated.isSuperseded,
    failure: treated.failure,
    report: `s3://${settings.bucket}/${report}`,
  };
}

// --- internal ---

const PAUSED = { paused: true };

/** While the newest text is invalid, ticks go on with the last valid one; in a bucket without versions it is lost. */
async function readLastValid({
  state: { object },
  text,
  last,
  trigger,
  bucket,
}: {
  readonly state: PolicyState;
  readonly text: PolicyText | undefined;
  readonly last: LastReport | undefined;
  readonly trigger: TriggerKind;
  readonly bucket: PolicyBucket;
}): Promise<PolicyText | undefined> {
  if (trigger !== 'tick' || !object || !text?.isVersioned || last?.validVersion === undefined)
    return undefined;
  return readPolicyText(bucket, object.key, last.validVersion);
}

/** What is known of portals outlives a run in which none of them had a turn. */
function rememberedEntry(last: LastReport | undefined): object {
  const outcomes = last?.outcomes.length ? last.outcomes.map(memoryOf) : (last?.remembered ?? []);
  return outcomes.length > 0 ? { remembered: outcomes } : {};
}

/** What the next run has to know of the text that counts. */
function validity(
  policy: Policy | undefined,
  version: string | undefined,
  last: LastReport | undefined,
): object {
  return policy
    ? { meaning: policyMeaning(policy), validVersion: version }
    : { meaning: last?.meaning, validVersion: last?.validVersion };
}

/** Whether the last report speaks of a policy that was there. */
function hasGoverned(last: LastReport | undefined): boolean {
  return last !== undefined && last.version !== null;
}

function isAllWell(text: PolicyText | undefined, { failure, totals }: TreatedRound): boolean {
  return !failure && !text?.reading.errors.length && totals.failed + totals.skipped === 0;
}

function ownError({ code, message }: KeysUnreadableError): object {
  return { code, message };
}
