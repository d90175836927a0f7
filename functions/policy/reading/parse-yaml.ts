import type { Node } from 'yaml';
import { findLookAlikes } from './find-look-alikes.ts';
import { mapLines } from './line-map.ts';
import { mendYaml } from './mend-yaml.ts';
import { listProblems, moveProblems, type Problem, type ProblemList } from './problem.ts';
import type { AliasTargets } from './resolve-aliases.ts';
import { findShownRanges, placeRanges, type ShownRanges } from './shown-ranges.ts';
import { editText, unedited } from './text-edits.ts';

/** A YAML text that is safe to walk: bounded depth, no alias that leads to itself, no bomb. */
export type YamlFile = {
  /** As far as it could be read; undefined where nothing is left of it. */
  readonly root: Node | undefined;
  readonly aliases: AliasTargets;
  /** What is wrong with it as YAML, or as the part of YAML that policies use; one list for each way of looking. */
  readonly problems: readonly ProblemList[];
  /** The text that `root` was read from: with slips of syntax mended, its lines are the same. */
  readonly text: string;
  /** Where an offset of that text lay in the file's. */
  readonly before: (offset: number) => number;
  /** From here on maps and lists may not be what their writer meant; undefined where all of it could be mended. */
  readonly doubtfulFrom: number | undefined;
  /** Lines of slips that were mended, the first and the last of each, from 0. */
  readonly mended: readonly (readonly [first: number, last: number])[];
  /** What of the file's own text may be shown. */
  readonly shown: () => ShownRanges;
};

/** @param isLenient characters that look like others are told as a new rule, and read as they stand there */
export function parseYaml(text: string, isLenient = false): YamlFile {
  const [controls, lookAlikes] = [listProblems(), listProblems()];
  const readable = replaceControls(text, controls);
  const meant = findLookAlikes(readable, mapLines(readable), lookAlikes);
  const edits = isLenient ? [] : meant;
  const mended = mendYaml(edits.length > 0 ? editText(unedited(readable), edits) : unedited(readable));
  const { root, aliases, edited, slips, shown } = mended;
  const left = moveProblems(mended.problems, edited.before);
  const breaks = left.flatMap(({ kept }) => kept).filter(({ kind }) => kind === 'structure');
  const [first] = breaks.toSorted((a, b) => a.offset - b.offset);
  return {
    root,
    aliases,
    problems: [controls, lookAlikes, slips, ...left.map((list) => withoutEchoes(list, first))],
    text: edited.text,
    before: edited.before,
    doubtfulFrom: mended.doubtfulFrom ?? first?.offset,
    mended: mended.mended,
    shown: () => placeRanges(findShownRanges(root, aliases), edited.before, shown),
  };
}

// --- internal ---

/** A break that could not be mended makes others. */
function withoutEchoes(list: ProblemList, first: Problem | undefined): ProblemList {
  return { ...list, kept: list.kept.filter((problem) => problem.kind !== 'structure' || problem === first) };
}

/** Tells raw control characters, and puts a harmless character of the same length in their place: the lexer has signs of its own among them. */
function replaceControls(text: string, problems: ProblemList): string {
  return text.replace(CONTROLS, (found, offset: number) => {
    const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message =
      found === '\r'
        ? 'a carriage return without a line feed: save the file with LF or CR LF line ends'
        : `a raw control character (U+${code}): drop it, or write it as an escape in double quotes`;
    problems.add({ offset, kind: 'syntax', code: 'CONTROL', message });
    return '\ufffd';
  });
}

// Tab, LF and CR LF are text; a lone CR ends a line for editors and not for parsers, so nobody would see the same file.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;
