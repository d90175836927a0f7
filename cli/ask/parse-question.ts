import { isPattern } from '../../functions/model/name-pattern.ts';
import type { Concurrency } from '../../functions/model/ports/places.ts';
import type { Question } from '../request.ts';
import { UsageError } from '../usage-error.ts';
import { parseKeys } from './parse-keys.ts';

/** The options typed, as far as questions take them. */
export type QuestionOptions = {
  readonly keys: string | undefined;
  readonly portals: readonly string[];
  readonly concurrency: Concurrency;
  readonly reports: string | undefined;
  readonly out: string | undefined;
  readonly under: string | undefined;
  readonly output: 'human' | 'json' | 'lines' | 'markdown';
  readonly verbose: boolean;
  /** The options typed, as they are typed. */
  readonly typed: readonly string[];
};

/** @throws UsageError */
export function parseQuestion(
  verb: Question['kind'],
  operands: readonly string[],
  options: QuestionOptions,
): Question {
  const foreign = options.typed.find((name) => !OPTIONS[verb].includes(name));
  if (foreign !== undefined) throw new UsageError(`${verb} takes no ${foreign}`, verb);
  switch (verb) {
    case 'status':
      return parseStatus(operands, options);
    case 'why':
      return parseWhy(operands, options);
    case 'report':
      return parseReport(operands, options);
    case 'settings':
      return parseSettings(operands, options);
    case 'adopt':
      return parseAdopt(operands, options);
    case 'keys':
      return parseKeys(operands, options);
  }
}

// --- internal ---

const OPTIONS: Readonly<Record<Question['kind'], readonly string[]>> = {
  status: ['--json', '--markdown', '--verbose'],
  why: ['--json', '--reports', '--verbose'],
  report: ['--markdown', '--out', '--verbose'],
  settings: ['--under', '--verbose'],
  adopt: ['--keys', '--portal', '--concurrency', '--verbose'],
  keys: ['--out', '--json', '--concurrency', '--verbose'],
};

function parseStatus(operands: readonly string[], { output, verbose }: QuestionOptions): Question {
  const [place, ...more] = operands;
  if (place === undefined || more.length > 0)
    throw new UsageError(
      'status needs one place: s3://bucket, or a folder with a copy of the bucket',
      'status',
    );
  return {
    kind: 'status',
    place: checkPlace(place, 'status'),
    output: output === 'lines' ? 'json' : output,
    verbose,
  };
}

function parseWhy(operands: readonly string[], { output, reports }: QuestionOptions): Question {
  const [portal, ...files] = operands;
  if (portal === undefined || files.length === 0)
    throw new UsageError("why needs a portal's name, then at least one policy file", 'why');
  return {
    kind: 'why',
    portal,
    files: [...new Set(files)],
    reports: reports === undefined ? undefined : checkPlace(reports, 'why'),
    json: output === 'json',
  };
}

function parseReport(operands: readonly string[], { out = 'fleet.html', output }: QuestionOptions): Question {
  const [place, ...more] = operands;
  if (place === undefined || more.length > 0)
    throw new UsageError(
      'report needs one place: s3://bucket, or a folder with a copy of the bucket',
      'report',
    );
  return { kind: 'report', place: checkPlace(place, 'report'), file: out, markdown: output === 'markdown' };
}

function parseSettings(operands: readonly string[], { under }: QuestionOptions): Question {
  const [file, ...more] = operands;
  if (file === undefined || more.length > 0)
    throw new UsageError('settings needs one file: what the stack gives as the output Settings', 'settings');
  return { kind: 'settings', file, under };
}

function parseAdopt(operands: readonly string[], options: QuestionOptions): Question {
  const { keys = 'aws', portals, concurrency } = options;
  if (operands.length > 0)
    throw new UsageError(
      'adopt takes no file: it writes a policy to stdout, from the portals of --keys',
      'adopt',
    );
  if (keys === 'aws' && portals.length === 0)
    throw new UsageError(
      'adopt with keys from AWS needs the portals named: --portal NAME (repeatable); a key file names them itself',
      'adopt',
    );
  const pattern = portals.find(isPattern);
  if (keys === 'aws' && pattern !== undefined)
    throw new UsageError(
      'adopt with keys from AWS takes names, and no patterns: a key file knows its names',
      'adopt',
    );
  return { kind: 'adopt', keys, portals, concurrency };
}

function checkPlace(place: string, verb: Question['kind']): string {
  if (place === '') throw new UsageError('the place of the reports is empty: s3://bucket, or a folder', verb);
  if (place.startsWith('s3:') && !/^s3:\/\/[^/]+\/?$/.test(place))
    throw new UsageError('a bucket with reports is named s3://bucket, with nothing behind it', verb);
  return place;
}
