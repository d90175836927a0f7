import type { PolicyError, PolicyWarning } from '../../model/finding.ts';
import { makeExcerpt } from './excerpt.ts';
import type { MaskedText } from './hidden-parts.ts';
import type { LineMap } from './line-map.ts';
import type { Warning } from './policy-warnings.ts';
import { MOST_TOLD, type Problem, type ProblemList } from './problem.ts';

/** The problems as errors, by position, each once, the first thousand of them. */
export function tellErrors(
  syntax: readonly ProblemList[],
  meaning: readonly ProblemList[],
  masked: MaskedText,
  lines: LineMap,
): PolicyError[] {
  const lists = [...syntax, ...meaning];
  const honest = dropEchoes(
    lists.flatMap(({ kept }) => kept),
    lines,
  );
  const told = honest.map(({ offset, message }) => ({ offset, message }));
  // In a broken file most of what was counted and not kept would be an echo.
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
 * Leaves out what is only an echo of broken syntax. A line with a syntax error is told once. From the first break of
 * structure on, keys may stand in other maps than their writer meant: what still can be trusted are wrong values of
 * known fields, and near misses. Nothing is missing from a file that could not be read whole.
 */
function dropEchoes(problems: readonly Problem[], lines: LineMap): Problem[] {
  const lineOf = ({ offset }: Problem) => lines.positionOf(offset).line;
  const syntax = problems.filter(isSyntax).toSorted((a, b) => a.offset - b.offset);
  if (syntax.length === 0) return [...problems];
  const firstOnLine = new Map<number, Problem>();
  for (const problem of syntax) {
    if (!firstOnLine.has(lineOf(problem))) firstOnLine.set(lineOf(problem), problem);
  }
  const breakOffset = syntax.find(({ kind }) => kind === 'structure')?.offset ?? Number.POSITIVE_INFINITY;
  const isBroken = breakOffset !== Number.POSITIVE_INFINITY;
  return problems.filter((problem) => {
    if (isSyntax(problem)) return firstOnLine.get(lineOf(problem)) === problem;
    if (firstOnLine.has(lineOf(problem))) return problem.kind === 'missing' && !isBroken;
    if (problem.kind === 'value' || problem.kind === 'typo') return true;
    return problem.kind === 'shape' ? problem.offset < breakOffset : !isBroken;
  });
}

function isSyntax({ kind }: Problem): boolean {
  return kind === 'syntax' || kind === 'structure';
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
  const sorted = findings.toSorted((a, b) => a.offset - b.offset);
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
  return [...told, place(next, `${more + 1} more ${noun}s: mend those above first`)];
}

function say({ message }: Finding): string {
  return typeof message === 'string' ? message : message();
}
