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
    return { problem: `the file is not UTF-8: ${foreignEncoding(bytes) ?? 'save it as UTF-8'}` };
  }
  // Without a mark, UTF-16 of plain letters is UTF-8 full of zeros.
  const foreign = text.startsWith('\0') || text[1] === '\0' ? foreignEncoding(bytes) : undefined;
  if (foreign !== undefined) return { problem: `the file is not UTF-8: ${foreign}` };
  return isBlank(text) ? { problem: EMPTY_FILE } : { text };
}

export const EMPTY_FILE = 'the file is empty: a policy begins with "version: 1"';

// --- internal ---

/** What the bytes look like instead, and what to do. */
function foreignEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  const isMarked32 = (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe);
  const isUtf32 = isMarked32 || (b === 0 && c === 0 && (a === 0 || d === 0) && bytes.length % 4 === 0);
  if (isUtf32) return saysLooksLike('UTF-32');
  const isMarked16 = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if (isMarked16 || zerosAt(bytes, 0) || zerosAt(bytes, 1)) return saysLooksLike('UTF-16');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'it is compressed (gzip), unpack it';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    return 'it is a zip archive or an office document, save the text itself';
  const line = foreignLine(bytes);
  return line === undefined
    ? undefined
    : `line ${line} has a character of another encoding, save the file as UTF-8`;
}

function saysLooksLike(encoding: string): string {
  return `it looks like ${encoding}, save it as UTF-8`;
}

/** Every other byte of the first few is a zero. */
function zerosAt(bytes: Uint8Array, first: number): boolean {
  let zeros = 0;
  for (let index = first; index < 16 && index < bytes.length; index += 2) if (bytes[index] === 0) zeros += 1;
  return bytes.length >= 4 && zeros >= Math.min(8, Math.floor(bytes.length / 2));
}

/** The first line that is no UTF-8; undefined where all of them are. */
function foreignLine(bytes: Uint8Array): number | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const lineEnd = bytes.indexOf(0x0a, start);
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return undefined;
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
