import type { PortalReader, PortalWriter } from '../adapters/docspace/portal-client.ts';
import type { Clock } from '../model/clock.ts';
import { type DestinationRules, destinationOf, isAllowedDestination } from '../model/destination-rules.ts';
import { checkHost, type HostRules } from '../model/host-rules.ts';
import type { PortalOutcome, Status } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup, PortalKey } from '../model/portal-key.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import { UNKNOWN_PROTECTION } from '../model/protection.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { applyPlan } from './apply-plan.ts';
import type { PlannedChange } from './change-digest.ts';
import type { HeldChange } from './check-guards.ts';
import { effectOf } from './classify-effect.ts';
import type { Examine } from './examine-portal.ts';
import { judgeProtection } from './judge-protection.ts';
import { failedOutcome, toOutcomeError, withUsage } from './outcomes.ts';
import { type PortalPlan, planPortal } from './plan-portal.ts';

/** Does to one portal what a run is there for. Never throws: a portal's failure is its outcome. */
export type Treatment = (target: PortalTarget, gate: Gate) => Promise<Treated>;

export type Treated = {
  readonly outcome: PortalOutcome;
  /** What would change, or was changed, on a portal that the policy may change. */
  readonly change?: ChangeToMake;
  /** Not written yet, as the gate said. */
  readonly isHeld: boolean;
  /** What the portal said of itself, where it was asked. */
  readonly observed?: Observed;
};

/** A planned change: what guards ask of it, and what an approval covers. */
export type ChangeToMake = HeldChange & PlannedChange;

/** Asked before a write: `write` it, `hold` it until the whole run is known, or why it must not be written. */
export type Gate = (change: ChangeToMake) => 'write' | 'hold' | PortalError;

export type TreatmentOptions = {
  readonly keys: KeyLookup;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
  readonly clock: Clock;
  /** Asks each portal for more than its schedule; only ticks and audits do. */
  readonly examine?: Examine;
};

/** Reads and plans, and says what an apply would hold. The client it is given can't write. */
export function planTreatment(
  options: TreatmentOptions,
  openReader: (key: PortalKey) => PortalReader,
): Treatment {
  return (target, gate) =>
    treat(target, options, openReader, async (_, change) => (gate(change) === 'hold' ? 'hold' : 'planned'));
}

/** Reads, plans and applies what the gate lets through; a target with `mode: detect` is only planned. */
export function applyTreatment(
  options: TreatmentOptions,
  openWriter: (key: PortalKey) => PortalWriter,
): Treatment {
  return (target, gate) => {
    if (target.mode === 'detect') return treat(target, options, openWriter, PLAN_ONLY);
    return treat(target, options, openWriter, async (portal, change) => {
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
  const first = await treatWithKey(target, key, options, open, act);
  if (first.outcome.error?.code !== 'UNAUTHORIZED' || !keys.refresh) return first;

  // The key may have been rotated since it was read: once more, if another one is there now.
  const fresh = await keys.refresh(target.portal).catch(() => key);
  if (fresh.apiKey === key.apiKey && fresh.origin === key.origin) return first;
  const second = await treatWithKey(target, fresh, options, open, act);
  return { ...second, outcome: withUsage(second.outcome, first.outcome) };
}

async function treatWithKey<Client extends PortalReader>(
  target: PortalTarget,
  key: PortalKey,
  { hosts, clock, examine }: TreatmentOptions,
  open: (key: PortalKey) => Client,
  act: Act<Client>,
): Promise<Treated> {
  const name = target.portal;
  let portal: Client | undefined;
  let told: Told | undefined;
  try {
    checkHost(key.origin, hosts);
    portal = open(key);
    const current = await portal.readSchedule(target.dump);
    const evidence = { lastBackup: portal.lastBackup(), now: clock.date() };
    const examined = await examine?.(portal, target, current !== undefined);
    const observed = examined && { observed: examined.observed };
    const plan = redacted(planPortal(target, current, clock.date(), examined?.timezone), portal.redact);
    const warnings = [...plan.warnings, ...(examined?.warnings ?? [])];
    const protection = examined && {
      protection: judgeProtection({ ...evidence, ...examined, schedule: current }),
    };
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
    // A write resets what the server says of its last backup, and its slots count from now.
    const after = examined &&
      status === 'done' && {
        protection: judgeProtection({
          ...examined,
          schedule: target.schedule,
          lastBackup: undefined,
          now: evidence.now,
          since: evidence.now,
        }),
      };
    const outcome: PortalOutcome = { portal: name, ...told, ...after, status, ...error, ...portal.usage() };
    return { outcome, isHeld: result === 'hold', ...observed, ...(target.mode === 'enforce' && { change }) };
  } catch (error) {
    const failed = failedOutcome(name, error, portal?.usage());
    return { outcome: { ...failed, ...(told ?? unknownIf(examine)) }, isHeld: false };
  } finally {
    portal?.close();
  }
}

type Told = Pick<PortalOutcome, 'action' | 'changes' | 'warnings' | 'effect' | 'protection'>;

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

/** @throws PortalError DESTINATION_NOT_ALLOWED */
function checkDestination({ schedule }: PortalTarget, rules: DestinationRules): void {
  if (!schedule || isAllowedDestination(schedule, rules)) return;
  const destination = printable(destinationOf(schedule), 120);
  const message = `backups to ${destination} are not among the allowed destinations of this deployment`;
  throw new PortalError('DESTINATION_NOT_ALLOWED', message);
}

/** A portal may hold its own key in a setting, or somebody put it there: it is not repeated. */
function redacted(plan: PortalPlan, redact: (text: string) => string): PortalPlan {
  const clean = (value: string | number | null) =>
    typeof value === 'string' ? printable(redact(value), 500) : value;
  const changes = plan.changes.map(({ field, from, to }) => ({
    field: redact(field),
    from: clean(from),
    to,
  }));
  return { ...plan, changes };
}
