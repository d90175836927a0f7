import { lastAtOrBelow } from './line-map.ts';
import type { Problem } from './problem.ts';
import type { Fault, FaultPlace, Slip } from './slip.ts';
import { findIndentSlip, findTabs } from './slip-of-indent.ts';
import { findLineSlip } from './slip-of-line.ts';
import { findValueSlip } from './slip-of-value.ts';
import { firstLineOf, lastLineOf, nextContent, readLines, type TextLines } from './text-lines.ts';

/**
 * The slip behind the first break in a text. A parser tells where it could not go on, and everything after it that
 * does not fit any more; people slip once, and often before that place.
 *
 * @param problems all that the parser found, of which one at least is a break
 */
export function findSlip(text: string, problems: readonly Problem[]): Slip | undefined {
  const faults = problems.map(asFault);
  const fault = faults.filter(({ kind }) => kind === 'structure').reduce(earlier);
  const page = readLines(text);
  const starts = page.lines.map(({ start }) => start);
  const line = lineAt(starts, fault.offset, page);
  const first = firstLineOf(page, line);
  const place: FaultPlace = { page, fault, line, first, last: lastLineOf(page, first) };
  const tabs = findTabs(place, faults);
  if (tabs) return tabs;
  // What the parser stumbled over before, within the same value, says more.
  const begin = starts[first] ?? 0;
  const cause = faults
    .filter(({ offset }) => offset >= begin && offset <= fault.offset)
    .reduce(earlier, fault);
  return findLineSlip(place) ?? findIndentSlip(place) ?? findValueSlip({ ...place, fault: cause });
}

// --- internal ---

function asFault(problem: Problem): Fault {
  const { message } = problem;
  return { ...problem, message: typeof message === 'string' ? message : message() };
}

function earlier(one: Fault, other: Fault): Fault {
  return other.offset < one.offset ? other : one;
}

/** A fault at the end of a line that holds nothing is one of the next that does. */
function lineAt(starts: readonly number[], offset: number, page: TextLines): number {
  const line = Math.max(0, lastAtOrBelow(starts, offset));
  return page.lines[line]?.hasContent ? line : (nextContent(page, line) ?? line);
}
