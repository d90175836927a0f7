import type { Before } from '../drift/repair-limit.ts';
import type { Assignment } from '../fleet/reconcile-fleet.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { HeldChange } from '../model/planned-change.ts';
import type { Selection } from '../model/policy-claims.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import type { Policy, PortalTarget } from '../model/portal-target.ts';
import type { RunFailure } from '../model/run-failure.ts';
import { targetHash } from '../model/target-hash.ts';
import { policyMeaning } from '../policy/policy-meaning.ts';
import type { LastReport } from '../report/last-report.ts';
import { claimsNow, selectionNow } from './claims-now.ts';
import type { Gathered } from './gather-round.ts';
import { type PolicyState, policiesConcerned } from './policy-state.ts';

/** What a round is to do. `nothing`: there is no such policy, and there was none. `settled`: a retry with nothing left. */
export type Decision =
  | ({ readonly kind: 'nothing' | 'settled' } & Pick<RoundDecision, 'concerned' | 'letGo'>)
  | RoundDecision;

export type RoundDecision = {
  readonly kind: 'round';
  /** Another try at what the last report left undone: its other outcomes are kept. */
  readonly isRetry: boolean;
  /**
   * Whether somebody asks for it now: the text is another than the last report's, or this is another try of that. What
   * comes of a tick, of another policy's change, or of an event that was delivered twice, nobody asks for.
   */
  readonly isAskedFor: boolean;
  /** The runs at this version, with this one. */
  readonly attempt: number;
  /** What the portals have to follow; `undefined`: no valid text counts. */
  readonly wanted: Policy | undefined;
  /** The version of the text that `wanted` stands in. */
  readonly wantedVersion: string | undefined;
  /** The same, where it is an older text than the newest. */
  readonly appliedVersion: string | undefined;
  /** Stands for what `wanted` means; without it, for what the policy meant when it was last applied. */
  readonly meaning: string | undefined;
  /** The portals that the policy names. */
  readonly claims: readonly string[];
  /** Why none of them has a turn, and nothing is concluded: nobody knows which portals its selectors bring. */
  readonly failure: RunFailure | undefined;
  /** What others have to know of its selectors. */
  readonly selection: Selection;
  /** Those that it named before, and names no more. */
  readonly released: readonly string[];
  /** The same, with those of the run before it, of which this is another try: others may still have to be told. */
  readonly letGo: readonly string[];
  /** Other policies in which a conflict begins or ends with this change. */
  readonly concerned: readonly string[];
  /** The warnings of portals that others name, too, and that the policy keeps. */
  readonly keptFromOthers: PolicyState['kept'];
  /** Whom to treat now and in which order, each with why it must be left alone, if so. */
  readonly now: readonly Assignment[];
  /** Outcomes of the last report that still stand. */
  readonly kept: readonly StoredOutcome[];
  /** Changes that an earlier try has made: they count for the guards, too. */
  readonly already: readonly HeldChange[];
  /** What was known of a portal before this round. */
  readonly lastOf: (portal: string) => StoredOutcome | undefined;
  /** The same, with what the policy wants of the portal now. */
  readonly beforeOf: (portal: string, now: Date) => Before;
};

/** Decides a round from what was gathered. Pure: the same input always gives the same decision. */
export function decideRound(gathered: Gathered): Decision {
  const { text, lastValid, last, isSameRun, isOfUpload, state } = gathered;
  if (!text && !hasGoverned(last)) {
    const concerned = isOfUpload ? stillThere(last, state) : [];
    return { kind: 'nothing', concerned, letGo: isOfUpload ? (last?.released ?? []) : [] };
  }
  const isSameText = text !== undefined && last?.version === text.version;
  const isRetry = isSameRun && isSameText;
  const applied = text?.reading.policy ? text : lastValid;
  const wanted = applied?.reading.policy;
  const hashes = new Map(wanted?.targets.map((target) => [target.portal, targetHash(target)]));
  const hashOf = (portal: string) => hashes.get(portal) ?? '';
  const { unlisted } = gathered;
  const meaning = wanted && !unlisted ? policyMeaning(wanted, ({ portal }) => hashOf(portal)) : last?.meaning;

  const before = last?.claims ?? [];
  const claims = claimsNow(gathered, wanted);
  const stillClaimed = new Set(claims);
  // A retry sets them going again, too: the run before it may have failed before it came to that.
  const begun = isRetry ? stillThere(last, state) : [];
  const concerned = [...new Set([...begun, ...policiesConcerned(before, claims, state.others)])];
  const portals = assign(unlisted ? [] : (wanted?.targets ?? []), gathered, isRetry);
  const { lastOf } = portals;
  const released = before.filter((portal) => !stillClaimed.has(portal));
  const letGo = isRetry ? [...new Set([...last.released, ...released])] : released;
  if (isRetry && wanted && !unlisted && portals.now.length === 0)
    return { kind: 'settled', concerned, letGo };
  const wantedVersion = wanted && applied?.version;
  return {
    kind: 'round',
    isRetry,
    isAskedFor: isRetry || wantedVersion !== last?.validVersion,
    attempt: attemptOf(gathered, isRetry),
    wanted,
    wantedVersion,
    appliedVersion: text && wanted && applied !== text ? applied?.version : undefined,
    meaning,
    claims,
    failure: unlisted,
    selection: selectionNow(gathered, wanted),
    released,
    letGo,
    concerned,
    keptFromOthers: state.kept,
    ...portals,
    beforeOf: (portal, now) => ({
      ...{ last: lastOf(portal), target: hashOf(portal), now },
      governedSince: gathered.governed.get(portal),
    }),
  };
}

