import type { DestinationRules } from '../model/destination-rules.ts';
import { checkHost, type HostRules } from '../model/host-rules.ts';
import type { PortalOutcome, Status } from '../model/outcome.ts';
import type { ChangeToMake } from '../model/planned-change.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup, PortalKey } from '../model/portal-key.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PortalReader, PortalWriter } from '../model/ports/portals.ts';
import { UNKNOWN_PROTECTION } from '../model/protection.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import type { Examination, Examine } from '../protection/examine-portal.ts';
import { judgeAfterWrite, judgeProtection } from '../protection/judge-protection.ts';
import { applyPlan } from './apply-plan.ts';
import { checkDestination } from './check-destination.ts';
import { effectOf } from './classify-effect.ts';
import { failedOutcome, toOutcomeError, withUsage } from './outcomes.ts';
import { type PortalPlan, planPortal } from './plan-portal.ts';
import { redactPlan } from './redact-plan.ts';

/**
 * Does to one portal what a run is there for. Never throws: a portal's failure is its outcome.
 * `known` is what the portal said of itself in this very run, so that it is not asked twice.
 */
export type Treatment = (target: PortalTarget, gate: Gate, known?: Observed) => Promise<Treated>;

export type Treated = {
  readonly outcome: PortalOutcome;
  /** What would change, or was changed, on a portal that the policy may change. */
  readonly change?: ChangeToMake;
  /** Not written yet, as the gate said. */
  readonly isHeld: boolean;
  /** What the portal said of itself, where it was asked. */
  readonly observed?: Observed;
};

/** Asked before a write: `write` it, `hold` it until the whole run is known, or why it must not be written. */
export type Gate = (change: ChangeToMake) => 'write' | 'hold' | PortalError;

export type TreatmentOptions = {
  readonly keys: KeyLookup;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
  readonly clock: Clock;
  /** Asks each portal for more than its schedule; only ticks and audits do. */
  readonly examine?: Examine;
  /** A portal's time zone, as far as it is known without asking. */
  readonly timezoneOf?: (portal: string) => string | undefined;
};

/** Reads and plans, and says what an apply would hold. The client it is given can't write. */
export function planTreatment(
  options: TreatmentOptions,
  openReader: (key: PortalKey) => PortalReader,
): Treatment {
  return (target, gate, known) =>
    treat(target, known, options, openReader, async (_, change) =>
      gate(change) === 'hold' ? 'hold' : 'planned',
    );
}

/** Reads, plans and applies what the gate lets through; a target with `mode: detect` is only planned. */
export function applyTreatment(
  options: TreatmentOptions,
  openWriter: (key: PortalKey) => PortalWriter,
): Treatment {
  return (target, gate, known) => {
    if (target.mode === 'detect') return treat(target, known, options, openWriter, PLAN_ONLY);
    return treat(target, known, options, openWriter, async (portal, change) => {
      const decision = gate(change);
      if (decision !== 'write') return decision;
      await applyPlan(target, portal);
      return 'done';
    });
  };
}

// --- internal ---

const PLAN_ONLY = async () => 'planned' as const;

/** What became of a planned change: a status, `hold`, or why it was not written. */
type Act<Client> = (
  portal: Client,
  change: ChangeToMake,
) => Promise<'planned' | 'done' | 'hold' | PortalError>;

async function treat<Client extends PortalReader>(
  target: PortalTarget,
  known: Observed | undefined,
  options: TreatmentOptions,
  open: (key: PortalKey) => Client,
  act: Act<Client>,
): Promise<Treated> {
  const { keys } = options;
  let key: PortalKey;
  try {
    checkDestination(target, options.destinations);
    key = await keys.keyOf(target.portal);
  } catch (error) {
    return {
      outcome: { ...failedOutcome(target.portal, error), ...unknownIf(options.examine) },
      isHeld: false,
    };
  }
  const first = await treatWithKey(target, known, key, options, open, act);
  if (first.outcome.error?.code !== 'UNAUTHORIZED' || !keys.refresh) return first;

  // The key may have been rotated since it was read: once more, if another one is there now.
  const fresh = await keys.refresh(target.portal).catch(() => key);
  if (fresh.apiKey === key.apiKey && fresh.origin === key.origin) return first;
  const second = await treatWithKey(target, first.observed ?? known, fresh, options, open, act);
  return { ...second, outcome: withUsage(second.outcome, first.outcome) };
}

