import type { StoredOutcome } from '../../functions/model/portal-memory.ts';
import type { PortalTarget } from '../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../functions/model/schedule.ts';
import { isSameSchedule } from '../../functions/portal/plan-portal.ts';
import type { Totals } from '../../functions/report/totals.ts';

/** A stored report, as far as invariants look into it. */
export type SiegeReport = {
  readonly address: string;
  readonly run: string;
  readonly version: string | null;
  readonly totals: Totals;
  readonly outcomes: readonly StoredOutcome[];
};

/** What does not hold, in words; empty where all is well. Each of them looks at one thing, and at no clock or world. */
export type Violations = readonly string[];

/** What is told of a portal is what it holds. */
export function toldIsHeld(
  { portal, status, action }: StoredOutcome,
  { schedule }: PortalTarget,
  held: BackupSchedule | undefined,
): Violations {
  const isAsWanted = isSameSchedule(held, schedule);
  if (status === 'done' && !isAsWanted) return [`${portal}: told as done, and holds something else`];
  if (action === 'none' && !isAsWanted) return [`${portal}: told as unchanged, and differs`];
  const isLeft = status !== 'done' && action !== null && action !== 'none';
  return isLeft && isAsWanted ? [`${portal}: told as left undone (${action}), and is as wanted`] : [];
}

/** A portal ends done, or with a reason that it has. */
export function endsWithReason(
  { portal, status, error }: StoredOutcome,
  { mode }: PortalTarget,
  reasons: readonly string[],
): Violations {
  if (status === 'done' || (status === 'planned' && mode === 'detect')) return [];
  const code = error?.code ?? status;
  return reasons.includes(code) ? [] : [`${portal}: ends ${status} with ${code}: ${error?.message ?? ''}`];
}

/** The newest report is about the newest text, and tells of each of its portals once. */
export function tellsOfEach(
  report: SiegeReport | undefined,
  version: string,
  portals: readonly string[],
): Violations {
  if (!report) return ['there is no report'];
  const told = report.outcomes.map(({ portal }) => portal);
  return [
    ...(report.version === version
      ? []
      : [`the report is about ${report.version}, and the text is ${version}`]),
    ...(told.join() === portals.join()
      ? []
      : [`the report tells of ${told.join()} in place of ${portals.join()}`]),
  ];
}

/** A report's totals are what its outcomes come to. */
export function totalsAddUp({ address, totals, outcomes }: SiegeReport): Violations {
  const counted: Record<string, number> = { portals: outcomes.length };
  for (const { status, action } of outcomes) {
    const kind = status === 'failed' || status === 'skipped' ? status : String(action);
    counted[kind] = (counted[kind] ?? 0) + 1;
  }
  // Without a turn for any portal there are no outcomes: totals then count all of them alone.
  if (outcomes.length === 0) return [];
  return Object.entries(totals)
    .filter(([kind, count]) => (counted[kind] ?? 0) !== count)
    .map(([kind, count]) => `${address}: ${count} ${kind} told, ${counted[kind] ?? 0} there`);
}

/** The log's line of a report has that report's totals. */
export function logTellsTheSame(
  reports: readonly SiegeReport[],
  lines: readonly { readonly report: string; readonly totals: object }[],
): Violations {
  const byAddress = new Map(reports.map((report) => [report.address, report]));
  return lines.flatMap(({ report, totals }) => {
    const found = byAddress.get(report);
    if (!found) return [`the log tells of ${report}, which is not there`];
    return JSON.stringify(found.totals) === JSON.stringify(totals)
      ? []
      : [`the log tells other totals than ${report}`];
  });
}

type Write = { readonly run: string; readonly portal: string };

/** What a run tells that it wrote, its portal has stored. */
export function toldWasKept(
  reports: readonly SiegeReport[],
  sent: readonly (Write & { readonly wish: BackupSchedule | undefined })[],
  kept: ReadonlyMap<string, readonly BackupSchedule[]>,
): Violations {
  const isKept = (run: string, portal: string) =>
    sent.some(
      (write) =>
        write.run === run &&
        write.portal === portal &&
        kept.get(portal)?.some((schedule) => isSameSchedule(schedule, write.wish)),
    );
  return reports.flatMap(({ run, address, outcomes }) =>
    outcomes
      .filter(({ status, action }) => status === 'done' && (action === 'create' || action === 'update'))
      .filter(({ portal }) => !isKept(run, portal))
      .map(({ portal }) => `${portal}: told as written in ${address}, and never stored`),
  );
}

/** What a run tells that it wrote, it has sent. */
export function toldIsSent(reports: readonly SiegeReport[], sent: readonly Write[]): Violations {
  const writes = new Set(sent.map(({ run, portal }) => `${run} ${portal}`));
  return reports.flatMap(({ run, address, outcomes }) =>
    outcomes
      .filter(({ status, action }) => status === 'done' && action !== 'none' && action !== null)
      .filter(({ portal }) => !writes.has(`${run} ${portal}`))
      .map(({ portal, action }) => `${portal}: ${action} told in ${address}, and nothing sent by ${run}`),
  );
}

/** What a run that came to its end has sent, one of its reports tells. */
export function sentIsTold(
  reports: readonly SiegeReport[],
  sent: readonly Write[],
  ended: ReadonlySet<string>,
): Violations {
  const told = new Set(
    reports.flatMap(({ run, outcomes }) =>
      outcomes
        .filter(({ status, action }) => (status === 'done' || status === 'failed') && action !== 'none')
        .map(({ portal }) => `${run} ${portal}`),
    ),
  );
  return sent
    .filter(({ run, portal }) => ended.has(run) && !told.has(`${run} ${portal}`))
    .map(({ run, portal }) => `${portal}: written by ${run}, and no report of it tells`);
}

/** No portal stores what it holds already: that would start a backup, or stop them all. */
export function nothingNeedless(needless: readonly string[]): Violations {
  return needless.map((portal) => `${portal}: a write that changed nothing`);
}

/** Each of these portals was looked at. */
export function eachLookedAt(portals: readonly string[], looks: ReadonlyMap<string, number>): Violations {
  return portals.filter((portal) => !looks.get(portal)).map((portal) => `${portal}: never looked at`);
}

/**
 * A portal that keeps nothing gets a write of one kind once, and once more each time that a person applies.
 * @param applies how often somebody did
 */
export function onceAKind(
  portal: string,
  sent: readonly { readonly portal: string; readonly schedule: string }[],
  applies: number,
): Violations {
  const counts = new Map<string, number>();
  for (const write of sent) {
    if (write.portal === portal) counts.set(write.schedule, (counts.get(write.schedule) ?? 0) + 1);
  }
  return [...counts.values()]
    .filter((count) => count > applies)
    .map((count) => `${portal}: the same write ${count} times, and somebody applied ${applies} times`);
}

/** What weakens a guarded portal was approved each time. */
export function eachApproved(
  weakened: readonly string[],
  approvals: readonly { readonly portals: readonly string[] }[],
): Violations {
  return [...new Set(weakened)].flatMap((portal) => {
    const times = weakened.filter((one) => one === portal).length;
    const covered = approvals.filter(({ portals }) => portals.includes(portal)).length;
    return times > covered ? [`${portal}: weakened ${times} times, approved ${covered} times`] : [];
  });
}

/** No text that is stored for people holds a key. */
export function holdsNoKey(texts: readonly string[], keys: readonly string[]): Violations {
  return texts.some((text) => keys.some((key) => text.includes(key))) ? ['a stored text holds a key'] : [];
}
