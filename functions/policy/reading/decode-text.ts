/** A longer file is no policy. */
export const MOST_POLICY_BYTES = 5 * 1024 * 1024;

export const TOO_BIG = 'the file is bigger than 5 MiB: split it into several policies';

/** The file's bytes as text, or the reason why they are none. A leading byte-order mark is no part of the text. */
export function decodeText(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  if (bytes.length > MOST_POLICY_BYTES) {
    return { problem: TOO_BIG };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const utf16 = looksLikeUtf16(bytes) ? ': it looks like UTF-16, save it as UTF-8' : ': save it as UTF-8';
    return { problem: `the file is not UTF-8${utf16}` };
  }
  return isBlank(text) ? { problem: EMPTY_FILE } : { text };
}

export const EMPTY_FILE = 'the file is empty: a policy begins with "version: 1"';

// --- internal ---

function looksLikeUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Nothing but white space and comments. A loop, as a regular expression over megabytes may run out of stack. */
function isBlank(text: string): boolean {
  let offset = 0;
  while (offset < text.length) {
    const character = text[offset];
    if (character === '#') {
      const lineEnd = text.indexOf('\n', offset);
      if (lineEnd < 0) return true;
      offset = lineEnd;
    } else if (character !== ' ' && character !== '\t' && character !== '\n' && character !== '\r') {
      return false;
    }
    offset += 1;
  }
  return true;
}
