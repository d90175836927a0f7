import type { Effect } from '../model/effect.ts';
import type { PortalWarning } from '../model/outcome.ts';
import type { Observed, Recalled } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { answerOf } from '../protection/answer-of.ts';
import { zoneOf } from '../protection/first-run.ts';
import { withSettings } from '../protection/observe-portal.ts';
import { quotaWarnings } from '../protection/quota-warnings.ts';
import { checkQuota } from './check-quota.ts';
import { type Asked, checkWrite, type WriteCheck } from './check-write.ts';
import { effectOf } from './classify-effect.ts';
import { type PortalPlan, planPortal } from './plan-portal.ts';
import { redactPlan } from './redact-plan.ts';
import { repeatedWriteError } from './unverified-writes.ts';

/** Why portals are visited: for a change that somebody asks for now, by the clock, or to see who is protected. */
export type Occasion = 'change' | 'tick' | 'audit';

/** A portal that was read. */
export type ReadPortal = {
  readonly target: PortalTarget;
  readonly current: BackupSchedule | undefined;
  /** When the server last ran that; `undefined`: never. */
  readonly lastBackup: Date | undefined;
  readonly now: Date;
  readonly occasion: Occasion;
  /** Whether a difference would be written without anybody asking for it now: the policy says what it said. */
  readonly isUnattended: boolean;
  readonly recalled: Recalled;
  /** What the portal said in this very run. */
  readonly heard: Heard | undefined;
};

/** What a portal said in a run: its second visit does not ask for it again. */
export type Heard = {
  readonly observed: Observed;
  readonly asked: Asked;
  /** The hour that was settled for what is to be written. */
  readonly hour?: number;
};

/** What is to happen on a portal. */
export type WriteDecision = {
  readonly plan: PortalPlan;
  /** With those of the plan. */
  readonly warnings: readonly PortalWarning[];
  /** Where something differs. */
  readonly effect?: Effect;
  /** Why what differs is not to be written. */
  readonly stop?: { readonly status: 'failed' | 'skipped'; readonly error: unknown };
  readonly heard: Heard;
};

/**
 * Plans, and asks what decides whether the plan would harm. Nothing is written here.
 *
 * What was sent already and did not show is not sent again by a tick, and so not asked about. An audit only tells what
 * differs: it asks nothing for a write that it does not make.
 */
export async function decideWrite(portal: PortalReader, read: ReadPortal): Promise<WriteDecision> {
  const { target, current, lastBackup, now, occasion } = read;
  const memory = read.heard?.observed ?? read.recalled.observed ?? {};
  const known = memory.timezone ?? undefined;
  const plan = planIn(known, portal, read);
  const heard = { observed: memory, asked: read.heard?.asked ?? {} };
  if (plan.action === 'none') return { plan, warnings: plan.warnings, heard: forgetUnverified(heard) };

  const effect = effectOf(current, target.schedule);
  const planned = { plan, warnings: plan.warnings, effect, heard };
  const repeated = read.isUnattended ? repeatedWriteError(memory, target.schedule, current, now) : undefined;
  if (repeated) return { ...planned, stop: { status: 'failed', error: repeated } };
  if (occasion === 'audit') return planned;
  let check: WriteCheck;
  try {
    check = await checkWrite(portal, { target, current, lastBackup, timezone: known, now }, heard.asked);
  } catch (error) {
    return { ...planned, stop: { status: 'failed', error } };
  }
  const isWeaker = check.isLateAllowed && effect !== 'remove';
  const checked = withCheck(isWeaker ? { ...planned, effect: 'weaken' } : planned, check, portal, read);
  if (check.refusal) return { ...checked, stop: { status: 'skipped', error: check.refusal } };
  return read.isUnattended && plan.action === 'create' && read.recalled.wasInPlace
    ? beforePuttingBack(checked, portal, now)
    : checked;
}

// --- internal ---

function planIn(timezone: string | undefined, portal: PortalReader, read: ReadPortal): PortalPlan {
  const { target, current, now } = read;
  const zone = target.schedule ? zoneOf(target.schedule, timezone) : timezone;
  return redactPlan(planPortal(target, current, now, zone), portal.redact);
}

/** As wanted: whatever was not shown once is shown now. */
function forgetUnverified({ observed, asked }: Heard): Heard {
  if (!observed.unverified) return { observed, asked };
  const { unverified: _, ...rest } = observed;
  return { observed: rest, asked };
}

/** What is known of the zone now makes the plan exact; what is known of the quota is told of a write. */
function withCheck(
  planned: WriteDecision & { readonly effect: Effect },
  check: WriteCheck,
  portal: PortalReader,
  read: ReadPortal,
): WriteDecision {
  const { asked, timezone } = check;
  const { observed } = planned.heard;
  const { settings } = asked;
  const plan = timezone === observed.timezone ? planned.plan : planIn(timezone, portal, read);
  const { schedule } = read.target;
  const quota = schedule && read.occasion === 'change' ? observed.quota : undefined;
  const costs = schedule && quota ? quotaWarnings(schedule.cronParams, quota) : [];
  return {
    plan,
    effect: planned.effect,
    warnings: [...plan.warnings, ...check.warnings, ...costs],
    heard: {
      observed: settings && 'value' in settings ? withSettings(observed, settings.value) : observed,
      asked,
    },
  };
}

/** A schedule that was there and is gone: somebody deleted it, or the server did by its own billing rule. */
async function beforePuttingBack(
  checked: WriteDecision,
  portal: PortalReader,
  now: Date,
): Promise<WriteDecision> {
  let { observed, asked } = checked.heard;
  if (observed.standalone === undefined && !asked.settings) {
    const settings = await answerOf(portal.readSettings());
    if (settings) {
      observed = withSettings(observed, settings);
      asked = { ...asked, settings: { value: settings } };
    }
  }
  const { refusal, ...seen } = await checkQuota(portal, observed, now);
  const heard = { observed: seen.observed, asked };
  return { ...checked, heard, ...(refusal && { stop: { status: 'skipped', error: refusal } }) };
}
