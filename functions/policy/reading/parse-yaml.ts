import type { Node } from 'yaml';
import { composeDocument } from './compose-document.ts';
import { parseTokens } from './parse-tokens.ts';
import { listProblems, type ProblemList } from './problem.ts';
import { type AliasTargets, resolveAliases } from './resolve-aliases.ts';

/** A YAML text that is safe to walk: bounded depth, no alias that leads to itself, no bomb. */
export type YamlFile = {
  /** As far as it could be read; undefined where nothing is left of it. */
  readonly root: Node | undefined;
  readonly aliases: AliasTargets;
  /** What is wrong with it as YAML, or as the part of YAML that policies use; one list for each way of looking. */
  readonly problems: readonly ProblemList[];
};

export function parseYaml(text: string): YamlFile {
  const [controls, marks, grammar, references] = [
    listProblems(),
    listProblems(),
    listProblems(),
    listProblems(),
  ];
  const readable = replaceControls(text, controls);
  let root: Node | undefined;
  try {
    const { tokens, doubtfulFrom } = parseTokens(readable, marks);
    root = composeDocument(tokens, readable, doubtfulFrom, grammar);
  } catch {
    // No input is known that gets here. A parser's own fault must still be an error of the file, not of the run.
    marks.add({ offset: 0, kind: 'structure', message: 'the file cannot be read as YAML' });
  }
  const aliases: AliasTargets = root === undefined ? new Map() : resolveAliases(root, references);
  return { root, aliases, problems: [controls, marks, grammar, references] };
}

// --- internal ---

/** Tells raw control characters, and puts a harmless character of the same length in their place: the lexer has signs of its own among them. */
function replaceControls(text: string, problems: ProblemList): string {
  return text.replace(CONTROLS, (found, offset: number) => {
    const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message =
      found === '\r'
        ? 'a carriage return without a line feed: save the file with LF or CR LF line ends'
        : `a raw control character (U+${code}): drop it, or write it as an escape in double quotes`;
    problems.add({ offset, kind: 'syntax', message });
    return '\ufffd';
  });
}

// Tab, LF and CR LF are text; a lone CR ends a line for editors and not for parsers, so nobody would see the same file.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;
