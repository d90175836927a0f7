import { type GuardVerdict, guardEntry } from '../../functions/fleet/judge-changes.ts';
import { type PolicyHead, policyEntry, reportWriter } from '../../functions/report/write-report.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import type { Output } from '../terminal.ts';
import { loadEntry } from './hour-load.ts';
import type { Reporter, RunResult } from './reporter.ts';

/** One JSON document on stdout, and nothing else. */
export function jsonReporter(out: Output): Reporter {
  const pieces = gatherPieces(out);
  const report = reportWriter(pieces.add);
  return {
    begin: ({ verb, startedAt }) => report.begin({ mode: verb, startedAt }),
    policyBegin: (policy) => report.policyBegin(headOf(policy)),
    outcome: (outcome) => report.outcome(JSON.stringify(outcome)),
    policyEnd: (_policy, totals, guard) => report.policyEnd(totals, guardOf(guard)),
    end: (result) => {
      report.end(tailOf(result));
      pieces.flush();
    },
  };
}

/** A line for each portal, with its policy's name; last a line with everything but the portals. */
export function jsonLinesReporter(out: Output): Reporter {
  const policies: object[] = [];
  let head = {};
  return {
    begin: ({ verb, startedAt }) => {
      head = { schema: 1, mode: verb, startedAt };
    },
    policyBegin: () => {},
    outcome: (outcome, { policy }) => out.write(`${JSON.stringify({ policy, ...outcome })}\n`),
    policyEnd: (policy, totals, guard) =>
      policies.push({ ...policyEntry(headOf(policy)), totals, ...guardOf(guard) }),
    end: (result) => out.write(`${JSON.stringify({ ...head, policies, ...tailOf(result) })}\n`),
  };
}

// --- internal ---

const PIECE = 16_384;

/** A document is of no use before its end: written in pieces of many portals it costs less than portal by portal. */
function gatherPieces(out: Output) {
  let piece = '';
  const flush = () => {
    out.write(piece);
    piece = '';
  };
  const add = (text: string) => {
    piece += text;
    if (piece.length >= PIECE) flush();
  };
  return { add, flush };
}

function headOf({ policy, file, version, reading }: LoadedPolicy): PolicyHead {
  return { policy, file, version, errors: reading.errors, warnings: reading.warnings };
}

function guardOf(guard: GuardVerdict | undefined): object {
  return guard ? { guard: guardEntry(guard) } : {};
}

function tailOf({ finishedAt, exitCode, error, needYou, load }: RunResult): object {
  const more = { ...(load && { load: loadEntry(load) }), ...(needYou && { needYou }) };
  return { finishedAt, ...more, ok: exitCode !== 1, ...(error && { error }) };
}
