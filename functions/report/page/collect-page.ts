import type { StoredOutcome } from '../../model/portal-memory.ts';
import { printable } from '../../model/printable.ts';
import type { Explanation } from '../../policy/explanation.ts';
import type { Days } from '../fold-days.ts';
import type { StoredReport } from '../read-report.ts';
import { errorLines, knownOutcomes } from '../report-findings.ts';
import { needOf } from './needs.ts';
import type { PageData, PageField, PagePolicy, PagePortal } from './page-data.ts';

/** What is known of one policy. */
export type PolicyFindings = {
  readonly report: StoredReport;
  readonly days: Days | undefined;
  /** `undefined`: the text that the report is about can't be had. */
  readonly explain: ((portal: string) => Explanation | undefined) | undefined;
};

export type PageCollector = {
  addPolicy(name: string, findings: PolicyFindings): void;
  addUnknown(what: string, why: string): void;
  result(): PageData;
};

/** More portals are shown only where they need somebody. */
const MOST_PORTALS = 30_000;
/** UTF-16 units. */
const MOST_MESSAGE = 500;

/** Collects what the page shows, one policy after the other, so that no two reports have to be held at once. */
export function collectPage(now: Date): PageCollector {
  const policies: PagePolicy[] = [];
  const unknown: { what: string; why: string }[] = [];
  const until: (string | null)[] = [];
  const portals: PagePortal[] = [];
  const errors = openShelf<PageData['errors'][number]>();
  const warnings = openShelf<PageData['warnings'][number]>();
  const fields = openShelf<PageField>();
  const schedules = openShelf<readonly number[]>();
  let leftOut = 0;

  function addPortal(outcome: StoredOutcome, { days, explain }: PolicyFindings, file: string): void {
    const { portal, error } = outcome;
    const explanation = explain?.(portal);
    const row: PagePortal = {
      ...rowOf(outcome),
      policy: policies.length - 1,
      ...(error && {
        error: errors.place({ code: error.code, message: printable(error.message, MOST_MESSAGE) }),
      }),
      ...(days?.portals[portal] !== undefined && { days: days.portals[portal] }),
      ...(explanation && {
        schedule: schedules.place(fieldsOf(explanation, file).map((field) => fields.place(field))),
      }),
      ...(outcome.warnings?.length > 0 && {
        warnings: outcome.warnings.map(({ code, message }) =>
          warnings.place({ code, message: printable(message, MOST_MESSAGE) }),
        ),
      }),
    };
    if (portals.length >= MOST_PORTALS && !needOf(row)) leftOut++;
    else portals.push(row);
  }

  return {
    addPolicy: (name, findings) => {
      const { report, days } = findings;
      policies.push(policyOf(name, report));
      until.push(days?.until ?? null);
      const file = (report.entry.file ?? name).replace(/^.*\//, '');
      for (const outcome of knownOutcomes(report)) addPortal(outcome, findings, file);
    },
    addUnknown: (what, why) => unknown.push({ what: printable(what), why: printable(why) }),
    result: () => ({
      schema: 1,
      madeAt: now.toISOString(),
      ...{ policies, unknown, until, portals, leftOut },
      errors: errors.all,
      warnings: warnings.all,
      fields: fields.all,
      schedules: schedules.all,
    }),
  };
}

// --- internal ---

/** Keeps equal values once. */
function openShelf<T>() {
  const places = new Map<string, number>();
  const all: T[] = [];
  const place = (value: T): number => {
    const key = JSON.stringify(value);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, all.length);
    return all.push(value) - 1;
  };
  return { all, place };
}

function policyOf(name: string, report: StoredReport): PagePolicy {
  const { head, entry } = report;
  const { error } = head;
  const problems = [
    ...errorLines(entry).slice(0, MOST_PROBLEMS),
    ...(error ? [`${error.code}: ${error.message}`] : []),
  ];
  return {
    name: printable(name),
    at: head.startedAt,
    ok: head.ok,
    portals: knownOutcomes(report).length,
    problems: problems.map((problem) => printable(problem)),
  };
}

const MOST_PROBLEMS = 5;

function rowOf(outcome: StoredOutcome): Omit<PagePortal, 'policy'> {
  const { portal, status, action, drift, effect, held, mode, protection, changes } = outcome;
  const { verdict, bad, lastArchive, due } = protection ?? {};
  return {
    portal,
    status,
    ...(verdict && { verdict }),
    ...(bad && { bad }),
    ...(action && action !== 'none' && { action }),
    ...(drift && { drift: typeof drift === 'string' ? drift : String((drift as { kind?: string }).kind) }),
    ...(effect && { effect }),
    ...(held && { held }),
    ...(mode === 'detect' && { detect: true as const }),
    ...(lastArchive && { archive: lastArchive }),
    ...(due && { due }),
    ...(changes?.length > 0 && {
      changes: changes.map(({ field, from, to }) => [field, textOf(from), textOf(to)] as const),
    }),
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : printable(String(value));
}

function fieldsOf({ fields, state }: Explanation, file: string): PageField[] {
  if (state === 'absent') return [['state', 'absent', null]];
  return fields.map(({ field, value, from }) => {
    const where = from
      ? `${file}:${from.line}${from.layer === 'portal' ? '' : ` (${from.profile ?? from.layer})`}`
      : null;
    return [field, printable(String(value)), where] as const;
  });
}
