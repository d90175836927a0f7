import { describe, expect, test } from 'vitest';
import { NOTHING_TOLD } from '../../../functions/model/approval-memory.ts';
import type { PortalOutcome } from '../../../functions/model/outcome.ts';
import { NO_SELECTION } from '../../../functions/model/policy-claims.ts';
import { ERROR_CODES, HELD_CODES, PortalError } from '../../../functions/model/portal-error.ts';
import type { RunLog } from '../../../functions/model/ports/run-log.ts';
import { isBad, VERDICTS } from '../../../functions/model/protection.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { failedOutcome, heldOutcome, skippedOutcome } from '../../../functions/portal/outcomes.ts';
import { readReport } from '../../../functions/report/read-report.ts';
import { summariseReport } from '../../../functions/report/summarise-report.ts';
import { reportWriter } from '../../../functions/report/write-report.ts';
import { decideRound, type RoundDecision } from '../../../functions/run/decide-round.ts';
import type { Gathered } from '../../../functions/run/gather-round.ts';
import { recordRound } from '../../../functions/run/record-round.ts';
import { openRunAccount } from '../../../functions/run/run-account.ts';
import { openTally } from '../../../functions/run/tally-outcomes.ts';

/** Every code that there is, as a portal that failed with it and one that was left out for it, and every verdict. */
const OUTCOMES: readonly PortalOutcome[] = [
  ...ERROR_CODES.flatMap((code, index) => {
    const error = new PortalError(code, 'x');
    return [failedOutcome(`f${index}`, error), skippedOutcome(`s${index}`, error)];
  }),
  ...VERDICTS.map((verdict, index): PortalOutcome => {
    const bad = isBad({ verdict }) && { bad: true as const };
    const protection = { verdict, lastBackup: null, lastArchive: null, due: null, ...bad };
    return { ...done(`v${index}`), protection };
  }),
  done('unchanged'),
  { ...done('written'), action: 'create' },
  { ...done('planned'), action: 'update', status: 'planned' },
  heldOutcome({ ...done('held'), action: 'remove', status: 'planned' }),
];

function done(portal: string): PortalOutcome {
  return { portal, action: 'none', status: 'done', changes: [], warnings: [], requests: 1, attempts: 1 };
}

const YAML = [
  'version: 1',
  'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }',
  `portals: { ${OUTCOMES.map(({ portal }) => `${portal}: `).join(', ')} }`,
].join('\n');

const NOW = new Date('2026-11-27T03:00:00.000Z');

/** A tick over all of them, as the function makes one. */
function tell() {
  const object = { key: 'policies/fleet.yaml', etag: '"e"', modifiedAt: NOW };
  const gathered: Gathered = {
    ...{ policy: 'fleet', trigger: 'tick', last: undefined, lastValid: undefined },
    state: {
      object,
      conflicts: new Map(),
      kept: new Map(),
      others: [],
      shadowed: [],
      selectable: undefined,
      claims: [],
    },
    text: { reading: readPolicy(Buffer.from(YAML)), etag: '"e"', version: 'v1', isVersioned: true },
    ...{
      isSameRun: false,
      isOfUpload: false,
      governed: new Map(),
      unlisted: undefined,
      refusals: new Map(),
      toldSelection: NO_SELECTION,
    },
  };
  const decision = decideRound(gathered) as RoundDecision;
  const told = { counts: {} as Record<string, number>, summary: {} as Record<string, unknown> };
  const log = new Proxy({} as RunLog, {
    get: (_, name) => (policy: string, what: object) => {
      if (name === 'count') told.counts = what as Record<string, number>;
      if (name === 'summary') told.summary = { policy, ...what };
    },
  });
  const account = openRunAccount(log, false);
  const tally = openTally(decision, () => ({ last: undefined, target: 't', now: NOW }), NOTHING_TOLD, true);
  for (const outcome of OUTCOMES) account.outcome('fleet', 'v1', tally.enter(outcome, undefined));
  const record = recordRound({
    ...{ gathered, decision, startedAt: NOW, finishedAt: NOW, runId: 'r', coverage: undefined },
    acted: { ...tally.result(), approvals: new Set(), isSuperseded: false, failure: undefined },
    settings: { bucket: 'b', paused: false },
  });
  account.round({ ...record.round, report: 's3://b/r' });
  let text = '';
  const writer = reportWriter((piece) => {
    text += piece;
  });
  const { head, policy, outcomes, totals, more, tail } = record.body;
  writer.begin(head);
  writer.policyBegin(policy);
  for (const outcome of outcomes) writer.outcome(outcome);
  writer.policyEnd(totals, more);
  writer.end(tail);
  const report = readReport(Buffer.from(text), NOW);
  if (!report) throw new Error('no report');
  return { ...told, report, totals, answer: account.result(), status: summariseReport(report, NOW) };
}

describe('of every code and every verdict', () => {
  const { report, counts, summary, totals, answer, status } = tell();
  const named = (fits: (one: PortalOutcome) => boolean) => report.portals.filter(fits).length;

  test('the stored report has what the portal’s outcome has', () => {
    expect(report.portals).toMatchObject(OUTCOMES.map((outcome) => ({ ...outcome })));
    for (const { error, held, status: word } of report.portals)
      if (error && word !== 'planned') expect(held === true).toBe(HELD_CODES.includes(error.code));
  });

  test('metrics, log, answer and status count what the report has', () => {
    expect(counts).toMatchObject({
      FailedPortals: named((one) => one.status === 'failed'),
      SkippedPortals: named((one) => one.status === 'skipped'),
      HeldPortals: named((one) => one.held === true),
      PlannedPortals: named((one) => one.status === 'planned'),
      UnprotectedPortals: named((one) => one.protection?.bad === true),
      UnchangedPortals: named((one) => one.status === 'done' && one.action === 'none'),
      WrittenPortals: named((one) => one.status === 'done' && one.action !== 'none'),
    });
    expect(summary).toMatchObject({ totals, planned: 2, unprotected: counts.UnprotectedPortals, ok: false });
    expect(answer).toMatchObject({ totals, ok: false });
    expect(status).toMatchObject({ totals, planned: 2, ok: false });
    const left = named((one) => one.status === 'failed' || one.status === 'skipped');
    expect(status.failed.length + status.failedNotShown).toBe(left);
    expect(status.protection).toEqual(Object.fromEntries(VERDICTS.map((verdict) => [verdict, 1])));
  });
});
