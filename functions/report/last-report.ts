import { memoryOf } from '../drift/remember-portal.ts';
import { type ApprovalMemory, NOTHING_TOLD } from '../model/approval-memory.ts';
import { latestReportKey } from '../model/policy-ref.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import type { PolicyBucket } from '../model/ports/policy-bucket.ts';
import { EDITION, fromEarlierEdition } from './earlier-edition.ts';
import { MOST_REPORT_BYTES, readReport } from './read-report.ts';
import { approvalsIn } from './stored-approvals.ts';

/** What the newest report of a policy says, as far as the next run has to know. */
export type LastReport = {
  /** For a conditional write. */
  readonly etag: string;
  /** ISO; empty where it is not known, or was none: in the future. */
  readonly startedAt: string;
  /** The id of the run that stored it. */
  readonly run: string | undefined;
  /** The policy's s3:// address. */
  readonly file: string;
  /** Of the text that the report is about; null where the policy was gone. */
  readonly version: string | null;
  /** The runs at that version so far. */
  readonly attempt: number;
  /** The portals that the policy governed when it was last valid. */
  readonly claims: readonly string[];
  /** The portals that it let go with that version. */
  readonly released: readonly string[];
  /** The policies in which a conflict began or ended with that version. */
  readonly concerned: readonly string[];
  /** Stands for what the policy meant when it was last applied. */
  readonly meaning: string | undefined;
  /** The version that was valid last; an invalid one may have come since. */
  readonly validVersion: string | undefined;
  /** What it and the reports before it told of guarded changes. */
  readonly approvals: ApprovalMemory;
  /** All of them; what the next run has to know alone, unless the report is of the version that was asked for. */
  readonly outcomes: readonly StoredOutcome[];
  /** What earlier reports knew of portals that had no turn at all in that run. */
  readonly remembered: readonly StoredOutcome[];
};

/**
 * Reads the newest report of a policy; `undefined` where there is none. One that can't be read says nothing.
 * @param wholeVersion keep all outcomes of a report of this version: of a big fleet they take much room
 */
export async function readLastReport(
  bucket: PolicyBucket,
  policy: string,
  wholeVersion?: string | null,
): Promise<LastReport | undefined> {
  const found = await bucket.read(latestReportKey(policy), MOST_REPORT_BYTES);
  if (!found) return undefined;
  const report = readReport(found.bytes, found.modifiedAt);
  if (!report) return { ...SAYS_NOTHING, etag: found.etag };
  const { startedAt, edition = 1 } = report.head;
  const ofNow = (outcomes: readonly StoredOutcome[]) =>
    edition >= EDITION ? outcomes : outcomes.map((outcome) => fromEarlierEdition(outcome, startedAt));
  const [outcomes, remembered] = [ofNow(report.portals), ofNow(report.remembered)];
  const { file = '', version = null, attempt = 1, claims = [], released = [], concerned = [] } = report.entry;
  const { meaning, validVersion } = report.entry;
  const isWhole = version !== null && version === wholeVersion;
  return {
    etag: found.etag,
    startedAt,
    run: report.head.trigger?.run,
    file,
    version,
    attempt,
    claims,
    released,
    concerned,
    meaning,
    validVersion,
    approvals: approvalsIn(report.entry),
    outcomes: isWhole ? outcomes : outcomes.map(memoryOf),
    remembered,
  };
}

/** What the newest report of a policy says of its run. */
export type LastStart = {
  /** As ISO 8601 in UTC; `undefined`: there is no report, or none that can be read. */
  readonly startedAt: string | undefined;
  readonly run: string | undefined;
};

/** When the run of the newest report started, and which it was; without reading all of it. */
export async function readLastStart(bucket: PolicyBucket, policy: string): Promise<LastStart> {
  const start = new TextDecoder().decode(await bucket.readStart(latestReportKey(policy), HEAD_BYTES));
  return {
    startedAt: /"startedAt":"([^"]+)"/.exec(start)?.[1],
    run: /"trigger":\{"kind":"\w+","run":"([^"]+)"/.exec(start)?.[1],
  };
}

// --- internal ---

/** `startedAt` and `trigger` stand among the first members. */
const HEAD_BYTES = 400;

const SAYS_NOTHING = {
  startedAt: '',
  run: undefined,
  file: '',
  version: null,
  attempt: 0,
  claims: [],
  released: [],
  concerned: [],
  meaning: undefined,
  validVersion: undefined,
  approvals: NOTHING_TOLD,
  outcomes: [],
  remembered: [],
};
