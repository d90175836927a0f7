import type { PortalOutcome, PortalWarning, Status } from '../model/outcome.ts';
import type { Observed } from '../model/portal-memory.ts';
import type { Usage } from '../model/ports/portals.ts';
import type { Protection } from '../model/protection.ts';
import type { Writable } from '../model/writable.ts';
import { firstRun } from '../protection/first-run.ts';
import { notRunningWarning } from '../protection/schedule-warnings.ts';
import type { ReadPortal, WriteDecision } from './decide-write.ts';
import { errorMembers } from './outcomes.ts';

/** How a portal's turn ended. */
export type End = {
  readonly status: Status | 'hold';
  readonly error: unknown;
  /** Whether its change counts for the guards. */
  readonly mayCount: boolean;
  /** What the portal holds now, and when the server last ran that. */
  readonly shows: Pick<ReadPortal, 'current' | 'lastBackup'>;
  readonly isWritten?: boolean;
  readonly observed: Observed;
};

/** What was found out about its protection. */
export type Told = {
  readonly observed: Observed;
  readonly protection?: Protection;
  readonly warnings: readonly PortalWarning[];
};

/** What is told of a portal that was read. */
export function outcomeOfVisit(
  { target, current, lastBackup, now, recalled }: ReadPortal,
  decision: WriteDecision,
  end: End,
  { observed, protection, warnings }: Told,
  usage: Usage,
): PortalOutcome {
  const { plan, effect } = decision;
  const timezone = observed.timezone ?? undefined;
  const first = target.schedule && effect && firstRun(target.schedule, now, timezone);
  const never =
    current && plan.action === 'none'
      ? notRunningWarning({ schedule: current, lastBackup, since: recalled.since, timezone, now })
      : [];
  const outcome: Writable<Omit<PortalOutcome, keyof Usage>> = {
    portal: target.portal,
    action: plan.action,
    status: end.status === 'hold' ? 'planned' : end.status,
    changes: plan.changes,
    warnings: [...decision.warnings, ...never, ...warnings],
  };
  if (effect) outcome.effect = effect;
  if (target.mode === 'detect') outcome.mode = target.mode;
  if (first !== undefined) outcome.firstRun = first?.toISOString() ?? null;
  if (protection) outcome.protection = protection;
  if (end.error !== undefined) Object.assign(outcome, errorMembers(end.error));
  return Object.assign(outcome, usage);
}
