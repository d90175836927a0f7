import { printable } from '../../functions/model/printable.ts';
import type { Verb } from '../request.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import { OUTCOME_WORDS, type OutcomeWord } from './describe-outcome.ts';
import { sayUnlisted } from './describe-selected.ts';
import { tellCount } from './tell-count.ts';

/** How many outcomes of a policy a word stands for. */
export type Tally = Map<OutcomeWord, number>;

/** One line on a policy; `undefined` where there is nothing to say. */
export function summaryOf(
  loaded: LoadedPolicy,
  portals: number,
  tally: Tally,
  verb: Verb,
): string | undefined {
  const { policy, file, reading } = loaded;
  const errors = reading.errors.length;
  if (errors > 0)
    return `${printable(file)}: ${tellCount(errors, 'error')}${verb === 'validate' ? '' : ': nothing was started'}`;
  const conflicts = tally.get('held') ?? 0;
  if (verb === 'validate' && conflicts > 0)
    return `${printable(file)}: ${tellCount(portals, 'portal')}, ${tellCount(conflicts)} of them in conflict with other policies`;
  if (verb === 'validate')
    return `${printable(file)}: valid, ${tellCount(portals, 'portal')}${sayUnlisted(loaded)}`;
  if (tally.size === 0) return undefined;
  const parts = OUTCOME_WORDS.filter((word) => tally.has(word)).map(
    (word) => `${tellCount(tally.get(word) ?? 0)} ${word}`,
  );
  return `${printable(policy)}: ${tellCount(portals, 'portal')}: ${parts.join(', ')}`;
}
