import { inOrder } from '../../functions/fleet/in-order.ts';
import { runBounded } from '../../functions/fleet/run-bounded.ts';
import { REPORTS } from '../../functions/model/policy-ref.ts';
import { readReport, type StoredReport } from '../../functions/report/read-report.ts';
import { type ReportSummary, summariseReport } from '../../functions/report/summarise-report.ts';
import type { Reports } from '../sources/open-reports.ts';
import type { RunError } from '../terminal.ts';
import { openWarningBook, type WarningGroup } from '../words/group-warnings.ts';
import { type Need, needOf } from '../words/portal-need.ts';
import { digestOf } from './digest-of.ts';

/** The last report of one policy, or why it can't be told. */
export type PolicyStatus =
  | ReportSummary
  | { readonly policy: string; readonly ok: false; readonly error: RunError };

/** What the last report of one policy comes to, for the morning's question. */
export type PolicyLook = {
  readonly status: PolicyStatus;
  readonly portals: number;
  /** Of these, such as were not asked for archives. */
  readonly unasked: number;
  readonly needs: readonly Need[];
  readonly warnings: readonly WarningGroup[];
};

/**
 * The last report of each policy, in the order of their names.
 * @throws ReportsUnreadableError
 */
export async function readStatuses(reports: Reports, now: Date): Promise<PolicyLook[]> {
  const keys = await reports.list(REPORTS);
  const looks: PolicyLook[] = [];
  await runBounded({
    items: keys.filter((key) => key.endsWith(LATEST) && key.length > REPORTS.length + LATEST.length - 1),
    concurrency: READS_AT_ONCE,
    // Summed up at once: whole reports of many big fleets would not fit into memory.
    work: (key) => readLook(reports, key, now),
    onResult: inOrder<PolicyLook>((look) => looks.push(look)).put,
  });
  return looks;
}

// --- internal ---

const LATEST = '/latest.json';
const READS_AT_ONCE = 4;

const NOTHING_SEEN = { portals: 0, unasked: 0, needs: [], warnings: [] };

async function readLook(reports: Reports, key: string, now: Date): Promise<PolicyLook> {
  const bytes = await reports.read(key);
  const report = bytes && readReport(bytes, now);
  if (!report) return { status: unreadable(key, 'its last report is none'), ...NOTHING_SEEN };
  if (report.head.startedAt === '')
    return { status: unreadable(key, 'its last report says to be of the future'), ...NOTHING_SEEN };
  return { status: summariseReport(report, now), ...lookAt(report) };
}

function lookAt({ head, entry, portals }: StoredReport): Omit<PolicyLook, 'status'> {
  const place = { policy: entry.policy, seenAt: head.startedAt, digest: digestOf(entry.guard) };
  const needs: Need[] = [];
  const warnings = openWarningBook();
  let unasked = 0;
  for (const outcome of portals) {
    const need = needOf(outcome, place);
    if (need) needs.push(need);
    else if (!outcome.protection) unasked++;
    if (Array.isArray(outcome.warnings)) warnings.add(outcome.portal, outcome.warnings.filter(isWarning));
  }
  return { portals: portals.length, unasked, needs, warnings: warnings.groups() };
}

function isWarning(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

function unreadable(key: string, message: string): PolicyStatus {
  const policy = key.slice(REPORTS.length, -LATEST.length);
  return { policy, ok: false, error: { code: 'REPORT_UNREADABLE', message } };
}
