import { latestReportKey, REPORTS } from '../../functions/model/policy-ref.ts';
import type { StoredOutcome } from '../../functions/model/portal-memory.ts';
import type { SelectedBy } from '../../functions/model/portal-target.ts';
import { readReport, type StoredReport } from '../../functions/report/read-report.ts';
import type { Reports } from '../sources/open-reports.ts';
import { type Need, needOf } from '../words/portal-need.ts';
import { digestOf } from './digest-of.ts';

/** What the newest reports of a policy say of one portal. */
export type PortalHistory = {
  /** The policy's name in its deployment. */
  readonly policy: string;
  /** The newest first; only runs that have something to say of the portal. */
  readonly outcomes: readonly PastOutcome[];
  /** The line of the selector that brought it; not there where the policy's newest report claims it no more. */
  readonly selected?: SelectedBy;
  /** The next backup by the schedule, as the newest report that knows it has it; ISO, UTC. */
  readonly due: string | null;
  /** Keys of the policy's name that have no effect, as the newest report has them; not there where there is none. */
  readonly shadowed?: readonly string[];
  /** The key's s3:// address that has. */
  readonly file?: string;
};

/** What is known of the portal's backups, and what it needs of somebody. */
export type Standing = {
  /** When the newest report was; ISO. */
  readonly seenAt: string;
  /** Of the newest report that has one; null: none has. */
  readonly verdict: string | null;
  /** When that was; ISO. */
  readonly verdictAt: string | null;
  readonly lastArchive: string | null;
  /** By the newest report of all; null where the portal is well there. */
  readonly need: Need | null;
};

export type PastOutcome = {
  readonly startedAt: string;
  readonly version: string | null;
  readonly action: string | null;
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
};

/**
 * Finds a portal's last outcomes. A file at a terminal may lie in another folder than its policy has in the bucket:
 * then a policy counts whose name ends in the file's, if its last report speaks of the portal.
 * @returns undefined where no such report is there
 * @throws ReportsUnreadableError
 */
export async function readPortalHistory(
  reports: Reports,
  policy: string,
  portal: string,
  now: Date,
): Promise<{ readonly history: PortalHistory; readonly standing?: Standing } | undefined> {
  const name = await findPolicy(reports, policy, portal, now);
  if (name === undefined) return undefined;
  const found: Found[] = [];
  let newest: StoredReport | undefined;
  for (const key of await newestKeys(reports, name)) {
    const report = await readKey(reports, key, now);
    if (report && !(newest && newest.head.startedAt > report.head.startedAt)) newest = report;
    const outcome = report?.portals.find((one) => one.portal === portal);
    if (report && outcome) found.push({ report, outcome });
  }
  found.sort((one, other) => (one.report.head.startedAt > other.report.head.startedAt ? -1 : 1));
  const due = found.map(({ outcome }) => outcome.protection?.due).find((time) => typeof time === 'string');
  const selected = newest && isClaimed(newest, portal) ? found[0]?.outcome.selected : undefined;
  const { file, shadowed = [] } = newest?.entry ?? {};
  const second = shadowed.length > 0 && { shadowed, ...(file !== undefined && { file }) };
  return {
    history: {
      policy: name,
      outcomes: found.map(toPast),
      due: due ?? null,
      ...second,
      ...(selected && { selected }),
    },
    ...(found.length > 0 && { standing: standingOf(found, name) }),
  };
}

// --- internal ---

type Found = { readonly report: StoredReport; readonly outcome: StoredOutcome };

/** A run that could ask no portal tells of none, and still claims them. */
function isClaimed({ entry, portals }: StoredReport, portal: string): boolean {
  return entry.claims?.includes(portal) ?? portals.some((one) => one.portal === portal);
}

/** @param found the newest first */
function standingOf(found: readonly Found[], policy: string): Standing {
  const [newest] = found;
  const asked = found.find(({ outcome }) => outcome.protection !== undefined) ?? newest;
  const { verdict = null, lastArchive = null } = asked?.outcome.protection ?? {};
  const seenAt = newest?.report.head.startedAt ?? '';
  const place = newest && {
    policy,
    seenAt,
    digest: digestOf(newest.report.entry.guard),
  };
  return {
    seenAt,
    verdict,
    verdictAt: verdict === null ? null : (asked?.report.head.startedAt ?? null),
    lastArchive: typeof lastArchive === 'string' ? lastArchive : null,
    need: (place && needOf(newest.outcome, place)) ?? null,
  };
}

const MOST_REPORTS = 5;
const LATEST = '/latest.json';

async function findPolicy(
  reports: Reports,
  policy: string,
  portal: string,
  now: Date,
): Promise<string | undefined> {
  const names = (await reports.list(REPORTS))
    .filter((key) => key.endsWith(LATEST))
    .map((key) => key.slice(REPORTS.length, -LATEST.length))
    .filter((name) => name === policy || name.endsWith(`/${policy}`));
  const own = names.find((name) => name === policy);
  if (names.length === 1 && own !== undefined) return own;
  const speaking: string[] = [];
  for (const name of names) {
    const report = await readKey(reports, latestReportKey(name), now);
    if (report?.portals.some((one) => one.portal === portal)) speaking.push(name);
  }
  return speaking.length === 1 ? speaking[0] : own;
}

/** Runs' own reports sort by time; a copy of the bucket may hold the last one alone. */
async function newestKeys(reports: Reports, policy: string): Promise<string[]> {
  const prefix = latestReportKey(policy).slice(0, 1 - LATEST.length);
  const keys = (await reports.list(prefix)).filter((key) =>
    /^\d{4}-[^/]*\.json$/.test(key.slice(prefix.length)),
  );
  return keys.length > 0 ? keys.slice(-MOST_REPORTS) : [latestReportKey(policy)];
}

/** One of the future is none: its time would be a lie. */
async function readKey(reports: Reports, key: string, now: Date): Promise<StoredReport | undefined> {
  const bytes = await reports.read(key);
  const report = bytes && readReport(bytes, now);
  return report?.head.startedAt === '' ? undefined : report;
}

function toPast({ report, outcome }: Found): PastOutcome {
  const { version } = report.entry;
  const { action = null, status, error } = outcome;
  return {
    startedAt: report.head.startedAt,
    version: typeof version === 'string' ? version : null,
    action,
    status,
    ...(error && { error: { code: error.code, message: error.message } }),
  };
}
