import type { PortalOutcome } from '../model/outcome.ts';
import type { ChangeToMake } from '../model/planned-change.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import { UNKNOWN_PROTECTION } from '../model/protection.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import type { Writable } from '../model/writable.ts';
import { judgeObserved } from '../protection/judge-observed.ts';
import { observePortal } from '../protection/observe-portal.ts';
import { decideWrite, type Heard, type ReadPortal, type WriteDecision } from './decide-write.ts';
import { type End, outcomeOfVisit, type Told } from './outcome-of-visit.ts';
import { settleHour } from './settle-hour.ts';
import { notShownError, unverifiedWrite } from './unverified-writes.ts';
import type { Written } from './write-schedule.ts';

/** What came of one portal's turn. */
export type Treated = {
  readonly outcome: PortalOutcome;
  /** What would change, or was changed, on a portal that the policy may change. */
  readonly change?: ChangeToMake;
  /** Not written yet, as the gate said. */
  readonly isHeld: boolean;
  /** What is known of the portal now, where that is not what was known before. */
  readonly observed?: Observed;
  /** What it said, for its second visit in this run. */
  readonly heard?: Heard;
};

/** What became of a planned change: what a write came to, `planned`, `hold`, or why it was not written. */
export type Act<Client> = (
  portal: Client,
  change: ChangeToMake,
) => Promise<Written | 'planned' | 'hold' | PortalError>;

export type Visit<Client> = Omit<ReadPortal, 'current' | 'lastBackup' | 'now'> & {
  readonly clock: Clock;
  readonly act: Act<Client>;
  /** Stands for the key that asks. */
  readonly keyMark: string;
  /** How much later than its slot a backup may be there. Hours. */
  readonly graceHours: number;
};

/**
 * One portal's turn: read, decide, write what is to be written, and only then ask what a tick or an audit wants to know
 * besides: it must not take the time that the write needs.
 * @throws PortalError where the portal can't be read
 */
export async function visitPortal<Client extends PortalReader>(
  portal: Client,
  visit: Visit<Client>,
): Promise<Treated> {
  const current = await portal.readSchedule(visit.target.dump);
  const read = await settleHour(portal, readOf(visit, current, portal.lastBackup()));
  const { target } = read;
  const decision = await decideWrite(portal, read);
  const { heard, effect } = decision;
  const runsAtOnce = decision.plan.warnings.some(({ code }) => code === 'RUNS_AT_ONCE');
  const change = effect && {
    portal: target.portal,
    current,
    wanted: target.schedule,
    effect,
    runsAtOnce,
  };
  const end =
    change && !decision.stop
      ? await carryOut(portal, visit.act, read, change, heard.observed)
      : untouched(decision);
  const told = await tellProtection(portal, visit, read, end, heard);
  const { observed } = told;
  const treated: Writable<Treated> = {
    outcome: outcomeOfVisit(read, decision, end, told, portal.usage()),
    isHeld: end.status === 'hold',
    heard: { ...read.heard, observed, asked: heard.asked },
  };
  if (change && target.mode === 'enforce' && end.mayCount) treated.change = change;
  if (observed !== visit.recalled.observed && Object.keys(observed).length > 0) treated.observed = observed;
  return treated;

  function untouched({ stop }: WriteDecision): End {
    const status = stop?.status ?? 'done';
    return { status, error: stop?.error, mayCount: false, shows: read, observed: heard.observed };
  }
}

// --- internal ---

function readOf<Client>(
  { target, occasion, isUnattended, recalled, heard, clock }: Visit<Client>,
  current: BackupSchedule | undefined,
  lastBackup: Date | undefined,
): ReadPortal {
  return { target, current, lastBackup, now: clock.date(), occasion, isUnattended, recalled, heard };
}

async function carryOut<Client extends PortalReader>(
  portal: Client,
  act: Act<Client>,
  { target, current, lastBackup, now, recalled }: ReadPortal,
  change: ChangeToMake,
  observed: Observed,
): Promise<End> {
  const end = { error: undefined, mayCount: true, shows: { current, lastBackup }, observed };
  let result: Awaited<ReturnType<Act<Client>>>;
  try {
    result = await act(portal, change);
  } catch (error) {
    return { ...end, status: 'failed', error, mayCount: false };
  }
  if (result === 'planned' || result === 'hold') return { ...end, status: result };
  if (result instanceof PortalError) return { ...end, status: 'skipped', error: result };
  const seen = afterWrite(observed, recalled.isSameTarget ? now : undefined);
  if (result.kind === 'proven') return { ...end, status: 'done', isWritten: true, observed: seen };
  return {
    ...end,
    ...{ status: 'failed', error: notShownError(), mayCount: false },
    shows: { current: result.shown, lastBackup: portal.lastBackup() },
    observed: { ...seen, unverified: unverifiedWrite(target.schedule, result.shown, now) },
  };
}

/**
 * What is known of a portal that took a write.
 * @param writtenAt where it is to be remembered: what is new is held to its slots from now on anyway
 */
function afterWrite(observed: Observed, writtenAt: Date | undefined): Observed {
  if (!observed.unverified && !writtenAt) return observed;
  const { unverified: _, ...rest } = observed;
  return writtenAt ? { ...rest, writtenAt: writtenAt.toISOString() } : rest;
}

/** What ticks and audits ask and tell of a portal. */
async function tellProtection<Client>(
  portal: PortalReader,
  visit: Visit<Client>,
  read: ReadPortal,
  end: End,
  { asked }: Heard,
): Promise<Told> {
  const { occasion, keyMark, recalled, graceHours } = visit;
  const { target } = read;
  if (occasion === 'change') return { observed: end.observed, warnings: [] };
  if (isUnauthorized(end.error)) {
    return { observed: end.observed, protection: UNKNOWN_PROTECTION, warnings: [] };
  }
  const wanted = target.schedule;
  const isOfInterest = read.current !== undefined || wanted !== undefined;
  const { settings } = asked;
  const { lastBackup, now } = read;
  const question = { portal, dump: target.dump, isOfInterest, lastBackup, keyMark, settings, now };
  const seen = await observePortal(question, end.observed);
  // A write makes the portal forget its runs: it is not asked again for that.
  const says = portal.lastBackup()?.toISOString() ?? null;
  const observed = seen.lastBackup === undefined ? seen : { ...seen, lastBackup: says };
  const { since, isSameTarget } = recalled;
  const isWritten = end.isWritten === true;
  return {
    observed,
    ...judgeObserved(observed, {
      ...{ wanted, ...end.shows, isWritten, since, isSameTarget, graceHours, now },
    }),
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof PortalError && error.code === 'UNAUTHORIZED';
}
