import type { PolicyError, PolicyWarning } from '../../model/finding.ts';
import { makeExcerpt } from './excerpt.ts';
import type { MaskedText } from './hidden-parts.ts';
import type { LineMap } from './line-map.ts';
import type { Warning } from './policy-warnings.ts';
import { MOST_TOLD, type Problem, type ProblemList } from './problem.ts';

/** What of a file whose syntax is broken was not read as it stands there. */
export type Doubt = {
  /** From here on nothing can be trusted but values of known fields. */
  readonly doubtfulFrom: number | undefined;
  /** Lines that were mended, the first and the last of each, from 0. */
  readonly mended: readonly (readonly [first: number, last: number])[];
};

/** The problems as errors, by position, each once, the first thousand of them. */
export function tellErrors(
  syntax: readonly ProblemList[],
  meaning: readonly ProblemList[],
  masked: MaskedText,
  lines: LineMap,
  doubt: Doubt,
): PolicyError[] {
  const lists = [...syntax, ...meaning];
  const problems = lists.flatMap(({ kept }) => kept);
  const unechoed = dropEchoes(problems, masked.text, lines, doubt);
  // An invalid file has an error, whatever was taken for an echo.
  const honest = unechoed.length > 0 ? unechoed : problems.toSorted(byOffset).slice(0, 1);
  const told = honest.map(({ offset, message }) => ({ offset, message }));
  // In a broken file most of what was counted and not kept would be an echo: the count is then a lower bound.
  const uncounted = (masked.isBroken ? syntax : lists).reduce((sum, list) => sum + list.uncounted(), 0);
  return tell(told, uncounted, 'error', masked, lines).map(({ finding, ...rest }) => ({ ...rest }));
}

export function tellWarnings(
  warnings: readonly Warning[],
  masked: MaskedText,
  lines: LineMap,
): PolicyWarning[] {
  return tell(warnings, 0, 'warning', masked, lines).map(({ finding, ...rest }) => ({
    ...rest,
    code: finding.code,
  }));
}

// --- internal ---

type Finding = { readonly offset: number; readonly message: string | (() => string) };

/**
 * Leaves out what is only an echo of broken syntax. A line whose structure is broken is told once. From a break on
 * that could not be mended, keys may stand in other maps than their writer meant, and further breaks follow from it:
 * what still can be trusted are wrong values of known fields, and near misses. Nothing is missing from a file that
 * could not be read whole.
 */
function dropEchoes(
  problems: readonly Problem[],
  text: string,
  lines: LineMap,
  { doubtfulFrom = Number.POSITIVE_INFINITY, mended }: Doubt,
): Problem[] {
  const lineOf = ({ offset }: Problem) => lines.positionOf(offset).line;
  const breaks = new Map<number, Problem>();
  const faults = new Map<number, Problem[]>();
  for (const problem of problems.toSorted(byOffset)) {
    const line = lineOf(problem);
    if (problem.kind === 'structure' && !breaks.has(line)) breaks.set(line, problem);
    if (problem.kind === 'syntax') faults.set(line, [...(faults.get(line) ?? []), problem]);
  }
  const hasCharacter = new Set(problems.filter(isCharacter).map(lineOf));
  const isMended = (problem: Problem) => {
    const line = lineOf(problem) - 1;
    return mended.some(([first, last]) => line >= first && line <= last);
  };
  return problems.filter((problem) => {
    const { kind, offset } = problem;
    if (isCharacter(problem)) return true;
    if (hasCharacter.has(lineOf(problem)) && (kind === 'syntax' || kind === 'structure')) return false;
    if (kind === 'syntax') return true;
    if (kind === 'structure') return breaks.get(lineOf(problem)) === problem;
    if (kind === 'missing') return breaks.size === 0;
    if (isMended(problem)) return false;
    if (breaks.has(lineOf(problem)) || isFaulty(problem, faults.get(lineOf(problem)) ?? [], text))
      return false;
    // Where a brace is missing, a text takes in the comma after it.
    if (kind === 'text' && breaks.size > 0 && lineAt(text, offset).trimEnd().endsWith(',')) return false;
    return (kind !== 'shape' && kind !== 'text') || offset < doubtfulFrom;
  });
}

/** The rest of a line. */
function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? text.length : end);
}

/** Whether a fault of syntax stands within the very value that the problem is about. */
function isFaulty({ offset }: Problem, faults: readonly Problem[], text: string): boolean {
  return faults.some(
    (fault) =>
      fault.offset >= offset &&
      fault.offset < offset + 200 &&
      !/[,{}]/.test(text.slice(offset, fault.offset)),
  );
}

/** A character that has no place in a policy: what a parser makes of its line follows from it. */
function isCharacter({ code }: Problem): boolean {
  return code === 'LOOK_ALIKE' || code === 'CONTROL';
}

function byOffset(a: Finding, b: Finding): number {
  return a.offset - b.offset;
}

function tell<F extends Finding>(
  findings: readonly F[],
  uncounted: number,
  noun: string,
  masked: MaskedText,
  lines: LineMap,
): (PolicyError & { readonly finding: F })[] {
  const place = (finding: F, message: string) => {
    const { line, column } = lines.positionOf(finding.offset);
    return { line, column, message, ...makeExcerpt(masked, lines, finding.offset), finding };
  };
  const sorted = findings.toSorted(byOffset);
  const told: ReturnType<typeof place>[] = [];
  const seen = new Set<string>();
  let more = uncounted;
  let next: F | undefined;
  for (const finding of sorted) {
    // One more than is told is looked at, to know whether there is a rest at all.
    const message = typeof finding.message === 'string' || told.length < MOST_TOLD ? say(finding) : '';
    const id = `${finding.offset} ${message}`;
    if (seen.has(id)) continue;
    seen.add(id);
    if (told.length < MOST_TOLD) told.push(place(finding, message));
    else more += 1;
    if (told.length === MOST_TOLD) next ??= finding;
  }
  if (more === 0 || next === undefined) return told;
  told.pop();
  return [
    ...told,
    place(next, `${masked.isBroken ? 'at least ' : ''}${more + 1} more ${noun}s: mend those above first`),
  ];
}

function say({ message }: Finding): string {
  return typeof message === 'string' ? message : message();
}
