import { AdoptionError, adoptPolicy, type Holding } from '../../functions/adopt/adopt-policy.ts';
import { readHoldings } from '../../functions/adopt/read-holdings.ts';
import { fitsPattern, isPattern } from '../../functions/model/name-pattern.ts';
import { printable } from '../../functions/model/printable.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import type { Question } from '../request.ts';
import type { Teams } from '../sources/load-policies.ts';
import type { ExitCode } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { progressBar } from '../words/progress-bar.ts';
import type { QuestionContext } from './question-context.ts';

/** Writes a policy of what the portals hold now to stdout, and what is not in it to stderr. Overwrites no file. */
export async function adoptFleet(
  question: Question & { kind: 'adopt' },
  context: QuestionContext,
): Promise<ExitCode> {
  const { out, err } = context;
  try {
    const { text, adopted, leftOut, willChange } = adoptPolicy(await readFleet(question, context));
    out.write(text);
    for (const { portal, reason } of leftOut)
      err.write(`policy-sync: not in the policy: ${printable(portal, 70)}: ${printable(reason, 300)}\n`);
    for (const { portal, reason } of willChange)
      err.write(`policy-sync: the policy will change ${printable(portal, 70)}: ${printable(reason, 300)}\n`);
    if (leftOut.length > 0)
      err.write(`policy-sync: ${adopted} of ${adopted + leftOut.length} schedules are in the policy\n`);
    return leftOut.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof RunFailure) err.write(`policy-sync: ${error.message} (${error.code})\n`);
    else if (error instanceof AdoptionError) err.write(`policy-sync: ${error.message}\n`);
    else throw error;
    return 1;
  }
}

// --- internal ---

/** @throws UsageError for a pattern that no name of the key file fits */
function namesOf(named: readonly string[], known: readonly string[]): readonly string[] {
  if (named.length === 0) return known;
  const fitting = named.map((one) =>
    isPattern(one) ? known.filter((name) => fitsPattern(name, one)) : [one],
  );
  const none = named.find((_, index) => fitting[index]?.length === 0);
  if (none !== undefined)
    throw new UsageError(`no name of the key file fits --portal ${printable(none, 70)}`, 'adopt');
  return [...new Set(fitting.flat())];
}

/** @throws RunFailure, UsageError */
async function readFleet(
  { keys: place, portals: named, concurrency }: Question & { kind: 'adopt' },
  { openAccess, teams, stop, err }: QuestionContext,
): Promise<Holding[]> {
  const { portals, keysFor, hosts } = await openAccess(place, concurrency);
  try {
    const team = place === 'aws' ? teamOf(named, teams()) : { portals: named };
    const keys = keysFor(team.prefix);
    const names = namesOf(team.portals, keys.names?.() ?? []);
    const bar = progressBar(err);
    const holdings = await readHoldings({
      portals: names,
      keys: await keys(names),
      hosts,
      openReader: portals.openReader,
      concurrency: portals.places ?? concurrency,
      isStopped: () => stop.aborted,
      onRead: (done) => bar.show(done, names.length),
    });
    bar.clear();
    return holdings;
  } finally {
    portals.close();
  }
}

/**
 * A team's portals are named as coverage tells them, `red/acme`: their secrets lie below the team's own prefix. A policy
 * is one team's.
 * @throws UsageError
 */
function teamOf(
  named: readonly string[],
  { teams }: Teams,
): { readonly prefix?: string; readonly portals: readonly string[] } {
  const [first = ''] = named;
  const [team = ''] = first.split('/');
  const prefix = first.includes('/') && Object.hasOwn(teams, team) ? teams[team] : undefined;
  if (prefix === undefined) {
    const stranger = named.find((portal) => portal.includes('/'));
    if (stranger === undefined) return { portals: named };
    throw new UsageError(
      `"${printable(stranger, 70)}" is in no team that TEAMS names, or not in that of the others`,
    );
  }
  const stranger = named.find((portal) => !portal.startsWith(`${team}/`));
  if (stranger !== undefined)
    throw new UsageError(
      `"${printable(stranger, 70)}" is not in the team ${team}: adopt the portals of one team at a time`,
    );
  return { prefix, portals: named.map((portal) => portal.slice(team.length + 1)) };
}
