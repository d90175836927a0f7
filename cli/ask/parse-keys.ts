import type { Concurrency } from '../../functions/model/ports/places.ts';
import type { Question } from '../request.ts';
import { UsageError } from '../usage-error.ts';

/** The options typed, as far as `keys` takes them. */
export type KeysOptions = {
  readonly out: string | undefined;
  readonly output: string;
  readonly concurrency: Concurrency;
  /** The options typed, as they are typed. */
  readonly typed: readonly string[];
};

/** @throws UsageError */
export function parseKeys(
  [act, keys, ...files]: readonly string[],
  { out, output, concurrency, typed }: KeysOptions,
): Question {
  if (act !== 'pack' && act !== 'check')
    throw new UsageError(
      'keys is followed by pack or check: keys pack KEYS --out DIR, keys check KEYS',
      'keys',
    );
  const foreign = typed.find((name) => name !== '--verbose' && !OPTIONS[act].includes(name));
  if (foreign !== undefined) throw new UsageError(`keys ${act} takes no ${foreign}`, 'keys');
  if (keys === undefined || keys === '')
    throw new UsageError(`keys ${act} needs a key file: keys ${act} KEYS`, 'keys');
  if (act === 'check')
    return { kind: 'keys', act, keys, files: [...new Set(files)], concurrency, json: output === 'json' };
  if (keys === 'aws')
    throw new UsageError('keys pack takes a key file: what is in AWS already cannot be packed', 'keys');
  if (files.length > 0) throw new UsageError('keys pack takes one key file', 'keys');
  if (out === undefined || out === '')
    throw new UsageError('keys pack needs --out DIR: the folder for the groups’ files', 'keys');
  return { kind: 'keys', act, keys, folder: out };
}

// --- internal ---

const OPTIONS: Readonly<Record<'pack' | 'check', readonly string[]>> = {
  pack: ['--out'],
  check: ['--json', '--concurrency'],
};
