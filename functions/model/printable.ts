/**
 * Text from files and portals is data: before it reaches a terminal, a log or a report, whatever could move the
 * cursor, reorder or hide text is shown as an escape.
 */

// Cc (controls), Cf (formatting, bidirectional marks among it), Zl and Zp (line separators), lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text in one line, unprintable characters as `\u{...}`, cut to `limit` UTF-16 units with an ellipsis. */
export function printable(text: string, limit = 200): string {
  // Cut first: a megabyte of text must not be escaped only to be thrown away.
  const escaped = text.slice(0, limit + 1).replace(UNPRINTABLE, escapeCharacter);
  return escaped.length <= limit ? escaped : `${escaped.slice(0, limit - 1).toWellFormed()}…`;
}

// --- internal ---

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
