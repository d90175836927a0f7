import type { Verb } from '../request.ts';
import type { ExitCode } from '../terminal.ts';
import { tellCount } from '../words/tell-count.ts';
import type { Account } from './gather-account.ts';

/** A run in a few words, worst first: `GUARDED, 3 to remove`, `nothing to change`. */
export function markdownVerdict({ verb, policies, groups }: Account, exitCode: ExitCode): string {
  const isGuarded = policies.some(({ guard }) => guard && !guard.isLetThrough);
  const isWrong = groups.some(
    ({ kind }) =>
      kind.section === 'needs' && kind.rank < REMOVALS && (kind.word !== 'held' || isOther(kind.code)),
  );
  const gone = groups.filter(
    ({ kind, sample }) => sample.action === 'remove' && !kind.flags.includes(WATCHED),
  );
  const sizeOf = (isDone: boolean) =>
    gone
      .filter(({ sample }) => (sample.status === 'done') === isDone)
      .reduce((sum, { members }) => sum + members.length, 0);
  const [toRemove, removed] = [sizeOf(false), sizeOf(true)];
  const isMade = policies.some(({ deeds }) => deeds.writes > 0);
  const parts = [
    ...(isGuarded ? ['GUARDED'] : []),
    ...(exitCode === 1 && (isWrong || !isGuarded) ? [VERDICTS[verb](1, false)] : []),
    ...(verb !== 'audit' && toRemove > 0 ? [`${tellCount(toRemove)} to remove`] : []),
    ...(removed > 0 ? [`${tellCount(removed)} removed`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : VERDICTS[verb](exitCode, isMade);
}

// --- internal ---

/** The rank of what is no failure. */
const REMOVALS = 4;
const WATCHED = 'only detected';
const isOther = (code: string | undefined) => code !== undefined && code !== 'GUARDED';

const WRONG = 'something is wrong';
const NOTHING = 'nothing to change';
const DETECTED = 'changes not written where the mode is detect';

const VERDICTS: Readonly<Record<Verb, (exitCode: ExitCode, isMade: boolean) => string>> = {
  validate: (exitCode) => (exitCode === 0 ? 'valid' : 'errors'),
  plan: (exitCode) => [NOTHING, WRONG, 'changes'][exitCode] ?? WRONG,
  apply: (exitCode, isMade) => {
    if (exitCode === 1) return WRONG;
    if (exitCode === 2) return isMade ? `changes made, and ${DETECTED}` : DETECTED;
    return isMade ? 'changes made' : NOTHING;
  },
  audit: (exitCode) => (exitCode === 0 ? 'nothing is wrong' : WRONG),
};
