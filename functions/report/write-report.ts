import type { PolicyError, PolicyWarning } from '../model/finding.ts';
import type { Totals } from './totals.ts';

/** What a report says of a policy before its portals. */
export type PolicyHead = {
  readonly policy: string;
  readonly file: string;
  /** Tells one text of the policy from another; null where it could not be read. */
  readonly version: string | null;
  readonly errors: readonly PolicyError[];
  readonly warnings: readonly PolicyWarning[];
};

/**
 * Writes the account of a run as one JSON document, in pieces, as the run goes: portals need not be gathered, so a
 * fleet of any size fits into the same memory. That is why `totals` and `ok` come last. The shape only grows.
 */
export type ReportWriter = {
  begin(head: object): void;
  policyBegin(policy: PolicyHead): void;
  /** @param outcome as JSON */
  outcome(outcome: string): void;
  /** @param more further members of the policy */
  policyEnd(totals: Totals, more?: object): void;
  end(tail: object): void;
};

export function reportWriter(write: (text: string) => unknown): ReportWriter {
  let policies = 0;
  let portals = 0;
  return {
    begin: (head) => write(`${open({ schema: 1, ...head })},"policies":[`),
    policyBegin: (policy) => {
      write(`${policies++ > 0 ? ',' : ''}\n${open(policyEntry(policy))},"portals":[`);
      portals = 0;
    },
    outcome: (outcome) => write(`${portals++ > 0 ? ',' : ''}\n${outcome}`),
    policyEnd: (totals, more = {}) => write(`],${JSON.stringify({ totals, ...more }).slice(1)}`),
    end: (tail) => write(`\n],${JSON.stringify(tail).slice(1)}\n`),
  };
}

/** What is told of a policy's file: places and messages, without the lines shown to people. */
export function policyEntry({ policy, file, version, errors, warnings }: PolicyHead): object {
  return {
    policy,
    file,
    version,
    errors: errors.map(({ line, column, message }) => ({ line, column, message })),
    warnings: warnings.map(({ line, column, code, message }) => ({ line, column, code, message })),
  };
}

// --- internal ---

/** An object's JSON without its closing brace, for more members to follow. */
function open(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}
