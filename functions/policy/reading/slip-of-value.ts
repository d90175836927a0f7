import type { FaultPlace, Slip } from './slip.ts';
import { blankOut, type Edit } from './text-edits.ts';
import { textOf } from './text-lines.ts';
import { NOT_EXPECTED } from './yaml-wording.ts';

/** A value that cannot be read: it is told where it goes wrong, and taken out as a whole; its key stays. */
export function findValueSlip(place: FaultPlace): Slip {
  const { page, fault, first, last } = place;
  const { text, lines } = page;
  const { start: lineStart = 0, end: lineEnd = text.length } = lines[first] ?? {};
  const valueStart = lineStart + keyLength(textOf(page, first));
  const cause = sayCause(place, valueStart);
  if (isWholeFile(place, valueStart)) return { ...cause, edits: [], lines: [first, first] };
  if (cause.staysOpen) {
    const edits = [blankOut(text, cause.offset, cause.offset + 1), ...dropCommas(place)];
    return { offset: cause.offset, message: cause.message, edits, lines: [first, first] };
  }
  const isChildless = isBlockBelow(place, valueStart);
  const end = isChildless ? lineEnd : (lines[last]?.end ?? text.length);
  return {
    offset: cause.offset,
    message: cause.message,
    edits: [blankOut(text, fault.offset < valueStart ? lineStart : valueStart, end)],
    lines: [first, isChildless ? first : last],
  };
}

// --- internal ---

type Cause = {
  readonly offset: number;
  readonly message: string;
  /** A bracket that opens and is never closed, above lines of a block: the bracket alone is wrong. */
  readonly staysOpen?: boolean;
};

const LONGEST_LINE = 2000;

/** How much of a line is its key, with the colon and blanks after it; a line without one is all value. */
function keyLength(line: string): number {
  const key =
    /^[ \t]*(?:- )?(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s:#{["'][^:#\n]{0,200}?) ?:(?:[ \t]+|$)/.exec(line);
  return key?.[0].length ?? /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** The file, or all of its portals, stand between brackets: nothing would be left of it without this value. */
function isWholeFile({ page: { text, lines }, first, last }: FaultPlace, valueStart: number): boolean {
  if (isFlowRoot(text)) return true;
  const { indent = 0, end = text.length } = lines[last] ?? {};
  const isTop = (lines[first]?.indent ?? indent) === 0 && last > first;
  return isTop && '{['.includes(text[valueStart] ?? ' ') && hasCloser(text, valueStart, end);
}

function isFlowRoot(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n)*[ \t]*\{/.test(text);
}

/** Commas at the ends of lines that are read as a block. */
function dropCommas({ page: { text, lines }, first, last }: FaultPlace): Edit[] {
  return lines.slice(first + 1, last + 1).flatMap(({ start, end }) => {
    const comma = text.slice(Math.max(start, end - LONGEST_LINE), end).search(/,[ \t]*$/);
    return comma < 0 ? [] : [blankOut(text, Math.max(start, end - LONGEST_LINE) + comma, end)];
  });
}

/** Lines of a block stand below a value: they are meant for its key, and read without the value. */
function isBlockBelow({ page, first, last, fault }: FaultPlace, valueStart: number): boolean {
  if (last === first || /[{["'|>]/.test(page.text[valueStart] ?? '')) return false;
  return fault.code === 'BLOCK_AS_IMPLICIT_KEY';
}

function sayCause({ page, fault, line, first, last }: FaultPlace, valueStart: number): Cause {
  const { text, lines } = page;
  const { offset, message } = fault;
  const end = Math.min(lines[last]?.end ?? text.length, valueStart + LONGEST_LINE);
  const value = text.slice(valueStart, end);
  const [opener = ''] = value;
  if (
    !isFlowRoot(text) &&
    last > first &&
    line > first &&
    '{['.includes(opener) &&
    opener !== '' &&
    !hasCloser(text, valueStart, lines[last]?.end)
  ) {
    const closer = opener === '{' ? '}' : ']';
    return { offset: valueStart, message: `the closing ${closer} is missing`, staysOpen: true };
  }
  const ahead = value.slice(0, Math.max(0, offset - valueStart) + 1);
  const cron = /^["']?[\d*][\d*/,-]*(?: +[\dA-Za-z*?/,#-]+){4,5}["']?(?=\s*(?:[,}#]|$))/m.exec(
    cronText(value, ahead),
  );
  if (cron) return { offset, message: NO_CRON };
  const glued = /(?:^|[\s,:{[])((?!["'{[])[^\s,{}[\]]+)[{[]/.exec(unquoted(ahead));
  if (glued?.[1] !== undefined && isAfterGlued(fault.message)) {
    const at = valueStart + glued.index + glued[0].length - 1 - glued[1].length;
    return { offset: at, message: glued[1].endsWith('$') ? NOT_FILLED : BRACES_NEED_QUOTES };
  }
  return { offset, message: sayAt(text, offset, message, ahead) };
}

/** Where a value looks like a cron text: behind the last key before the fault. */
function cronText(value: string, ahead: string): string {
  const key = /^(?:.*[,{]\s*\w+:\s+)/s.exec(ahead)?.[0].length ?? 0;
  return value.slice(key);
}

const NO_CRON = 'a cron text is not taken: write { period: EveryDay, hour: 3 }';
const NOT_FILLED = 'a variable that was not filled in: write its value here';
const BRACES_NEED_QUOTES = 'a text with braces or brackets in it must stand in quotes';

function isAfterGlued(message: string): boolean {
  return message === NOT_EXPECTED || /missing|brackets too|too many/.test(message);
}

function sayAt(text: string, offset: number, message: string, ahead: string): string {
  const found = text[offset] ?? '';
  if (message === NOT_EXPECTED && (found === '}' || found === ']')) {
    return `one "${found}" too many: nothing is open that it could close`;
  }
  const quote = text[offset - 1];
  if (message === NOT_EXPECTED && /[\p{L}\p{N}]/u.test(found)) {
    if (quote === "'")
      return "the apostrophe ended the quoted text: write it twice (''), or put the text in double quotes";
    if (quote === '"')
      return 'the " ended the quoted text: write \\" for one that belongs to it, or use single quotes';
  }
  if (message.startsWith('between { }')) return sayFlow(ahead, text.slice(offset, offset + 200));
  return message;
}

/** A block map in a flow map is what a missing comma looks like to a parser. */
function sayFlow(ahead: string, rest: string): string {
  if (/^[^\s,{}[\]]*;/.test(rest)) return 'write "," in place of ";"';
  return ahead.startsWith('[') ? 'a "," is missing, or brackets around a map' : 'a "," is missing';
}

/** The text with what stands in quotes made harmless, at the same length. */
function unquoted(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g, (quoted) => ' '.repeat(quoted.length));
}

function hasCloser(text: string, start: number, end = text.length): boolean {
  const value = unquoted(text.slice(start, end));
  let open = 0;
  for (const character of value) {
    if (character === '{' || character === '[') open += 1;
    else if (character === '}' || character === ']') open -= 1;
    if (open === 0) return true;
  }
  return false;
}
