import type { PolicyError, PolicyWarning } from '../functions/model/finding.ts';
import type { Change, PortalOutcome } from '../functions/model/outcome.ts';
import { printable } from '../functions/model/printable.ts';
import type { Verb } from './arguments.ts';
import { type Colours, colours } from './colours.ts';
import type { LoadedPolicy } from './load-policies.ts';
import { progressBar } from './progress-bar.ts';
import type { Output, Reporter } from './reporter.ts';

/** Fleets up to this size have a line for each unchanged portal, too. */
const SMALL_FLEET = 50;

/** For people: what was found wrong, a diff for each portal that differs, and a summary. Errors of the run go to `err`. */
export function humanReporter(out: Output, err: Output, useColours: boolean): Reporter {
  const paint = colours(useColours && out.isTerminal);
  const bar = progressBar(err);
  let verb: Verb = 'plan';
  let started = 0;
  let portals = 0;
  let tally: Tally = new Map();

  function print(text: string): void {
    bar.clear();
    out.write(`${text}\n`);
  }

  return {
    begin: (run) => {
      ({ verb, portals } = run);
      started = run.startedAt.getTime();
    },
    policyBegin: ({ file, policy, reading }) => {
      for (const error of reading.errors) print(finding(file, error, paint.red('error'), paint));
      for (const warning of reading.warnings)
        print(finding(file, warning, paint.yellow(warning.code), paint));
      if (reading.policy && portals > 0 && verb !== 'validate')
        print(paint.bold(`${printable(policy)} (${printable(file)})`));
    },
    outcome: (outcome) => {
      const word = wordFor(outcome);
      tally.set(word, (tally.get(word) ?? 0) + 1);
      if (outcome.action !== 'none' || outcome.status === 'failed' || portals <= SMALL_FLEET)
        print(portalLines(outcome, paint));
    },
    policyEnd: (loaded, totals) => {
      const line = policySummary(loaded, totals.portals, tally, verb);
      if (line) print(loaded.reading.errors.length > 0 ? paint.red(line) : paint.bold(line));
      tally = new Map();
    },
    progress: (done) => bar.show(done, portals),
    end: ({ finishedAt, exitCode, error }) => {
      bar.clear();
      if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
      const seconds = ((finishedAt.getTime() - started) / 1000).toFixed(1);
      if (portals > 0 && !error) print(paint.dim(`${seconds} s`));
      if (exitCode === 2) print(verb === 'plan' ? MAKE_IT_SO : DETECTED);
    },
  };
}

// --- internal ---

function finding(
  file: string,
  { line, column, message, excerpt, caret }: PolicyError | PolicyWarning,
  kind: string,
  paint: Colours,
): string {
  const head = `${printable(file)}:${line}:${column}: ${kind}: ${message}`;
  if (excerpt === '') return head;
  const number = String(line);
  return `${head}\n  ${paint.dim(`${number} |`)} ${excerpt}\n  ${' '.repeat(number.length)} ${paint.dim('|')} ${' '.repeat(caret)}${paint.red('^')}`;
}

const MAKE_IT_SO = 'Nothing was written. To make it so: policy-sync apply, with the same arguments.';
const DETECTED = 'Nothing was written where the mode is detect: these portals differ from their policy.';

const DONE = { create: 'created', update: 'updated', remove: 'removed', none: 'unchanged' } as const;

/** How many outcomes a summary's word stands for. */
type Tally = Map<string, number>;

const WORD_ORDER = [
  'to create',
  'to update',
  'to remove',
  'created',
  'updated',
  'removed',
  'unchanged',
  'failed',
  'skipped',
];

function wordFor({ status, action }: PortalOutcome): string {
  if (status === 'failed' || status === 'skipped' || action === null) return status;
  return status === 'done' || action === 'none' ? DONE[action] : `to ${action}`;
}

function portalLines(outcome: PortalOutcome, paint: Colours): string {
  const { portal, action, status, changes, warnings, error } = outcome;
  const name = portal.padEnd(20);
  if (status === 'skipped')
    return `  ${paint.yellow('?')} ${name} ${paint.yellow('skipped')}  ${reason(error)}`;
  const lines = changes.map((change) => `      ${changeText(change, paint)}`);
  for (const { code, message } of warnings) lines.push(`      ${paint.yellow(code)}: ${message}`);
  if (status === 'failed' || action === null) {
    const what = action === null || action === 'none' ? '' : ` (to ${action})`;
    return [`  ${paint.red('!')} ${name} ${paint.red('failed')}${what}  ${reason(error)}`, ...lines].join(
      '\n',
    );
  }
  return [`  ${SIGNS[action](paint)} ${name} ${wordFor(outcome)}`, ...lines].join('\n');
}

const SIGNS = {
  create: (paint: Colours) => paint.green('+'),
  update: (paint: Colours) => paint.cyan('~'),
  remove: (paint: Colours) => paint.red('-'),
  none: (paint: Colours) => paint.dim('='),
};

function reason(error: PortalOutcome['error']): string {
  return error ? `${error.code}: ${error.message}` : '';
}

function changeText({ field, from, to }: Change, paint: Colours): string {
  const name = field.padEnd(24);
  if (from === null) return `${name} ${paint.green(value(to))}`;
  if (to === null) return `${name} ${paint.red(value(from))} -> (none)`;
  return `${name} ${paint.red(value(from))} -> ${paint.green(value(to))}`;
}

function value(value: string | number | null): string {
  return typeof value === 'string' ? printable(JSON.stringify(value).slice(1, -1), 120) : String(value);
}

function policySummary(
  { policy, file, reading }: LoadedPolicy,
  portals: number,
  tally: Tally,
  verb: Verb,
): string | undefined {
  const errors = reading.errors.length;
  if (errors > 0)
    return `${printable(file)}: ${count(errors, 'error')}${verb === 'validate' ? '' : ': nothing was started'}`;
  if (verb === 'validate') return `${printable(file)}: valid, ${count(portals, 'portal')}`;
  if (portals === 0) return undefined;
  const parts = WORD_ORDER.filter((word) => tally.has(word)).map((word) => `${tally.get(word)} ${word}`);
  return `${printable(policy)}: ${count(portals, 'portal')}: ${parts.join(', ')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
