import { parseArgs } from 'node:util';
import { didYouMean } from '../functions/model/near-name.ts';
import { printable } from '../functions/model/printable.ts';
import { UsageError } from './usage-error.ts';

/** A command line, taken apart: which of its words are options. */
export type Typed = ReturnType<typeof parseOptions>;

/** @throws UsageError for an option that is none, or has a value too few or too many */
export function parseOptions(argv: readonly string[]) {
  // parseArgs knows no option that may have a value or none.
  const args = argv.map((arg) => (arg === '--json=lines' ? `--${LINES}` : arg));
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(whatIsWrong(error, argv));
  }
}

/** How an option is typed. @param name as `Typed.values` has it */
export function asTyped(name: string): string {
  return name === LINES ? '--json=lines' : `--${name}`;
}

export const LINES = 'json-lines';

// --- internal ---

const OPTIONS = {
  keys: { type: 'string' },
  json: { type: 'boolean' },
  [LINES]: { type: 'boolean' },
  markdown: { type: 'boolean' },
  summary: { type: 'string' },
  verbose: { type: 'boolean' },
  yes: { type: 'boolean' },
  portal: { type: 'string', multiple: true },
  reports: { type: 'string' },
  out: { type: 'string' },
  under: { type: 'string' },
  concurrency: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** In our own words: those of Node change from version to version. */
function whatIsWrong(error: unknown, argv: readonly string[]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = /'(?:-\w, )?(--?[^\s'=]*)/.exec(message)?.[1] ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return unknownOption(said, argv);
  const takesText = (OPTIONS as Record<string, { type: string }>)[said.slice(2)]?.type === 'string';
  if (said === '--json') return '--json takes no value but lines: --json=lines';
  return takesText
    ? `${said} needs a value (one that begins with a dash: ${said}=VALUE)`
    : `${printable(said, 70)} takes no value`;
}

/** `-jsn` is read as the letters j, s, n: what was typed is told. */
function unknownOption(said: string, argv: readonly string[]): string {
  const isLetter = /^-[^-]$/.test(said);
  const letters = (arg: string) => /^-[^-]/.test(arg) && arg.includes(said.slice(1));
  const word = (isLetter ? argv.find(letters) : undefined) ?? said;
  const names = Object.keys(OPTIONS).filter((name) => name !== LINES);
  const name = word.replace(/^-+/, '').replace(/=.*$/s, '');
  const meant = ALIKE.get(name) ?? didYouMean(name, names).replace('"', '"--');
  return `there is no option ${printable(word.replace(/=.*$/s, ''), 70)}${meant}`;
}

/** What other commands call it. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['dry-run', ': policy-sync plan writes nothing'],
  ['n', ': policy-sync plan writes nothing'],
  ['force', ': did you mean "--yes"?'],
  ['y', ': did you mean "--yes"?'],
  ['v', ': did you mean "--verbose" or "--version"?'],
  ['output', ': did you mean "--json" or "--markdown"?'],
  ['o', ': did you mean "--json" or "--markdown"?'],
  ['parallelism', ': did you mean "--concurrency"?'],
  ['target', ': did you mean "--portal"?'],
]);
