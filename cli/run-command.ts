import type { Portals } from '../functions/adapters/docspace/open-portals.ts';
import type { Clock } from '../functions/model/clock.ts';
import type { DestinationRules } from '../functions/model/destination-rules.ts';
import type { HostRules } from '../functions/model/host-rules.ts';
import { type KeyLookup, type KeySource, KeysUnreadableError } from '../functions/model/portal-key.ts';
import { type Assignment, interrupted, reconcile } from '../functions/steps/reconcile.ts';
import { applyTreatment, planTreatment, type Treatment } from '../functions/steps/treat-portal.ts';
import type { Command } from './arguments.ts';
import type { LoadedPolicy } from './load-policies.ts';
import type { ExitCode, Reporter, RunError } from './reporter.ts';
import { openRunBook, type RunBook } from './run-book.ts';
import { selectPortals } from './select-portals.ts';

/** What a run needs of the world. */
export type RunContext = {
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Once aborted, no new portal starts. */
  readonly stop: AbortSignal;
  /** @throws KeysUnreadableError */
  readonly openAccess: () => Promise<Access>;
};

/** The portals, the keys to them, and where keys and backups may go. */
export type Access = {
  readonly portals: Portals;
  readonly keys: KeySource;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
};

/** Runs `validate`, `plan` or `apply` over policies that were loaded, and gives the exit code. */
export async function runCommand(
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
  const error = startsPortals ? await treatAll(command, assignments, context, book) : unknown;
  book.close();

  const exitCode = error || invalid ? 1 : book.exitCode();
  reporter.end({ finishedAt: clock.date(), exitCode, ...(error && { error }) });
  return exitCode;
}

// --- internal ---

/** @returns the run's own error, if it could not start */
async function treatAll(
  command: Command,
  assignments: readonly Assignment[],
  { reporter, clock, stop, openAccess }: RunContext,
  book: RunBook,
): Promise<RunError | undefined> {
  const names = assignments.filter(({ refusal }) => !refusal).map(({ target }) => target.portal);
  let access: Access;
  let lookup: KeyLookup;
  try {
    access = await openAccess();
    lookup = await access.keys(names);
  } catch (error) {
    if (error instanceof KeysUnreadableError) return { code: error.code, message: error.message };
    throw error;
  }
  const { portals, hosts, destinations } = access;
  const options = { keys: lookup, hosts, destinations, clock };
  const treatment =
    command.verb === 'apply'
      ? applyTreatment(options, portals.openWriter)
      : planTreatment(options, portals.openReader);
  try {
    await reconcile({
      assignments,
      treatment: counting(treatment, reporter),
      concurrency: command.concurrency,
      stopReason: () => (stop.aborted ? interrupted() : undefined),
      onOutcome: book.enter,
    });
  } finally {
    portals.close();
  }
  return undefined;
}

function counting(treatment: Treatment, reporter: Reporter): Treatment {
  let done = 0;
  return async (target) => {
    const outcome = await treatment(target);
    reporter.progress(++done);
    return outcome;
  };
}
