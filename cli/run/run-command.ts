import { stricterGuard } from '../../functions/fleet/check-guards.ts';
import type { PolicyGuard } from '../../functions/fleet/judge-changes.ts';
import {
  type Assignment,
  interrupted,
  type PendingChange,
  reconcileFleet,
} from '../../functions/fleet/reconcile-fleet.ts';
import { NOTHING_SAID } from '../../functions/model/guard.ts';
import type { PortalError } from '../../functions/model/portal-error.ts';
import type { KeyLookup } from '../../functions/model/portal-key.ts';
import type { Policy } from '../../functions/model/portal-target.ts';
import type { Clock } from '../../functions/model/ports/clock.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import type { Occasion } from '../../functions/portal/decide-write.ts';
import { skippedOutcome } from '../../functions/portal/outcomes.ts';
import { applyTreatment, planTreatment } from '../../functions/portal/treat-portal.ts';
import type { Command } from '../request.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { ExitCode, RunError } from '../terminal.ts';
import type { Access } from '../world.ts';
import { bringSelected, hasSelectors } from './bring-selected.ts';
import { readKeys, withSamePortals } from './read-keys.ts';
import type { Reporter } from './reporter.ts';
import { openRunBook, type RunBook } from './run-book.ts';
import { selectPortals } from './select-portals.ts';
import type { RunWatch } from './watch-run.ts';

/** What a run needs of the world. */
export type RunContext = {
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Once aborted, no new portal starts. */
  readonly stop: AbortSignal;
  /** @throws RunFailure */
  readonly openAccess: () => Promise<Access>;
  /** Where somebody looks on. */
  readonly watch: RunWatch;
  /** Asked before the first write of an `apply`: why nothing may be written; missing where nobody is there to ask. */
  readonly confirm?: (
    pending: readonly PendingChange[],
    policies: readonly string[],
  ) => Promise<PortalError | undefined>;
};

/** Runs `validate`, `plan` or `apply` over policies that were loaded, and gives the exit code. */
export async function runCommand(
  command: Command,
  loaded: readonly LoadedPolicy[],
  context: RunContext,
): Promise<ExitCode> {
  const isValid = loaded.every(({ reading }) => reading.errors.length === 0);
  if (command.verb === 'validate' || !isValid || !hasSelectors(loaded))
    return runLoaded(command, loaded, context);
  context.watch.waitsFor('the keys');
  let access: Access | undefined;
  try {
    const opened = await context.openAccess();
    access = opened;
    const policies = await bringSelected(loaded, opened);
    const shared = { ...opened, portals: { ...opened.portals, close: () => {} } };
    return await runLoaded(command, policies, { ...context, openAccess: async () => shared });
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    return failCommand(command, error, context);
  } finally {
    access?.portals.close();
  }
}
/** Tells, in the form that was asked for, why nothing could be read at all. */
export function failCommand(
  { verb }: Command,
  { code, message }: RunFailure,
  { reporter, clock }: RunContext,
): ExitCode {
  reporter.begin({ verb, startedAt: clock.date(), portals: 0 });
  reporter.end({ finishedAt: clock.date(), exitCode: 1, error: { code, message } });
  return 1;
}

// --- internal ---

async function runLoaded(
  command: Command,
  policies: readonly LoadedPolicy[],
  context: RunContext,
): Promise<ExitCode> {
  const { reporter, clock } = context;
  const { assignments, unknown } = selectPortals(policies, command.portals);
  const invalid = policies.some(({ reading }) => reading.errors.length > 0);
  const counts = policies.map((_, index) => assignments.filter(({ policy }) => policy === index).length);
  const startsPortals = command.verb !== 'validate' && !invalid && unknown === undefined;

  reporter.begin({
    verb: command.verb,
    startedAt: clock.date(),
    portals: startsPortals ? assignments.length : 0,
  });
  const book = openRunBook(policies, reporter, counts);
  if (command.verb === 'validate') enterConflicts(assignments, book);
  const error = startsPortals ? await treatAll(command, policies, assignments, context, book) : unknown;
  book.close();

  const exitCode = error || invalid ? 1 : book.exitCode(command.verb);
  const load = command.verb === 'plan' || command.verb === 'audit' ? book.load() : undefined;
  reporter.end({ finishedAt: clock.date(), exitCode, ...(load && { load }), ...(error && { error }) });
  return exitCode;
}

/** Nothing is started, and still two policies must not both be called valid that claim one portal. */
function enterConflicts(assignments: readonly Assignment[], book: RunBook): void {
  for (const { policy, target, refusal } of assignments)
    if (refusal) book.enter(policy, skippedOutcome(target.portal, refusal));
}

/** @returns the run's own error, if it could not start */
async function treatAll(
  command: Command,
  policies: readonly LoadedPolicy[],
  assignments: readonly Assignment[],
  { clock, stop, openAccess, watch, confirm }: RunContext,
  book: RunBook,
): Promise<RunError | undefined> {
  let access: Access;
  let keys: readonly KeyLookup[];
  watch.waitsFor('the keys');
  try {
    access = await openAccess();
    keys = await readKeys(policies, assignments, access);
  } catch (error) {
    if (error instanceof RunFailure) return { code: error.code, message: error.message };
    throw error;
  }
  const { portals, hosts, destinations } = access;
  const { graceHours } = access;
  const occasion: Occasion = command.verb === 'audit' ? 'audit' : 'change';
  const options = { hosts, destinations, clock, occasion, graceHours, onWait: watch.onWait };
  const treatments = keys.map((lookup) =>
    watch.watched(
      command.verb === 'apply'
        ? applyTreatment({ ...options, keys: lookup }, portals.openWriter)
        : planTreatment({ ...options, keys: lookup }, portals.openReader),
      assignments.length,
    ),
  );
  try {
    await reconcileFleet({
      assignments: withSamePortals(policies, assignments, keys),
      treatments,
      writes: command.verb === 'apply',
      examines: command.verb === 'audit',
      guards: policies.map(({ reading }) => guardOf(reading.policy, access)),
      concurrency: portals.places ?? command.concurrency,
      stopReason: () => (stop.aborted ? interrupted() : undefined),
      ...(command.verb === 'apply' &&
        confirm && {
          confirm: (pending) =>
            confirm(
              pending,
              policies.map(({ policy }) => policy),
            ),
        }),
      onOutcome: book.enter,
      onGuard: book.guard,
    });
  } finally {
    portals.close();
  }
  return undefined;
}

/** The stricter of what the policy and the deployment say. */
function guardOf(policy: Policy | undefined, { guard: said, ignoresApprove }: Access): PolicyGuard {
  const portals = policy?.targets.length ?? 0;
  return {
    guard: stricterGuard(policy?.guard ?? NOTHING_SAID, said, portals),
    portals,
    approve: policy?.approve,
    ...(ignoresApprove && { approvals: new Set() }),
  };
}
