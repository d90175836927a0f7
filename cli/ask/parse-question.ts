import type { Question } from '../request.ts';
import { UsageError } from '../usage-error.ts';

/** The options typed, as far as questions take them. */
export type QuestionOptions = {
  readonly keys: string | undefined;
  readonly portals: readonly string[];
  readonly concurrency: number;
  readonly reports: string | undefined;
  readonly output: string;
  /** The names of the options typed, without their dashes. */
  readonly typed: readonly string[];
};

export const QUESTIONS = ['status', 'why', 'adopt'] as const;
export type QuestionVerb = (typeof QUESTIONS)[number];

export function isQuestion(verb: string): verb is QuestionVerb {
  return (QUESTIONS as readonly string[]).includes(verb);
}

/** @throws UsageError */
export function parseQuestion(
  verb: QuestionVerb,
  operands: readonly string[],
  options: QuestionOptions,
): Question {
  const foreign = options.typed.find((name) => !OPTIONS[verb].includes(name));
  if (foreign !== undefined) throw new UsageError(`${verb} takes no --${foreign}`);
  switch (verb) {
    case 'status':
      return parseStatus(operands, options);
    case 'why':
      return parseWhy(operands, options);
    case 'adopt':
      return parseAdopt(operands, options);
  }
}

// --- internal ---

const OPTIONS: Readonly<Record<QuestionVerb, readonly string[]>> = {
  status: ['json'],
  why: ['json', 'reports'],
  adopt: ['keys', 'portal', 'concurrency'],
};

function parseStatus(operands: readonly string[], { output }: QuestionOptions): Question {
  const [place, ...more] = operands;
  if (place === undefined || more.length > 0)
    throw new UsageError('status needs one place: s3://bucket, or a folder with a copy of the bucket');
  return { kind: 'status', place: checkPlace(place), json: output === 'json' };
}

function parseWhy(operands: readonly string[], { output, reports }: QuestionOptions): Question {
  const [portal, ...files] = operands;
  if (portal === undefined || files.length === 0)
    throw new UsageError("why needs a portal's name, then at least one policy file");
  return {
    kind: 'why',
    portal,
    files: [...new Set(files)],
    reports: reports === undefined ? undefined : checkPlace(reports),
    json: output === 'json',
  };
}

function parseAdopt(operands: readonly string[], options: QuestionOptions): Question {
  const { keys = 'aws', portals, concurrency } = options;
  if (operands.length > 0)
    throw new UsageError('adopt takes no file: it writes a policy to stdout, from the portals of --keys');
  if (keys === 'aws' && portals.length === 0)
    throw new UsageError(
      'adopt with keys from AWS needs the portals named: --portal NAME (repeatable); a key file names them itself',
    );
  return { kind: 'adopt', keys, portals, concurrency };
}

function checkPlace(place: string): string {
  if (place === '') throw new UsageError('the place of the reports is empty: s3://bucket, or a folder');
  if (place.startsWith('s3:') && !/^s3:\/\/[^/]+\/?$/.test(place))
    throw new UsageError('a bucket with reports is named s3://bucket, with nothing behind it');
  return place;
}
