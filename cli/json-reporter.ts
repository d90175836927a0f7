import type { PolicyWarning } from '../functions/model/finding.ts';
import type { LoadedPolicy } from './load-policies.ts';
import type { Output, Reporter } from './reporter.ts';

/**
 * One JSON document, written as the run goes: portals are never gathered, so a fleet of any size fits into the same
 * memory. That is why `totals` and `ok` come last.
 */
export function jsonReporter(out: Output): Reporter {
  let policies = 0;
  let portals = 0;
  return {
    begin: ({ verb, startedAt }) => {
      out.write(`${open({ schema: 1, mode: verb, startedAt })},"policies":[`);
    },
    policyBegin: (policy) => {
      out.write(`${policies++ > 0 ? ',' : ''}\n${open(policyHead(policy))},"portals":[`);
      portals = 0;
    },
    outcome: (outcome) => {
      out.write(`${portals++ > 0 ? ',' : ''}\n${JSON.stringify(outcome)}`);
    },
    policyEnd: (_policy, totals) => {
      out.write(`],"totals":${JSON.stringify(totals)}}`);
    },
    progress: () => {},
    end: ({ finishedAt, exitCode, error }) => {
      const tail = { finishedAt, ok: exitCode !== 1, ...(error && { error }) };
      out.write(`\n],${JSON.stringify(tail).slice(1)}\n`);
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
    outcome: (outcome, { policy }) => {
      out.write(`${JSON.stringify({ policy, ...outcome })}\n`);
    },
    policyEnd: (policy, totals) => {
      policies.push({ ...policyHead(policy), totals });
    },
    progress: () => {},
    end: ({ finishedAt, exitCode, error }) => {
      const summary = { ...head, policies, finishedAt, ok: exitCode !== 1, ...(error && { error }) };
      out.write(`${JSON.stringify(summary)}\n`);
    },
  };
}

// --- internal ---

function policyHead({ policy, file, version, reading }: LoadedPolicy): object {
  return {
    policy,
    file,
    version,
    errors: reading.errors.map(({ line, column, message }) => ({ line, column, message })),
    warnings: reading.warnings.map(warningEntry),
  };
}

function warningEntry({ line, column, code, message }: PolicyWarning): object {
  return { line, column, code, message };
}

/** An object's JSON without its closing brace, for more members to follow. */
function open(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}
