import { inOrder } from '../../functions/fleet/in-order.ts';
import { runBounded } from '../../functions/fleet/run-bounded.ts';
import { REPORTS } from '../../functions/model/policy-ref.ts';
import { readReport } from '../../functions/report/read-report.ts';
import { type ReportSummary, summariseReport } from '../../functions/report/summarise-report.ts';
import type { Reports } from '../sources/open-reports.ts';
import type { RunError } from '../terminal.ts';

/** The last report of one policy, or why it can't be told. */
export type PolicyStatus =
  | ReportSummary
  | { readonly policy: string; readonly ok: false; readonly error: RunError };

/**
 * The last report of each policy, in the order of their names.
 * @throws ReportsUnreadableError
 */
export async function readStatuses(reports: Reports, now: Date): Promise<PolicyStatus[]> {
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

// --- internal ---

const LATEST = '/latest.json';
const READS_AT_ONCE = 4;

async function readStatus(reports: Reports, key: string, now: Date): Promise<PolicyStatus> {
  const bytes = await reports.read(key);
  const report = bytes && readReport(bytes);
  return report ? summariseReport(report, now) : unreadable(key);
}

function unreadable(key: string): PolicyStatus {
  const policy = key.slice(REPORTS.length, -LATEST.length);
  return { policy, ok: false, error: { code: 'REPORT_UNREADABLE', message: 'its last report is none' } };
}
