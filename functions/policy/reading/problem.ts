/**
 * What is wrong at one place of a policy. Messages may be made late: out of a hundred thousand problems a thousand
 * are told, and a suggestion costs time.
 */
export type Problem = {
  readonly offset: number;
  readonly kind: ProblemKind;
  readonly message: string | (() => string);
  /** A rule of this edition: a lenient reading only warns of it. */
  readonly isNew?: true;
  /** What a parser calls it. `LIMIT`: reading ended there. */
  readonly code?: string;
};

/**
 * `syntax`: no good YAML here, but its neighbours can be trusted. `structure`: from here on maps and lists may not be
 * what their writer meant. `value`: a known field's value is wrong. `typo`: a key that is nearly a known one, or reserved.
 * `text`: a param's text, which may be any, is not what it must be. `shape`: keys and collections in the wrong place. `missing`: something is not there.
 */
export type ProblemKind = 'syntax' | 'structure' | 'value' | 'typo' | 'text' | 'shape' | 'missing';

/** What a rule found. Without an offset it is told at the portal's key. */
export type Finding = Omit<Problem, 'offset' | 'message'> & {
  readonly offset?: number;
  readonly message: string;
};

/** How many errors, and how many warnings, of one file are told. */
export const MOST_TOLD = 1000;

/** Problems of one kind of reading, and how many more there were than anybody will be told. */
export type ProblemList = {
  readonly kept: readonly Problem[];
  /** Takes problems in the order of the text, more or less; past the limit they are counted alone. */
  add(problem: Problem): void;
  /** How many were counted and not kept. */
  readonly uncounted: () => number;
};

/** Rules of this edition are counted apart: what a lenient reading only warns of must not crowd out an error. */
export function listProblems(limit = MOST_TOLD): ProblemList {
  const kept: Problem[] = [];
  let [old, recent, more] = [0, 0, 0];
  return {
    kept,
    add: (problem) => {
      if ((problem.isNew ? recent++ : old++) < limit) {
        kept.push(problem);
        return;
      }
      more += 1;
      // A parser tells what is around something last: the first in the text must not be lost.
      if (kept[0] && problem.offset < kept[0].offset && !problem.isNew) kept[0] = problem;
    },
    uncounted: () => more,
  };
}

/** The problems at the places that theirs had before an edit. */
export function moveProblems(
  lists: readonly ProblemList[],
  before: (offset: number) => number,
): readonly ProblemList[] {
  return lists.map(({ kept, add, uncounted }) => ({
    kept: kept.map((problem) => ({ ...problem, offset: before(problem.offset) })),
    add,
    uncounted,
  }));
}
