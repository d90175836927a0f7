import type { RequestKind } from './portal-fault.ts';

/** One request; `status` is undefined while, and if, no HTTP answer was given. */
export type LoggedRequest = {
  readonly portal: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The number of its TCP connection, counted over the whole fleet from 1. */
  readonly connection: number;
  readonly at: Date;
  /** What a POST carried. */
  body?: string;
  status?: number;
};

export type RequestCounts = Record<RequestKind | 'all', number>;

export type RequestLog = {
  /** Every request in the order of arrival; stays empty when only counts are kept. */
  readonly entries: LoggedRequest[];
  readonly counts: RequestCounts;
  /** Requests that have arrived and are not done: now, and the most at any time. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** How many of each, `GET /api/2.0/settings`, without queries: of one portal, or of all. Needs entries. */
  readonly byPath: (portal?: string) => Record<string, number>;
  readonly arrive: (request: LoggedRequest, kind: RequestKind, portalCounts?: RequestCounts) => void;
  readonly leave: () => void;
  /** Forgets entries, counts and the maximum; the portals' own counts stay. */
  readonly clear: () => void;
};

/** With `countsOnly` the log takes the same room for one request as for millions. */
export function createRequestLog(countsOnly: boolean): RequestLog {
  const entries: LoggedRequest[] = [];
  const counts: RequestCounts = { all: 0, read: 0, write: 0, delete: 0, other: 0 };
  let inFlight = 0;
  let maxInFlight = 0;
  return {
    entries,
    counts,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    byPath: (portal) => countPaths(entries, portal),
    arrive: (request, kind, portalCounts) => {
      if (!countsOnly) entries.push(request);
      for (const sum of portalCounts ? [counts, portalCounts] : [counts]) {
        sum.all += 1;
        sum[kind] += 1;
      }
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
    },
    leave: () => {
      inFlight -= 1;
    },
    clear: () => {
      entries.length = 0;
      Object.assign(counts, { all: 0, read: 0, write: 0, delete: 0, other: 0 });
      maxInFlight = inFlight;
    },
  };
}

// --- internal ---

function countPaths(entries: readonly LoggedRequest[], portal: string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of entries) {
    if (portal !== undefined && entry.portal !== portal) continue;
    const name = `${entry.method} ${entry.path.split('?')[0]}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