// --- internal ---

/** Whether the last report speaks of a policy that was there. */
function hasGoverned(last: LastReport | undefined): boolean {
  return last !== undefined && last.version !== null;
}

/** What a report names may be gone since; and a run over a name that is no policy would only leave its lease behind. */
function stillThere(last: LastReport | undefined, { others }: PolicyState): string[] {
  const there = new Set(others.map(({ policy }) => policy));
  return last?.concerned.filter((policy) => there.has(policy)) ?? [];
}

/** An upload's own tries are counted; a tick's or a conflict's look at the same version is none. */
function attemptOf({ text, last, isOfUpload }: Gathered, isRetry: boolean): number {
  if (isRetry) return (last?.attempt ?? 0) + 1;
  return !isOfUpload && text && last?.version === text.version ? last.attempt : 1;
}

/**
 * Whom to treat now: first those that had no turn last time, or are new, last those that failed; and whose outcome of
 * the last report still stands.
 */
function assign(
  targets: readonly PortalTarget[],
  { state, last, refusals }: Pick<Gathered, 'state' | 'last' | 'refusals'>,
  isRetry: boolean,
): Pick<RoundDecision, 'now' | 'kept' | 'already' | 'lastOf'> {
  const outcomes = new Map(last?.outcomes.map((outcome) => [outcome.portal, outcome]));
  const remembered = new Map(last?.remembered.map((outcome) => [outcome.portal, outcome]));
  const waiting: Assignment[] = [];
  const middle: Assignment[] = [];
  const late: Assignment[] = [];
  const kept: StoredOutcome[] = [];
  for (const target of targets) {
    const before = outcomes.get(target.portal);
    if (isRetry && before && stillStands(before, state)) {
      kept.push(before);
      continue;
    }
    const refusal = state.conflicts.get(target.portal) ?? refusals.get(target.portal);
    const turn = hadNoTurn(before) ? waiting : before?.status === 'failed' ? late : middle;
    turn.push({ policy: 0, target, ...(refusal && { refusal }) });
  }
  return {
    now: [...waiting, ...middle, ...late],
    kept,
    already: kept.flatMap(changeMade),
    lastOf: (portal) => outcomes.get(portal) ?? remembered.get(portal),
  };
}

/** Also where there is no outcome: the portal is new. */
function hadNoTurn(before: StoredOutcome | undefined): boolean {
  const code = before?.error?.code;
  return before === undefined || code === 'INTERRUPTED' || code === 'SUPERSEDED';
}

/** A conflict may have begun or ended since, and a pause may be over. */
function stillStands(before: PortalOutcome, { conflicts, kept }: PolicyState): boolean {
  const wasInConflict = before.error?.code === 'CONFLICT';
  if (wasInConflict !== conflicts.has(before.portal)) return false;
  const told = before.warnings.find(({ code }) => code === 'CONFLICT');
  if (told?.message !== kept.get(before.portal)?.message) return false;
  if (before.error?.retryable || before.status === 'planned') return false;
  // What a guard held is looked at again: with what others are left to do, and for the guard to be told again.
  return before.error?.code !== 'GUARDED';
}

/** The change that an outcome tells of, if it was made. */
function changeMade({ portal, status, action, effect, warnings }: StoredOutcome): HeldChange[] {
  if (status !== 'done' || action === 'none' || !effect) return [];
  return [{ portal, effect, runsAtOnce: warnings.some(({ code }) => code === 'RUNS_AT_ONCE') }];
}
