import type { PortalOutcome, PortalWarning } from '../../functions/model/outcome.ts';
import { isBad } from '../../functions/model/protection.ts';

/** What a portal is counted under in an answer to people. */
export type Kind = {
  readonly section: 'needs' | 'changes' | 'rest';
  /** The order of an answer: what is worst comes first. */
  readonly rank: number;
  readonly word: string;
  /** The error's code. */
  readonly code?: string | undefined;
  readonly sign: '!' | '?' | '-' | '~' | '+' | '=';
  /** What somebody must know of a change before they agree to it. */
  readonly flags: readonly string[];
};

export function kindOf(outcome: PortalOutcome): Kind {
  const { status, action, held, error, protection } = outcome;
  const code = error?.code;
  const flags = flagsOf(outcome);
  if (held)
    return { section: 'needs', rank: action === 'remove' ? 1 : 1.5, word: 'held', code, sign: '?', flags };
  if (status === 'skipped') return { section: 'needs', rank: 2, word: 'skipped', code, sign: '?', flags };
  if (status === 'failed' || action === null)
    return { section: 'needs', rank: 0, word: 'failed', code, sign: '!', flags };
  if (protection && isBad(protection))
    return { section: 'needs', rank: 3, word: protection.verdict, sign: '!', flags };
  if (action === 'none') return { section: 'rest', rank: 9, word: 'unchanged', sign: '=', flags };
  return { ...changeOf(outcome), flags };
}

/** What is done to a portal, in one word: of an update what it does to the portal's protection. */
export function wordOfChange({ action, effect, status }: PortalOutcome): string {
  const isDone = status === 'done';
  switch (action) {
    case 'create':
      return isDone ? 'created' : 'create';
    case 'remove':
      return isDone ? 'removed' : 'remove';
    default:
      if (effect === 'weaken') return isDone ? 'weakened' : 'weaken';
      if (effect === 'strengthen') return isDone ? 'strengthened' : 'strengthen';
      return isDone ? 'updated' : 'update';
  }
}

// --- internal ---

/** A portal that is only watched loses nothing: its removal needs nobody. */
function changeOf(outcome: PortalOutcome): Omit<Kind, 'flags'> {
  const { action, effect, mode } = outcome;
  const word = wordOfChange(outcome);
  const later = mode === 'detect' ? 0.5 : 0;
  if (action === 'remove')
    return { section: later ? 'changes' : 'needs', rank: later ? 5.5 : 4, word, sign: '-' };
  if (action === 'create') return { section: 'changes', rank: 7 + later, word, sign: '+' };
  return { section: 'changes', rank: (effect === 'weaken' ? 5 : 6) + later, word, sign: '~' };
}

/** `RUNS_AT_ONCE` is none: it is the rule, and told once for all. */
const FLAGS: Partial<Record<PortalWarning['code'], string>> = {
  DELETES_ARCHIVES: 'deletes archives',
  MAY_DELETE_ARCHIVES: 'may delete archives',
  MOVES_ARCHIVES: 'archives stay in the old place',
};

function flagsOf({ warnings, mode, status, effect, action }: PortalOutcome): string[] {
  const ofWarnings = warnings.flatMap(({ code }) => FLAGS[code] ?? []);
  const isWatched = mode === 'detect' && status === 'planned';
  const isWeakCreation = action === 'create' && effect === 'weaken';
  return [
    ...(isWatched ? ['only detected'] : []),
    ...(isWeakCreation ? ['weaken'] : []),
    ...new Set(ofWarnings),
  ];
}
