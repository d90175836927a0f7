import { VERDICTS, type Verdict } from '../model/protection.ts';
import type { StoredReport } from './read-report.ts';
import { knownOutcomes } from './report-findings.ts';

/** Portals by verdict; `unasked`: the last run of theirs was no tick, or did not come to it. */
export type VerdictCounts = Readonly<Record<Verdict | 'unasked', number>>;

/** Counts how the portals of reports are protected, one report at a time. */
export function countVerdicts(): {
  readonly add: (report: StoredReport) => void;
  readonly counts: () => VerdictCounts;
} {
  const counts = new Map<string, number>();
  return {
    add: (report) => {
      for (const { protection } of knownOutcomes(report)) {
        const verdict = VERDICTS.find((known) => known === protection?.verdict) ?? 'unasked';
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      }
    },
    counts: () => ({
      proven: counts.get('proven') ?? 0,
      claimed: counts.get('claimed') ?? 0,
      late: counts.get('late') ?? 0,
      never: counts.get('never') ?? 0,
      unprotected: counts.get('unprotected') ?? 0,
      unknown: counts.get('unknown') ?? 0,
      retired: counts.get('retired') ?? 0,
      unasked: counts.get('unasked') ?? 0,
    }),
  };
}
