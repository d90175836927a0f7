import { didYouMean, nearName } from '../functions/model/near-name.ts';
import type { Concurrency } from '../functions/model/ports/places.ts';
import { printable } from '../functions/model/printable.ts';
import { parseQuestion } from './ask/parse-question.ts';
import { COMMANDS, isCommand, isQuestion, isRunVerb } from './commands.ts';
import { asTyped, LINES, parseOptions, type Typed } from './options.ts';
import type { Command, Request } from './request.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError */
export function parseArguments(argv: readonly string[]): Request {
  const { values, positionals } = parseOptions(argv);
  const [verb, ...files] = positionals;
  if (values.help || verb === 'help') return parseHelp(verb === 'help' ? files[0] : verb);
  if (values.version) return { kind: 'version' };
  if (verb === undefined) throw new UsageError(`a command is missing: ${ALL_COMMANDS}`);
  if (verb === 'playground') return parsePlayground(files, Object.keys(values).map(asTyped));
  const common = {
    output: outputOf(values),
    portals: [...new Set(values.portal ?? [])],
    concurrency: parseConcurrency(values.concurrency),
    verbose: values.verbose === true,
  };
  if (isQuestion(verb)) {
    const { keys, reports, out, under } = values;
    const options = { ...common, keys, reports, out, under, typed: Object.keys(values).map(asTyped) };
    return { kind: 'question', question: parseQuestion(verb, files, options) };
  }
  if (!isRunVerb(verb)) throw new UsageError(unknownCommand(verb));
  if (values.reports !== undefined) throw new UsageError('--reports goes with why alone', verb);
  for (const name of ['out', 'under'] as const)
    if (values[name] !== undefined) throw new UsageError(`${verb} takes no --${name}`, verb);
  if (files.length === 0) throw new UsageError(`${verb} needs at least one policy file`, verb);
  const command: Command = {
    verb,
    files: [...new Set(files)],
    keys: values.keys ?? 'aws',
    yes: values.yes === true,
    summary: values.summary,
    ...common,
  };
  return { kind: 'run', command };
}

// --- internal ---

const ALL_COMMANDS = COMMANDS.join(', ').replace(/, (?=[^,]*$)/, ' or ');

const MOST_AT_ONCE = 1024;

function parseHelp(topic: string | undefined): Request {
  if (topic === undefined || isCommand(topic)) return { kind: 'help', topic };
  throw new UsageError(unknownCommand(topic));
}

function parsePlayground(operands: readonly string[], options: readonly string[]): Request {
  const option = options.find((name) => name !== '--verbose');
  if (option !== undefined) throw new UsageError(`playground takes no ${option}`, 'playground');
  if (operands.length > 0)
    throw new UsageError('playground takes no file: it writes its own, into playground/', 'playground');
  return { kind: 'playground' };
}

function unknownCommand(word: string): string {
  const shown = printable(word, 70);
  if (/\.ya?ml$/.test(word)) return `"${shown}" is no command: did you mean policy-sync plan ${shown}?`;
  const near = nearName(word, [...COMMANDS, 'help']);
  return `unknown command "${shown}"${near === undefined ? `: ${ALL_COMMANDS}` : didYouMean(word, [near])}`;
}

function outputOf(values: Typed['values']): Command['output'] {
  const wanted = [values.json && 'json', values[LINES] && 'lines', values.markdown && 'markdown'].filter(
    (one) => one !== undefined,
  );
  if (wanted.length > 1) throw new UsageError('--json, --json=lines and --markdown exclude each other');
  return (wanted[0] as Command['output'] | undefined) ?? 'human';
}

function parseConcurrency(text: string | undefined): Concurrency {
  if (text === undefined || text === 'auto') return 'auto';
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_AT_ONCE) return number;
  throw new UsageError(
    `--concurrency takes a whole number from 1 to ${MOST_AT_ONCE}, or auto, not "${printable(text, 70)}"`,
  );
}
