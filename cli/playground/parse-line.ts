import { HOUR } from '../../functions/model/durations.ts';
import { didYouMean } from '../../functions/model/near-name.ts';
import { printable } from '../../functions/model/printable.ts';

/** What somebody wants of the playground. */
export type Wish =
  | { readonly kind: 'break' | 'delete'; readonly portal: string }
  | { readonly kind: 'pass'; readonly ms: number; readonly said: string }
  | { readonly kind: 'tick' | 'help' | 'quit' | 'nothing' }
  | { readonly kind: 'unknown'; readonly message: string };

/** Understands a line. */
export function parseLine(line: string, portals: readonly string[]): Wish {
  const [verb = '', ...words] = line.trim().split(/\s+/);
  if (verb === '' || verb.startsWith('#')) return { kind: 'nothing' };
  const [word, ...more] = words;
  switch (verb) {
    case 'break':
    case 'delete':
      if (word === undefined || more.length > 0)
        return unknown(`${verb} takes one portal, such as ${verb} acme`);
      if (!portals.includes(word))
        return unknown(
          `no portal "${printable(word, 70)}"${didYouMean(word, portals) || `: ${portals.join(', ')}`}`,
        );
      return { kind: verb, portal: word };
    case 'pass':
      return more.length > 0 ? unknown(TIMES) : parseTime(word);
    case 'tick':
    case 'help':
    case 'quit':
      return words.length > 0 ? unknown(`${verb} takes nothing behind it`) : { kind: verb };
    case 'npx':
    case 'policy-sync':
      return unknown('that goes into another terminal: the playground stays here');
    default:
      return unknown(
        `"${printable(verb, 70)}" is nothing to do here${didYouMean(verb, VERBS) || ': see help'}`,
      );
  }
}

// --- internal ---

const VERBS = ['break', 'delete', 'tick', 'pass', 'help', 'quit'];
const TIMES = 'pass takes a time, such as pass 3d or pass 12h, up to 400 days';
const UNITS: Readonly<Record<string, readonly [ms: number, name: string]>> = {
  h: [HOUR, 'hour'],
  d: [24 * HOUR, 'day'],
  w: [7 * 24 * HOUR, 'week'],
};
const LONGEST = 400 * 24 * HOUR;

function parseTime(word = ''): Wish {
  const [, digits = '', letter = ''] = /^(\d{1,4})([hdw])$/.exec(word) ?? [];
  const unit = UNITS[letter];
  const ms = Number(digits) * (unit?.[0] ?? 0);
  if (!unit || ms <= 0 || ms > LONGEST) return unknown(TIMES);
  return { kind: 'pass', ms, said: `${Number(digits)} ${unit[1]}${Number(digits) === 1 ? '' : 's'}` };
}

function unknown(message: string): Wish {
  return { kind: 'unknown', message };
}
