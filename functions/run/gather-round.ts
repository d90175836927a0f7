import { NO_SELECTION, type Selection } from '../model/policy-claims.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { KeyLookup } from '../model/portal-key.ts';
import type { RunFailure } from '../model/run-failure.ts';
import type { ReadOptions } from '../policy/read-policy.ts';
import { type LastReport, readLastReport } from '../report/last-report.ts';
import { bringSelected } from './bring-selected.ts';
import type { Governed } from './judge-conflicts.ts';
import type { PolicyState } from './policy-state.ts';
import { type PolicyText, readPolicyText } from './policy-text.ts';
import { readSelection } from './read-claims.ts';
import { readTold } from './read-governed.ts';
import { type RoundContext, readCurrentPolicy, type TriggerKind } from './round-context.ts';

/** Everything that a round goes by, read before anything is decided. */
export type Gathered = {
  readonly policy: string;
  readonly trigger: TriggerKind;
  readonly state: PolicyState;
  /** The newest text; `undefined`: the policy is not in the bucket (any more). */
  readonly text: PolicyText | undefined;
  /** The last valid text, where a tick goes on with it because the newest is invalid. */
  readonly lastValid: PolicyText | undefined;
  readonly last: LastReport | undefined;
  /** Why nobody knows which portals the policy's selectors bring: then none of its portals has a turn. */
  readonly unlisted: RunFailure | undefined;
  /** Of what the selectors bring: what can't be treated, and why. */
  readonly refusals: ReadonlyMap<string, PortalError>;
  /** What the last run told of selectors, where that still counts: no valid text, or no list of keys. */
  readonly toldSelection: Selection;
  /** Since when the policy governs its portals, where the last report is lost. */
  readonly governed: Governed;
  /**
   * Whether this is another try of the run that stored the last report, which Lambda starts with the same id. An event
   * that was delivered twice has another one, and looks at every portal.
   */
  readonly isSameRun: boolean;
  /** Whether an upload started the run, and this is its first round. */
  readonly isOfUpload: boolean;
  /** The keys of the newest text's portals, if it is valid: on their way while the rest is read. */
  readonly keys?: Promise<KeyLookup> | undefined;
};

/** Reads the policy as the bucket has it now, what others claim, and what the last report knows. */
export async function gatherRound(
  policy: string,
  isFirst: boolean,
  context: RoundContext,
): Promise<Gathered> {
  const { bucket, trigger } = context;
  const { state, text: strict } = await readCurrentPolicy(policy, context);
  const early = bringSelected(strict, state);
  const keys = early.unlisted ? undefined : startKeys(policy, early.withKeys, context);
  const isOfUpload = isFirst && trigger === 'upload';
  const last = await readLastReport(bucket, policy, isOfUpload ? (strict?.version ?? null) : null);
  const isSameRun = isOfUpload && last?.run === context.runId;
  const text = strict && (await readAsApplied({ trigger, state, text: strict, last }, context));
  const governed = last?.startedAt
    ? NOT_TOLD
    : ((await readTold(bucket, policy, context.clock.date())) ?? NOT_TOLD);
  const seen = { policy, trigger, state, text, last, governed, isSameRun, isOfUpload, keys };
  const lastValid = await readLastValid(seen, context);
  const isValid = text?.reading.policy !== undefined;
  const brought = isValid && text === strict ? early : bringSelected(isValid ? text : lastValid, state);
  const { unlisted, refusals, withKeys } = brought;
  const isTold = text !== undefined && (withKeys === undefined || unlisted !== undefined);
  return {
    ...seen,
    ...{ unlisted, refusals },
    text: isValid ? withKeys : text,
    lastValid: isValid ? undefined : withKeys,
    toldSelection: isTold ? await readSelection(bucket, policy) : NO_SELECTION,
  };
}

// --- internal ---

/** Who needs them hears of what becomes of them; where nobody does, nobody. */
function startKeys(
  policy: string,
  text: PolicyText | undefined,
  { keysFor }: RoundContext,
): Promise<KeyLookup> | undefined {
  const targets = text?.reading.policy?.targets;
  const keys = targets && keysFor(policy)(targets.map(({ portal }) => portal));
  keys?.catch(() => {});
  return keys;
}

const NOT_TOLD: Governed = new Map();

function asApplied({ settings }: RoundContext): ReadOptions {
  return { isLenient: true, ignoresApprove: settings.approvals === 'bucket' };
}

/**
 * A tick goes on with a version that an earlier run applied, though a newer release has a rule against it: nobody's
 * fleet goes unwatched by an upgrade. The rule is told as a warning.
 */
async function readAsApplied(
  {
    trigger,
    state: { object },
    text,
    last,
  }: Pick<Gathered, 'trigger' | 'state' | 'last'> & { text: PolicyText },
  context: RoundContext,
): Promise<PolicyText> {
  if (trigger !== 'tick' || text.reading.policy || !object || last?.validVersion !== text.version)
    return text;
  const again = await readPolicyText(context.bucket, object.key, undefined, asApplied(context));
  return again?.version === text.version ? again : text;
}

/** While the newest text is invalid, ticks go on with the last valid one; in a bucket without versions it is lost. */
async function readLastValid(
  { trigger, state: { object }, text, last }: Pick<Gathered, 'trigger' | 'state' | 'text' | 'last'>,
  context: RoundContext,
): Promise<PolicyText | undefined> {
  const isInvalid = text !== undefined && text.reading.policy === undefined;
  if (trigger !== 'tick' || !isInvalid || !object || !text.isVersioned) return undefined;
  if (last?.validVersion === undefined) return undefined;
  return readPolicyText(context.bucket, object.key, last.validVersion, asApplied(context));
}
