import { RunFailure } from '../../functions/model/run-failure.ts';
import type { Question } from '../request.ts';
import { openReports } from '../sources/open-reports.ts';
import type { ExitCode, RunError } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeStatus } from './describe-status.ts';
import type { QuestionContext } from './question-context.ts';
import { type PolicyStatus, readStatuses } from './read-statuses.ts';

/** Tells what the last report of each policy says; the exit code is 1 unless all are there and all are ok. */
export async function showStatus(
  { place, json }: Question & { kind: 'status' },
  { out, err, useColours, clock, openBucket }: QuestionContext,
): Promise<ExitCode> {
  const policies: PolicyStatus[] = [];
  let error: RunError | undefined;
  try {
    policies.push(...(await readStatuses(await openReports(place, openBucket), clock.date())));
    if (policies.length === 0) error = { code: 'NO_REPORTS', message: 'no policy has a report there' };
  } catch (problem) {
    if (!(problem instanceof RunFailure)) throw problem;
    error = { code: problem.code, message: problem.message };
  }
  const ok = error === undefined && policies.every((policy) => policy.ok);
  if (json) {
    out.write(`${JSON.stringify({ schema: 1, mode: 'status', policies, ok, ...(error && { error }) })}\n`);
  } else {
    const paint = colours(useColours && out.isTerminal);
    for (const policy of policies) out.write(`${describeStatus(policy, paint)}\n`);
    if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
  }
  return ok ? 0 : 1;
}
