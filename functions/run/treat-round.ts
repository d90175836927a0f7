import { stricterGuard } from '../fleet/check-guards.ts';
import { interrupted } from '../fleet/reconcile.ts';
import { KeysUnreadableError } from '../model/portal-key.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import type { Policy } from '../model/portal-target.ts';
import type { Clock } from '../model/ports/clock.ts';
import { policyMeaning } from '../policy/policy-meaning.ts';
import { applyTreatment, planTreatment, type Treatment } from '../portal/treat-portal.ts';
import { type Examine, examinePortal } from '../protection/examine-portal.ts';
import type { LastReport } from '../report/last-report.ts';
import { NO_TOTALS } from '../report/totals.ts';
import type { PolicyState } from './policy-state.ts';
import type { RoundContext } from './round-context.ts';
import { type TreatedPolicy, treatPolicy } from './treat-policy.ts';
import { watchPolicy } from './watch-policy.ts';

export type TreatedRound = TreatedPolicy & {
  /** Whether portals were left to the next round, because the policy changed meanwhile. */
  readonly isSuperseded: boolean;
  /** Why none was treated, if so. */
  readonly failure: KeysUnreadableError | undefined;
};

export const NOT_TREATED: TreatedRound = {
  outcomes: [],
  totals: NO_TOTALS,
  treatedNow: NO_TOTALS,
  leftToRetry: 0,
  planned: 0,
  unprotected: undefined,
  guard: undefined,
  isSuperseded: false,
  failure: undefined,
};

/** Treats a valid policy's portals until they are done, the time is nearly over, or the policy has changed. */
export async function treatRound(
  policy: string,
  round: {
    readonly version: string | null;
    readonly policy: Policy;
    readonly state: PolicyState;
    readonly last: LastReport | undefined;
    readonly onlyUndone: boolean;
  },
  context: RoundContext,
): Promise<TreatedRound> {
  const { version, state, last, onlyUndone } = round;
  const { targets, guard, approve } = round.policy;
  const { settings } = context;
  const outcomes = new Map(last?.outcomes.map((outcome) => [outcome.portal, outcome]));
  const remembered = new Map(last?.remembered.map((outcome) => [outcome.portal, outcome]));
  const known = (portal: string) => outcomes.get(portal) ?? remembered.get(portal);
  const watch = watchPolicy(policy, state, context);
  try {
    const treated = await treatPolicy({
      targets,
      conflicts: state.conflicts,
      last: outcomes,
      remembered,
      isSameMeaning: last?.meaning === policyMeaning(round.policy),
      now: context.clock.date,
      onlyUndone,
      openTreatment: (portals) => openTreatment(policy, portals, known, context),
      writes: !settings.paused,
      examines: context.trigger === 'tick',
      guard: {
        guard: stricterGuard(guard, settings.guard, targets.length),
        portals: targets.length,
        approve,
      },
      concurrency: settings.concurrency,
      stopReason: () => (context.isOutOfTime() ? interrupted() : watch.superseded()),
      onOutcome: (outcome) => context.onOutcome(policy, version, outcome),
    });
    return { ...treated, isSuperseded: watch.superseded() !== undefined, failure: undefined };
  } catch (error) {
    if (!(error instanceof KeysUnreadableError)) throw error;
    return { ...NOT_TREATED, totals: { ...NO_TOTALS, portals: targets.length }, failure: error };
  } finally {
    await watch.end();
  }
}

// --- internal ---

/** While the deployment is paused, portals get clients that can't write. */
async function openTreatment(
  policy: string,
  names: readonly string[],
  known: (portal: string) => StoredOutcome | undefined,
  { trigger, settings, portals, clock, keysFor }: RoundContext,
): Promise<Treatment> {
  const options = {
    keys: await keysFor(policy)(names),
    hosts: { allowedHosts: settings.allowedHosts, insecureLoopback: settings.insecureLoopback },
    destinations: settings.allowedDestinations,
    clock,
    timezoneOf: (portal: string) => known(portal)?.observed?.timezone ?? undefined,
    ...(trigger === 'tick' && { examine: examineWith(known, settings.graceHours, clock) }),
  };
  return settings.paused
    ? planTreatment(options, portals.openReader)
    : applyTreatment(options, portals.openWriter);
}

/** With what the portal said before: it is asked seldom. */
function examineWith(
  known: (portal: string) => StoredOutcome | undefined,
  graceHours: number,
  clock: Clock,
): Examine {
  return async (portal, target, found, heard) => {
    const { observed, since } = known(target.portal) ?? {};
    const examination = await examinePortal(portal, target, found, heard ?? observed, clock.date());
    return { ...examination, graceHours, ...(since !== undefined && { since: new Date(since) }) };
  };
}
