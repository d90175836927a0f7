import type { CST, Node } from 'yaml';
import { composeDocument } from './compose-document.ts';
import { findSlip } from './find-slip.ts';
import { parseTokens } from './parse-tokens.ts';
import { listProblems, type Problem, type ProblemList } from './problem.ts';
import { type AliasTargets, resolveAliases } from './resolve-aliases.ts';
import { findShownRanges, type ShownRange } from './shown-ranges.ts';
import { type EditedText, editText } from './text-edits.ts';

/** A text of which every slip of syntax was found, told and mended, as far as that could be done. */
export type MendedYaml = {
  readonly root: Node | undefined;
  readonly aliases: AliasTargets;
  readonly edited: EditedText;
  /** The slips that were mended, in the text as it was. */
  readonly slips: ProblemList;
  /** What is wrong in the mended text, in its own offsets: where nothing could be mended, breaks are among it. */
  readonly problems: readonly ProblemList[];
  /** What stood before a slip in a value that was taken out, in the text as it was. */
  readonly shown: readonly ShownRange[];
  /** The lines of the slips, from 0: what else seems wrong on them follows from how they were mended. */
  readonly mended: readonly (readonly [first: number, last: number])[];
  /** The slip that was told last could not be mended: what comes after it is doubtful. In the text as it was. */
  readonly doubtfulFrom: number | undefined;
};

/**
 * Reads YAML, and where its structure breaks finds the slip, mends it, and reads again: so one slip is told once, and
 * the good lines after it are read for what they are. Bounded: the more often a text was read, the shorter it must be.
 */
export function mendYaml(given: EditedText): MendedYaml {
  const { length } = given.text;
  const slips = listProblems();
  const shown: ShownRange[] = [];
  const told: (readonly [first: number, last: number])[] = [];
  let edited = given;
  let reading = readOnce(edited.text);
  let doubtfulFrom: number | undefined;
  for (let spent = 0; spent + length <= MOST_READ_AGAIN && told.length < MOST_MENDED; spent += length) {
    const slip = reading.isMendable ? findSlip(edited.text, reading.faults) : undefined;
    if (slip === undefined) break;
    const next = editText(edited, slip.edits);
    const isEcho = told.some(([first, last]) => slip.lines[0] >= first && slip.lines[0] <= last);
    if (!isEcho) slips.add({ offset: edited.before(slip.offset), kind: 'structure', message: slip.message });
    if (next.text === edited.text) {
      doubtfulFrom = edited.before(slip.offset);
      break;
    }
    // One by one: they may be more than a call takes arguments.
    for (const range of shownBefore(reading, slip.offset, slip.edits[0]?.offset ?? 0, edited))
      shown.push(range);
    told.push(slip.lines);
    edited = next;
    // Let go first: two readings of a big file would not fit into memory together.
    reading = UNREAD;
    reading = readOnce(edited.text);
  }
  const { root, aliases } = reading;
  const problems = doubtfulFrom === undefined ? reading.problems : reading.problems.map(withoutBreaks);
  return { root, aliases, edited, slips, problems, shown, mended: told, doubtfulFrom };
}

// --- internal ---

/** Twenty slips of a small file, one of a big one: past that, the first that is left is told alone. */
const MOST_MENDED = 20;
const MOST_READ_AGAIN = 2 * 1024 * 1024;

type Reading = {
  readonly root: Node | undefined;
  readonly aliases: AliasTargets;
  readonly problems: readonly ProblemList[];
  readonly faults: readonly Problem[];
  /** It broke, and at no limit of ours. */
  readonly isMendable: boolean;
};

const UNREAD: Reading = {
  root: undefined,
  aliases: new Map(),
  problems: [],
  faults: [],
  isMendable: false,
};

function readOnce(text: string): Reading {
  const [marks, grammar, references] = [listProblems(), listProblems(), listProblems()];
  let root: Node | undefined;
  try {
    const { tokens, doubtfulFrom } = parseTokens(text, marks);
    root = composeDocument(tokens as CST.Token[], text, doubtfulFrom, grammar);
  } catch {
    // No input is known that gets here. A parser's own fault must still be an error of the file, not of the run.
    marks.add({ offset: 0, kind: 'structure', code: 'LIMIT', message: 'the file cannot be read as YAML' });
  }
  const aliases: AliasTargets = root === undefined ? new Map() : resolveAliases(root, references);
  const problems = [marks, grammar, references];
  const faults = problems.flatMap(({ kept }) => kept);
  const breaks = faults.filter(({ kind }) => kind === 'structure');
  const isMendable = breaks.length > 0 && breaks.every(({ code }) => code !== 'LIMIT');
  return { root, aliases, problems, faults, isMendable };
}

function withoutBreaks(list: ProblemList): ProblemList {
  return { ...list, kept: list.kept.filter(({ kind }) => kind !== 'structure') };
}

/** What could be read of a value up to its slip is as good as it was: the line may show it. */
function shownBefore(reading: Reading, offset: number, from: number, { before }: EditedText): ShownRange[] {
  const { starts, ends, kinds } = findShownRanges(reading.root, reading.aliases);
  const found: ShownRange[] = [];
  for (const [index, start] of starts.entries()) {
    const [end, kind] = [ends[index] ?? start, kinds[index] ?? 'hidden'];
    if (start >= from && end <= offset) found.push({ start: before(start), end: before(end), kind });
  }
  return found;
}
