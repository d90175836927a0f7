/**
 * How many columns a terminal gives a text: two for wide characters (East Asian ones, most emoji), none for marks that
 * combine with the character before them. By Unicode's East Asian Width, as terminals go by it; no tabs, no controls.
 */
export function terminalWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

// --- internal ---

const PLAIN = /^[\x20-\x7e]*$/;
const COMBINING = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;
const WIDE_EMOJI = /\p{Emoji_Presentation}/u;

/** The first and the last of each block of characters that are wide, beside emoji. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (COMBINING.test(character)) return 0;
  // A flag is two letters that are narrow each.
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return 1;
  return WIDE_EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