async function treatWithKey<Client extends PortalReader>(
  target: PortalTarget,
  known: Observed | undefined,
  key: PortalKey,
  { hosts, clock, examine, timezoneOf }: TreatmentOptions,
  open: (key: PortalKey) => Client,
  act: Act<Client>,
): Promise<Treated> {
  const name = target.portal;
  let portal: Client | undefined;
  let told: Told | undefined;
  let examined: Examination | undefined;
  try {
    checkHost(key.origin, hosts);
    portal = open(key);
    const current = await portal.readSchedule(target.dump);
    const now = clock.date();
    examined = await examine?.(portal, target, current ? 'schedule' : 'none', known);
    const observed = examined && { observed: examined.observed };
    const timezone = examined?.timezone ?? timezoneOf?.(name);
    const plan = redactPlan(planPortal(target, current, clock.date(), timezone), portal.redact);
    const warnings = [...plan.warnings, ...(examined?.warnings ?? [])];
    const judged =
      examined && judgeProtection({ lastBackup: portal.lastBackup(), now, ...examined, schedule: current });
    const protection = judged && { protection: judged };
    if (plan.action === 'none') {
      const outcome: PortalOutcome = {
        portal: name,
        ...plan,
        warnings,
        ...protection,
        status: 'done',
        ...portal.usage(),
      };
      return { outcome, isHeld: false, ...observed };
    }

    const change = changeOf(target, current, plan);
    told = { ...plan, warnings, effect: change.effect, ...protection };
    const result = await act(portal, change);
    const status: Status = result === 'hold' ? 'planned' : result instanceof PortalError ? 'skipped' : result;
    const error = result instanceof PortalError && { error: toOutcomeError(result) };
    const after = examined &&
      judged &&
      status === 'done' && {
        protection: judgeAfterWrite({ ...examined, schedule: target.schedule, now }, judged),
      };
    const outcome: PortalOutcome = { portal: name, ...told, ...after, status, ...error, ...portal.usage() };
    return { outcome, isHeld: result === 'hold', ...observed, ...(target.mode === 'enforce' && { change }) };
  } catch (error) {
    if (portal && examine && !examined && isForbidden(error)) {
      examined = await examine(portal, target, 'refused', known).catch(() => undefined);
    }
    const failed = failedOutcome(name, error, portal?.usage());
    const unread = { ...unknownIf(examine), warnings: examined?.warnings ?? [] };
    return {
      outcome: { ...failed, ...(told ?? unread) },
      isHeld: false,
      ...(examined && { observed: examined.observed }),
    };
  } finally {
    portal?.close();
  }
}

type Told = Pick<PortalOutcome, 'action' | 'changes' | 'warnings' | 'effect' | 'protection'>;

/** The portal's own word on a key that it knows and refuses tells a foreign scope from a broken key. */
function isForbidden(error: unknown): boolean {
  return error instanceof PortalError && error.code === 'FORBIDDEN';
}

/** A portal that could not be read is never counted as protected. */
function unknownIf(examine: Examine | undefined): Pick<PortalOutcome, 'protection'> {
  return examine ? { protection: UNKNOWN_PROTECTION } : {};
}

function changeOf(
  { portal, schedule }: PortalTarget,
  current: BackupSchedule | undefined,
  plan: PortalPlan,
): ChangeToMake {
  const runsAtOnce = plan.warnings.some(({ code }) => code === 'RUNS_AT_ONCE');
  return { portal, current, wanted: schedule, effect: effectOf(current, schedule), runsAtOnce };
}
