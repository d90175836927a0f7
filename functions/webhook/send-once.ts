import type { ClientRequest, IncomingMessage } from 'node:http';
import { NotSentError } from '../model/told-message.ts';

export type OneRequest = {
  readonly method: 'GET' | 'POST';
  /** Of a POST, as JSON. */
  readonly body?: object;
  /** All of it has to be over by then. Milliseconds. */
  readonly timeLimit: number;
  /** Certificates (PEM) of CAs that are trusted instead of Node's own. */
  readonly ca?: readonly string[] | undefined;
};

/**
 * Sends one request to somebody who is no portal, and once. No redirect is followed, certificates are checked whatever the
 * environment says, and of an answer nothing counts but a 2xx.
 * @throws NotSentError that tells neither the address nor a word of the answer
 */
export async function sendOnce(url: URL, request: OneRequest): Promise<void> {
  const status = await statusOf(url, request).catch((cause: unknown) => {
    throw new NotSentError(reasonOf(cause), { cause });
  });
  if (status < 200 || status > 299) throw new NotSentError(`the answer was ${status}`);
}

// --- internal ---

async function statusOf(url: URL, { method, body, timeLimit, ca }: OneRequest): Promise<number> {
  const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const isSecure = url.protocol === 'https:';
  const { request } = await (isSecure ? import('node:https') : import('node:http'));
  const options = {
    method,
    signal: AbortSignal.timeout(timeLimit),
    headers: {
      'user-agent': 'policy-sync',
      ...(text && { 'content-type': 'application/json', 'content-length': text.length }),
    },
    // No agent: a connection that nobody needs again would be kept.
    agent: false as const,
    ...(isSecure && { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const, ...(ca && { ca: [...ca] }) }),
  };
  return new Promise((resolve, reject) => {
    const call: ClientRequest = request(url, options, (answer: IncomingMessage) => {
      // The status is all that counts: nobody waits for a body that never ends.
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    call.on('error', reject);
    call.end(text);
  });
}

/** The words of Node name the address. */
function reasonOf(cause: unknown): string {
  const { name, code }: { name?: unknown; code?: unknown } = cause instanceof Error ? cause : {};
  if (name === 'AbortError' || name === 'TimeoutError') return 'there was no answer in time';
  return `it could not be sent (${typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'unknown error'})`;
}
