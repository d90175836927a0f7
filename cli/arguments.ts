import { parseArgs } from 'node:util';
import { isQuestion, parseQuestion, QUESTIONS } from './ask/parse-question.ts';
import type { Command, Request, Verb } from './request.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError */
export function parseArguments(argv: readonly string[]): Request {
  const { values, positionals } = parse(argv);
  if (values.help || positionals[0] === 'help') return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [verb, ...files] = positionals;
  if (verb === undefined) throw new UsageError(`a command is missing: ${ALL_VERBS}`);
  const common = {
    output: outputOf(values),
    portals: [...new Set(values.portal ?? [])],
    concurrency: parseConcurrency(values.concurrency),
  };
  if (isQuestion(verb)) {
    const { keys, reports } = values;
    const options = { ...common, keys, reports, typed: Object.keys(values) };
    return { kind: 'question', question: parseQuestion(verb, files, options) };
  }
  if (!isVerb(verb)) throw new UsageError(`unknown command "${verb}": ${ALL_VERBS}`);
  if (values.reports !== undefined) throw new UsageError('--reports goes with why alone');
  if (files.length === 0) throw new UsageError(`${verb} needs at least one policy file`);
  const command: Command = { verb, files: [...new Set(files)], keys: values.keys ?? 'aws', ...common };
  return { kind: 'run', command };
}

export const HELP = `policy-sync: backup schedules of DocSpace portals as policy

  policy-sync validate FILE...               check policies, offline
  policy-sync plan     FILE... [--keys K]    read every portal, write nothing, show what would change
  policy-sync apply    FILE... [--keys K]    make it so
  policy-sync audit    FILE... [--keys K]    who is protected: ask every portal for its archives, write nothing

  policy-sync status PLACE                   what the last report of each policy says
  policy-sync why PORTAL FILE...             one portal's schedule: where each field comes from
  policy-sync adopt --keys K                 write a policy from what the portals hold now, to stdout

FILE   a path, or s3://bucket/key
PLACE  s3://bucket, or a folder with a copy of the bucket's reports

  --keys FILE | aws     the portals' URLs and API keys: a YAML or JSON file, or AWS Secrets Manager (default: aws)
  --portal NAME         treat this portal alone (repeatable); adopt with keys from AWS needs it
  --concurrency N       portals at once, 1 to 1024 (default: 64)
  --reports PLACE       with why: also the portal's last outcomes, and its next backup
  --json                one JSON document on stdout; --json=lines: a line for each portal, a summary last
  --markdown            for a comment of a pull request, or a job's summary
  --help, --version

Exit code: 0 all well (for plan: and nothing to change); 1 something is wrong; 2 plan, or mode: detect, found changes.
plan: 1 if a guard would hold changes.
audit: 1 if a portal is late, claimed, unprotected or unknown.
status: 1 if a report is not ok, or none is found.
adopt: 1 if a portal could not be read, or its schedule not be written.
`;

// --- internal ---

const RUN_VERBS: readonly Verb[] = ['validate', 'plan', 'apply', 'audit'];
const ALL_VERBS = [...RUN_VERBS, ...QUESTIONS].join(', ').replace(/, (?=[^,]*$)/, ' or ');

const LINES = 'json-lines';
const MOST_AT_ONCE = 1024;

function parse(argv: readonly string[]) {
  // parseArgs knows no option that may have a value or none.
  const args = argv.map((arg) => (arg === '--json=lines' ? `--${LINES}` : arg));
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        keys: { type: 'string' },
        json: { type: 'boolean' },
        [LINES]: { type: 'boolean' },
        markdown: { type: 'boolean' },
        portal: { type: 'string', multiple: true },
        reports: { type: 'string' },
        concurrency: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    const [message = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(message.replace(/^./, (first) => first.toLowerCase()));
  }
}

function outputOf(values: { json?: boolean; [LINES]?: boolean; markdown?: boolean }): Command['output'] {
  const wanted = [values.json && 'json', values[LINES] && 'lines', values.markdown && 'markdown'].filter(
    (one) => one !== undefined,
  );
  if (wanted.length > 1) throw new UsageError('--json, --json=lines and --markdown exclude each other');
  return (wanted[0] as Command['output'] | undefined) ?? 'human';
}

function isVerb(text: string): text is Verb {
  return (RUN_VERBS as readonly string[]).includes(text);
}

function parseConcurrency(text: string | undefined): number {
  if (text === undefined) return 64;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_AT_ONCE) return number;
  throw new UsageError(`--concurrency takes a whole number from 1 to ${MOST_AT_ONCE}, not "${text}"`);
}
