import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from './aws-error.ts';

export type AwsRequest = {
  readonly method: string;
  /** The Host header, with its port. */
  readonly host: string;
  /** As sent: still percent-encoded, dot segments kept. `new URL` would fold `a/../b`, which is a legal key. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly requestId: string;
};

export type AwsResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** Reads a whole request into memory. A body above `maxBytes` is EntityTooLarge. */
export async function readRequest(
  message: IncomingMessage,
  requestId: string,
  maxBytes: number,
): Promise<AwsRequest> {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: message.method ?? 'GET',
    host: message.headers.host ?? '',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new Map(new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))),
    headers: singleHeaders(message.headers),
    body: await readBody(message, maxBytes),
    requestId,
  };
}

export function sendResponse(response: ServerResponse, answer: AwsResponse, head: boolean): void {
  const body = Buffer.from(answer.body ?? '');
  const headers: Record<string, string> = { ...answer.headers };
  // 204 and 304 have no body, and no length either; a HEAD tells the length of the body it leaves out.
  const bodiless = answer.status === 204 || answer.status === 304;
  if (!bodiless && headers['content-length'] === undefined) headers['content-length'] = `${body.length}`;
  response.writeHead(answer.status, headers);
  response.end(head || bodiless ? undefined : body);
}

// --- internal ---

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const single: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) {
    single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on to the end all the same: a client that is still sending would not see the answer.
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) {
    throw new AwsError(
      400,
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
    );
  }
  return Buffer.concat(chunks);
}
