import type { StoredOutcome } from '../model/portal-memory.ts';
import type { StoredReport } from './read-report.ts';

/** What the last report of a policy comes to. Members of the report itself stay as they are, its portals are counted. */
export type ReportSummary = Readonly<Record<string, unknown>> & {
  readonly policy: string;
  readonly ok: boolean;
  readonly startedAt: string;
  readonly ageSeconds: number;
  /** The policy's s3:// address. */
  readonly file?: string | undefined;
  /** Keys of the policy's name that have no effect beside that one. */
  readonly shadowed?: readonly string[] | undefined;
  /** Portals whose change was seen and not written. */
  readonly planned: number;
  /** The first of those that failed or were skipped. */
  readonly failed: readonly FailedPortal[];
  /** How many more there are of them. */
  readonly failedNotShown: number;
  /** Portals by verdict, by effect and by drift; not there where no portal says. */
  readonly protection?: Counts;
  readonly effect?: Counts;
  readonly drift?: Counts;
};

export type FailedPortal = {
  readonly portal: string;
  readonly status: string;
  readonly code: string;
  readonly message: string;
};

export type Counts = Readonly<Record<string, number>>;

export function summariseReport({ head, entry, portals }: StoredReport, now: Date): ReportSummary {
  // Names of a hundred thousand portals are no summary.
  const { claims, approvals, guard, ...ofPolicy } = entry;
  const { schema, ...ofRun } = head;
  const failed = portals.filter(({ status }) => status === 'failed' || status === 'skipped');
  const count = (name: string, wordOf: (outcome: StoredOutcome) => string | undefined) => {
    const counts = countWords(portals.map(wordOf));
    return counts && { [name]: counts };
  };
  return {
    ...ofRun,
    ...ofPolicy,
    ...(guard && { guard: withoutChanges(guard) }),
    startedAt: head.startedAt,
    ok: head.ok,
    policy: entry.policy,
    ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(head.startedAt)) / 1000)),
    planned: portals.filter(({ status }) => status === 'planned').length,
    failed: failed.slice(0, MOST_FAILED).map(toFailed),
    failedNotShown: Math.max(0, failed.length - MOST_FAILED),
    ...count('protection', ({ protection }) => protection?.verdict),
    ...count('effect', ({ effect }) => effect),
    ...count('drift', ({ drift }) => driftWord(drift)),
  };
}

// --- internal ---

const MOST_FAILED = 20;

function withoutChanges({ changes, ...told }: NonNullable<StoredReport['entry']['guard']>): object {
  return told;
}

function toFailed({ portal, status, error }: StoredOutcome): FailedPortal {
  return { portal, status, code: error?.code ?? 'UNKNOWN', message: error?.message ?? '' };
}

/** In the order in which they were met; `undefined` where there is none. */
function countWords(words: readonly (string | undefined)[]): Counts | undefined {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}

/** A word, or an object that holds it: both are taken. */
function driftWord(drift: unknown): string | undefined {
  if (typeof drift === 'string') return drift;
  if (typeof drift !== 'object' || drift === null || !('kind' in drift)) return undefined;
  return typeof drift.kind === 'string' ? drift.kind : undefined;
}
