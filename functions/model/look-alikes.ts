/**
 * Characters that cannot be seen, or that look like another: they come with text from a wiki, a chat or a word
 * processor. Names are Unicode's own where people know them, in lower case.
 */

/** `blank`: looks like a space. `invisible`: looks like nothing. `quote`: looks like a quote. `other`: like `ascii`. */
export type LookAlike = {
  readonly kind: 'blank' | 'invisible' | 'quote' | 'other';
  /** `U+00A0 no-break space`. */
  readonly name: string;
  /** What it was most likely meant for; empty where nothing was. */
  readonly ascii: string;
};

/** Finds them in a text: for `matchAll`, and with `search` for the first. */
export const LOOK_ALIKES =
  /[\u00a0\u00ab\u00ad\u00b4\u00bb\u061c\u115f\u1160\u1680\u180e\u2000-\u2015\u2018-\u201f\u2028-\u202f\u2032\u2033\u2039\u203a\u205f-\u2069\u2212\u2236\u2800\u3000\u3001\u300c\u300d\u3164\ua789\ufe50\ufe55\ufeff\uff01-\uff5e\uffa0]|\u034f|[\ufe00-\ufe0f]|[\u0370-\u052f](?=[A-Za-z])|(?<=[A-Za-z])[\u0370-\u052f]/g;

export function lookAlikeOf(character: string): LookAlike | undefined {
  const code = character.codePointAt(0) ?? 0;
  const known = KNOWN.get(code);
  if (known) return { ...known, name: `${codeOf(code)} ${known.name}` };
  if (code >= 0xff01 && code <= 0xff5e) {
    const ascii = String.fromCharCode(code - 0xfee0);
    return {
      kind: 'other',
      name: `${codeOf(code)} full-width ${NAMES_OF_ASCII.get(ascii) ?? `"${ascii}"`}`,
      ascii,
    };
  }
  if (code >= 0xfe00 && code <= 0xfe0f) {
    return { kind: 'invisible', name: `${codeOf(code)} variation selector`, ascii: '' };
  }
  if (code >= 0x370 && code <= 0x52f) {
    return {
      kind: 'other',
      name: `${codeOf(code)} a ${code < 0x400 ? 'Greek' : 'Cyrillic'} letter`,
      ascii: '',
    };
  }
  return undefined;
}

/** `, with U+200B zero-width space in it`, or nothing: what a text has that nobody sees. */
export function sayLookAlike(text: string): string {
  const found = text.slice(0, 1000).match(LOOK_ALIKES)?.[0];
  const lookAlike = found === undefined ? undefined : lookAlikeOf(found);
  return lookAlike === undefined ? '' : `, with ${lookAlike.name} in it`;
}

// --- internal ---

type Known = Omit<LookAlike, 'name'> & { readonly name: string };

const BLANKS: readonly (readonly [number, string])[] = [
  [0xa0, 'no-break space'],
  [0x1680, 'ogham space mark'],
  [0x2000, 'en quad'],
  [0x2001, 'em quad'],
  [0x2002, 'en space'],
  [0x2003, 'em space'],
  [0x2004, 'three-per-em space'],
  [0x2005, 'four-per-em space'],
  [0x2006, 'six-per-em space'],
  [0x2007, 'figure space'],
  [0x2008, 'punctuation space'],
  [0x2009, 'thin space'],
  [0x200a, 'hair space'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202f, 'narrow no-break space'],
  [0x205f, 'medium mathematical space'],
  [0x2800, 'braille blank'],
  [0x3000, 'ideographic space'],
  [0x3164, 'hangul filler'],
  [0xffa0, 'half-width hangul filler'],
];

const INVISIBLE: readonly (readonly [number, string])[] = [
  [0xad, 'soft hyphen'],
  [0x34f, 'combining grapheme joiner'],
  [0x61c, 'arabic letter mark'],
  [0x115f, 'hangul choseong filler'],
  [0x1160, 'hangul jungseong filler'],
  [0x180e, 'mongolian vowel separator'],
  [0x200b, 'zero-width space'],
  [0x200c, 'zero-width non-joiner'],
  [0x200d, 'zero-width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x2060, 'word joiner'],
  [0x2061, 'function application'],
  [0x2062, 'invisible times'],
  [0x2063, 'invisible separator'],
  [0x2064, 'invisible plus'],
  [0x2065, 'unassigned character'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'],
  [0x2069, 'pop directional isolate'],
  [0xfeff, 'zero-width no-break space (a byte-order mark)'],
];

const QUOTES: readonly (readonly [number, string])[] = [
  [0xab, 'left-pointing double angle quote'],
  [0xb4, 'acute accent'],
  [0xbb, 'right-pointing double angle quote'],
  [0x2018, 'left single curly quote'],
  [0x2019, 'right single curly quote'],
  [0x201a, 'low single curly quote'],
  [0x201b, 'high-reversed single curly quote'],
  [0x201c, 'left double curly quote'],
  [0x201d, 'right double curly quote'],
  [0x201e, 'low double curly quote'],
  [0x201f, 'high-reversed double curly quote'],
  [0x2032, 'prime'],
  [0x2033, 'double prime'],
  [0x2039, 'left-pointing single angle quote'],
  [0x203a, 'right-pointing single angle quote'],
  [0x300c, 'left corner bracket'],
  [0x300d, 'right corner bracket'],
  [0xff02, 'full-width quotation mark'],
  [0xff07, 'full-width apostrophe'],
];

const OTHERS: readonly (readonly [number, string, ascii: string])[] = [
  [0x2010, 'hyphen', '-'],
  [0x2011, 'non-breaking hyphen', '-'],
  [0x2012, 'figure dash', '-'],
  [0x2013, 'en dash', '-'],
  [0x2014, 'em dash', '-'],
  [0x2015, 'horizontal bar', '-'],
  [0x2212, 'minus sign', '-'],
  [0x2236, 'ratio', ':'],
  [0x3001, 'ideographic comma', ','],
  [0xa789, 'modifier letter colon', ':'],
  [0xfe50, 'small comma', ','],
  [0xfe55, 'small colon', ':'],
];

const KNOWN: ReadonlyMap<number, Known> = new Map<number, Known>([
  ...BLANKS.map(([code, name]): [number, Known] => [code, { kind: 'blank', name, ascii: ' ' }]),
  ...INVISIBLE.map(([code, name]): [number, Known] => [code, { kind: 'invisible', name, ascii: '' }]),
  ...QUOTES.map(([code, name]): [number, Known] => [code, { kind: 'quote', name, ascii: '"' }]),
  ...OTHERS.map(([code, name, ascii]): [number, Known] => [code, { kind: 'other', name, ascii }]),
]);

const NAMES_OF_ASCII: ReadonlyMap<string, string> = new Map([
  [':', 'colon'],
  [',', 'comma'],
  ['{', 'left brace'],
  ['}', 'right brace'],
  ['[', 'left bracket'],
  [']', 'right bracket'],
  ['#', 'number sign'],
  ['-', 'hyphen'],
  ['.', 'full stop'],
  ['/', 'slash'],
  ['_', 'low line'],
  ['=', 'equals sign'],
]);

function codeOf(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
