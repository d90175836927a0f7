import { AwsError } from './aws-error.ts';

export type DecodedBody = {
  readonly body: Buffer;
  /** Lower-case names. */
  readonly trailers: Readonly<Record<string, string>>;
};

/**
 * Takes the `aws-chunked` coding off a body: `<hex size>[;chunk-signature=...]\r\n<data>\r\n` until a chunk of
 * size 0, then trailers. It stands inside HTTP's own framing and is what the SDK sends for streams.
 */
export function decodeAwsChunked(coded: Buffer): DecodedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = readLine(coded, at);
    const size = Number.parseInt(line.text, 16);
    if (!/^[0-9a-f]+(;|$)/i.test(line.text)) throw incomplete();
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(coded, line.next) };
    const end = line.next + size;
    if (coded.toString('latin1', end, end + 2) !== '\r\n') throw incomplete();
    chunks.push(coded.subarray(line.next, end));
    at = end + 2;
  }
}

// --- internal ---

function readTrailers(coded: Buffer, start: number): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (let at = start; at < coded.length; ) {
    const line = readLine(coded, at);
    at = line.next;
    const colon = line.text.indexOf(':');
    if (colon > 0) trailers[line.text.slice(0, colon).toLowerCase()] = line.text.slice(colon + 1).trim();
  }
  return trailers;
}

function readLine(coded: Buffer, start: number): { text: string; next: number } {
  const end = coded.indexOf('\r\n', start, 'latin1');
  if (end < 0) throw incomplete();
  return { text: coded.toString('latin1', start, end), next: end + 2 };
}

function incomplete(): AwsError {
  return new AwsError(400, 'IncompleteBody', 'The request body terminated unexpectedly.');
}
