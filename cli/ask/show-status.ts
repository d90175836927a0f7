import { RunFailure } from '../../functions/model/run-failure.ts';
import type { Question } from '../request.ts';
import { openReports } from '../sources/open-reports.ts';
import type { ExitCode, RunError } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeMorning } from '../words/describe-morning.ts';
import { morningEntry } from '../words/morning.ts';
import { morningMarkdown } from '../words/morning-markdown.ts';
import { needEntry } from '../words/portal-need.ts';
import { describeStatus } from './describe-status.ts';
import type { QuestionContext } from './question-context.ts';
import { type PolicyLook, readStatuses } from './read-statuses.ts';
import { statusMorning } from './status-morning.ts';

/** Tells who needs somebody by the last report of each policy; the exit code is 1 where anybody is needed, or nothing is found. */
export async function showStatus(
  { place, output, verbose }: Question & { kind: 'status' },
  { out, err, useColours, clock, openBucket }: QuestionContext,
): Promise<ExitCode> {
  const now = clock.date();
  const looks: PolicyLook[] = [];
  let error: RunError | undefined;
  try {
    looks.push(...(await readStatuses(await openReports(place, openBucket), now)));
    if (looks.length === 0) error = { code: 'NO_REPORTS', message: 'no policy has a report there' };
  } catch (problem) {
    if (!(problem instanceof RunFailure)) throw problem;
    error = { code: problem.code, message: problem.message };
  }
  const morning = statusMorning(looks, now);
  const isNeeded = morning.needs.length > 0 || morning.problems.length > 0;
  const ok = error === undefined && !isNeeded && looks.every(({ status }) => status.ok);
  if (output === 'json') {
    const policies = looks.map(({ status }) => status);
    const needYou = morningEntry(morning, (need) => needEntry(need, now));
    const document = { schema: 1, mode: 'status', policies, needYou, ok, ...(error && { error }) };
    out.write(`${JSON.stringify(document)}\n`);
    return ok ? 0 : 1;
  }
  if (looks.length > 0 && output === 'markdown') {
    out.write(morningMarkdown('policy-sync status', morning, now));
  } else if (looks.length > 0) {
    const paint = colours(useColours);
    const lines = describeMorning(verbose ? { ...morning, policies: [] } : morning, {
      columns: out.columns,
      paint,
      now,
      isVerbose: verbose,
    });
    const whole = verbose ? ['', ...looks.map(({ status }) => describeStatus(status, now, paint))] : [];
    out.write(`${[...lines, ...whole].join('\n')}\n`);
  }
  if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
  return ok ? 0 : 1;
}
