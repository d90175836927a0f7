import { inOrder } from '../../functions/fleet/in-order.ts';
import { runBounded } from '../../functions/fleet/run-bounded.ts';
import { REPORTS } from '../../functions/model/policy-ref.ts';
import { readReport } from '../../functions/report/read-report.ts';
import { type ReportSummary, summariseReport } from '../../functions/report/summarise-report.ts';
import type { ExitCode, RunError } from '../run/reporter.ts';
import { colours } from '../words/colours.ts';
import { describeStatus } from '../words/describe-status.ts';
import type { QuestionContext } from './answer-question.ts';
import { openReports, type Reports, ReportsUnreadableError } from './open-reports.ts';
import type { Question } from './parse-question.ts';

/** The last report of one policy, or why it can't be told. */
export type PolicyStatus =
  | ReportSummary
  | { readonly policy: string; readonly ok: false; readonly error: RunError };

/** Tells what the last report of each policy says; the exit code is 1 unless all are there and all are ok. */
export async function showStatus(
  { place, json }: Question & { kind: 'status' },
  { out, err, useColours, clock }: QuestionContext,
): Promise<ExitCode> {
  const policies: PolicyStatus[] = [];
  let error: RunError | undefined;
  try {
    policies.push(...(await readStatuses(await openReports(place), clock.date())));
    if (policies.length === 0) error = { code: 'NO_REPORTS', message: 'no policy has a report there' };
  } catch (problem) {
    if (!(problem instanceof ReportsUnreadableError)) throw problem;
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

// --- internal ---

const LATEST = '/latest.json';
const READS_AT_ONCE = 4;

async function readStatuses(reports: Reports, now: Date): Promise<PolicyStatus[]> {
  const keys = await reports.list(REPORTS);
  const statuses: PolicyStatus[] = [];
  await runBounded({
    items: keys.filter((key) => key.endsWith(LATEST) && key.length > REPORTS.length + LATEST.length - 1),
    concurrency: READS_AT_ONCE,
    // Summed up at once: whole reports of many big fleets would not fit into memory.
    work: (key) => readStatus(reports, key, now),
    onResult: inOrder<PolicyStatus>((status) => statuses.push(status)).put,
  });
  return statuses;
}

async function readStatus(reports: Reports, key: string, now: Date): Promise<PolicyStatus> {
  const bytes = await reports.read(key);
  const report = bytes && readReport(bytes);
  return report ? summariseReport(report, now) : unreadable(key);
}

function unreadable(key: string): PolicyStatus {
  const policy = key.slice(REPORTS.length, -LATEST.length);
  return { policy, ok: false, error: { code: 'REPORT_UNREADABLE', message: 'its last report is none' } };
}
