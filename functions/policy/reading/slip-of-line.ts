import { KNOWN_KEYS } from './known-keys.ts';
import type { FaultPlace, Slip } from './slip.ts';
import { blankOut, type Edit } from './text-edits.ts';
import { type TextLines, textOf } from './text-lines.ts';
import { BLANK_IS_MISSING } from './yaml-wording.ts';

/** A line that is no line of YAML: without a colon, or left behind by another tool. */
export function findLineSlip(place: FaultPlace): Slip | undefined {
  const { page, line } = place;
  const text = textOf(page, line).slice(0, LONGEST_LINE);
  for (const { sign, others, message } of LEFTOVERS) {
    if (sign.test(text)) return dropLines(page, line, others ?? sign, message);
  }
  return findColonSlip(place, text);
}

// --- internal ---

const LONGEST_LINE = 2000;

type Leftover = {
  readonly sign: RegExp;
  /** What else goes with it, on lines below; else lines with the same sign. */
  readonly others?: RegExp;
  readonly message: string;
};

const LEFTOVERS: readonly Leftover[] = [
  {
    sign: /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/,
    message: 'a merge conflict left its marks (<<<<<<<, =======, >>>>>>>): choose one side and drop them',
  },
  { sign: /^[ \t]*(?:`{3}|~{3})/, message: 'a code fence is no part of YAML: drop the line' },
  {
    sign: /^[ \t]*(?:\{\{|\{%|<%)/,
    message: 'a template that was not filled in: write what it stands for, or drop the line',
  },
  { sign: /^[ \t]*(?:\/\/|\/\*|\*\/|;)/, message: 'a comment begins with "#"' },
];

function dropLines(page: TextLines, from: number, sign: RegExp, message: string): Slip {
  const edits: Edit[] = [];
  page.lines.forEach(({ start, end, hasContent }, index) => {
    if (index < from || !hasContent || !sign.test(page.text.slice(start, Math.min(end, start + 200)))) return;
    edits.push(blankOut(page.text, start, end));
  });
  const { start = 0, indent = 0 } = page.lines[from] ?? {};
  return { offset: start + indent, message, edits, lines: [from, from] };
}

/** A colon that is missing, or has nothing behind it that would tell it from a letter. */
function findColonSlip({ page, line, fault }: FaultPlace, text: string): Slip | undefined {
  const { start = 0 } = page.lines[line] ?? {};
  const slip = (column: number, message: string, edits: readonly Edit[]): Slip => {
    return { offset: start + column, message, edits, lines: [line, line] };
  };
  const insert = (column: number, word: string): Edit[] => [
    { offset: start + column, remove: 0, insert: word },
  ];

  const glued = /^[ \t]*[\w.-]+:(?=[^\s:])/.exec(text)?.[0].length;
  const isKeyLost = fault.code === 'MULTILINE_IMPLICIT_KEY';
  if (glued !== undefined && (isKeyLost || /^[{["']/.test(text.slice(glued)))) {
    return slip(glued - 1, BLANK_IS_MISSING, insert(glued, ' '));
  }
  if (!isKeyLost) return undefined;
  const word = /^[ \t]*[\w.-]+/.exec(text)?.[0] ?? '';
  const rest = text.slice(word.length);
  const column = word.length - word.trimStart().length;
  if (word !== '' && /^[ \t]*=/.test(rest)) {
    const at = text.indexOf('=');
    const edit = { offset: start + word.length, remove: at + 1 - word.length, insert: ': ' };
    return slip(at, 'write ":" in place of "="', [edit]);
  }
  const isAlone = word !== '' && /^[ \t]*(?:#.*)?$/.test(rest);
  const isKnown = KNOWN_KEYS.has(word.trimStart()) && /^[ \t]/.test(rest);
  if (isAlone || isKnown) return slip(column, fault.message, insert(word.length, ':'));
  return undefined;
}
