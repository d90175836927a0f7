import type { PortalReader, PortalWriter, Usage } from '../adapters/docspace/portal-client.ts';
import type { Clock } from '../model/clock.ts';
import { type DestinationRules, destinationOf, isAllowedDestination } from '../model/destination-rules.ts';
import { checkHost, type HostRules } from '../model/host-rules.ts';
import type { OutcomeError, PortalOutcome } from '../model/outcome.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup, PortalKey } from '../model/portal-key.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import { applyPlan } from './apply-plan.ts';
import { type PortalPlan, planPortal } from './plan-portal.ts';

/** Does to one portal what a run is there for. Never throws: a portal's failure is its outcome. */
export type Treatment = (target: PortalTarget) => Promise<PortalOutcome>;

export type TreatmentOptions = {
  readonly keys: KeyLookup;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
  readonly clock: Clock;
};

/** Reads and plans. The client it is given can't write. */
export function planTreatment(
  options: TreatmentOptions,
  openReader: (key: PortalKey) => PortalReader,
): Treatment {
  return (target) => treat(target, options, openReader, async () => 'planned');
}

/** Reads, plans and applies; a target with `mode: detect` is only planned. */
export function applyTreatment(
  options: TreatmentOptions,
  openWriter: (key: PortalKey) => PortalWriter,
): Treatment {
  const planOnly = planTreatment(options, openWriter);
  return (target) => {
    if (target.mode === 'detect') return planOnly(target);
    return treat(target, options, openWriter, async (portal) => {
      await applyPlan(target, portal);
      return 'done';
    });
  };
}

/** The outcome of a portal that was not treated, and why. */
export function skippedOutcome(portal: string, error: PortalError): PortalOutcome {
  return {
    portal,
    action: null,
    status: 'skipped',
    changes: [],
    warnings: [],
    error: toOutcomeError(error),
    requests: 0,
    attempts: 0,
  };
}

// --- internal ---

const NOT_USED = { requests: 0, attempts: 0 };

async function treat<Client extends PortalReader>(
  target: PortalTarget,
  options: TreatmentOptions,
  open: (key: PortalKey) => Client,
  act: (portal: Client) => Promise<'planned' | 'done'>,
): Promise<PortalOutcome> {
  const { keys } = options;
  let key: PortalKey;
  try {
    checkDestination(target, options.destinations);
    key = await keys.keyOf(target.portal);
  } catch (error) {
    return failedOutcome(target.portal, error, NOT_USED);
  }
  const outcome = await treatWithKey(target, key, options, open, act);
  if (outcome.error?.code !== 'UNAUTHORIZED' || !keys.refresh) return outcome;

  // The key may have been rotated since it was read: once more, if another one is there now.
  const fresh = await keys.refresh(target.portal).catch(() => key);
  if (fresh.apiKey === key.apiKey && fresh.origin === key.origin) return outcome;
  const second = await treatWithKey(target, fresh, options, open, act);
  const requests = outcome.requests + second.requests;
  return { ...second, requests, attempts: Math.max(outcome.attempts, second.attempts) };
}

async function treatWithKey<Client extends PortalReader>(
  target: PortalTarget,
  key: PortalKey,
  { hosts, clock }: TreatmentOptions,
  open: (key: PortalKey) => Client,
  act: (portal: Client) => Promise<'planned' | 'done'>,
): Promise<PortalOutcome> {
  let portal: Client | undefined;
  let plan: PortalPlan = NO_PLAN;
  try {
    checkHost(key.origin, hosts);
    portal = open(key);
    plan = redacted(planPortal(target, await portal.readSchedule(target.dump), clock.date()), portal.redact);
    const status = plan.action === 'none' ? 'done' : await act(portal);
    return { portal: target.portal, ...plan, status, ...portal.usage() };
  } catch (error) {
    const failed = failedOutcome(target.portal, error, portal?.usage() ?? NOT_USED);
    return plan === NO_PLAN ? failed : { ...failed, ...plan };
  } finally {
    portal?.close();
  }
}

function failedOutcome(portal: string, error: unknown, usage: Usage): PortalOutcome {
  return {
    portal,
    action: null,
    status: 'failed',
    changes: [],
    warnings: [],
    error: toOutcomeError(error),
    ...usage,
  };
}

const NO_PLAN: PortalPlan = { action: 'none', changes: [], warnings: [] };

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

function toOutcomeError(error: unknown): OutcomeError {
  if (error instanceof PortalError) {
    const { code, message, httpStatus, retryable } = error;
    return { code, message, ...(httpStatus !== undefined && { httpStatus }), retryable };
  }
  // A mistake of ours: told by its name alone, since its text may hold anything.
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: 'INTERNAL_ERROR',
    message: `a mistake in policy-sync (${name}): please report it`,
    retryable: false,
  };
}
