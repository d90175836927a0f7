import type { ErrorCode } from '../model/portal-error.ts';
import { PortalError } from '../model/portal-error.ts';
import type { Redact } from '../model/ports/portals.ts';
import { printable } from '../model/printable.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { TransportError } from './transport-error.ts';

/**
 * What an answer, or the lack of one, means: one sentence form for every failure, `what we did: what happened: what to do`.
 * The server's own message may be shown; nothing else of a body ever is.
 */

/** The error in an answer's status; `undefined` for a 2xx that brings what it should. */
export function statusError(call: string, answer: HttpAnswer, redact: Redact): PortalError | undefined {
  const { status } = answer;
  if (status >= 400) {
    const { code, hint } = STATUS[status] ?? (status < 500 ? OTHER_4XX : OTHER_5XX);
    const said = serverMessage(answer.body, redact);
    const message = `${call}: ${status}${said ? ` "${said}"` : ''}: ${hint}`;
    return new PortalError(code, message, { httpStatus: status, retryable: isRetryableStatus(status) });
  }
  if (status >= 300)
    return unexpected(call, status, 'a redirect: it is never followed, the portal may have moved');
  if (status === 204) return unexpected(call, status, 'no content');
  if (answer.contentEncoding !== undefined && answer.contentEncoding.toLowerCase() !== 'identity') {
    return unexpected(call, status, 'a content encoding that was not asked for');
  }
  return undefined;
}

/** @throws PortalError UNEXPECTED_ANSWER where the body is no JSON */
export function parseJson(call: string, answer: HttpAnswer): unknown {
  const text = decode(answer.body);
  if (text === '') throw unexpected(call, answer.status, 'an empty body');
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(
      call,
      answer.status,
      text.trimStart().startsWith('<') ? 'a page, no JSON' : 'a body that is no JSON',
    );
  }
}

export function unexpected(call: string, status: number | undefined, what: string): PortalError {
  const message = `${call}: the answer is not one of this API: ${what}: check the url in the portal's key entry`;
  return new PortalError('UNEXPECTED_ANSWER', message, status === undefined ? {} : { httpStatus: status });
}

export function transportFailure(call: string, error: TransportError): PortalError {
  switch (error.failure) {
    case 'timeout':
      return new PortalError('TIMEOUT', `${call}: ${error.reason}`, { retryable: true, cause: error });
    case 'cut': {
      const message = `${call}: no connection, or it ended early (${error.reason})`;
      return new PortalError('UNREACHABLE', message, { retryable: true, cause: error });
    }
    case 'certificate': {
      const message = `${call}: the host's certificate is not to be trusted (${error.reason}): renew it, or add its CA`;
      return new PortalError('UNREACHABLE', message, { cause: error });
    }
    case 'address': {
      const message = `${call}: the host's address is loopback, link-local or private, and no allowed range holds it`;
      return new PortalError('HOST_NOT_ALLOWED', message, { cause: error });
    }
    case 'foreign':
      return unexpected(call, undefined, error.reason);
  }
}

// --- internal ---

type Meaning = { readonly code: ErrorCode; readonly hint: string };

const STATUS: Readonly<Record<number, Meaning>> = {
  401: { code: 'UNAUTHORIZED', hint: 'the key is unknown or expired: make a new one and store it' },
  402: { code: 'PAYMENT_REQUIRED', hint: "the portal's plan has no automatic backup" },
  403: {
    code: 'FORBIDDEN',
    hint: 'the key needs the global write scope and an administrator, the folder must let it create',
  },
  404: { code: 'NOT_FOUND', hint: 'no such portal, or no such folder in this portal' },
  429: { code: 'RATE_LIMITED', hint: 'too many requests with this key' },
};
const OTHER_4XX: Meaning = { code: 'REJECTED', hint: 'the portal refuses this request' };
const OTHER_5XX: Meaning = { code: 'SERVER_ERROR', hint: 'the portal, or a proxy before it, is in trouble' };

/** The statuses that another try may change. (A 500 to a write is not among them: that is our own bad request.) */
function isRetryableStatus(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

/** `error.message` of a DocSpace error, without the key, in one short line; empty where there is none. */
function serverMessage(body: Buffer | undefined, redact: Redact): string {
  try {
    const message: unknown = JSON.parse(decode(body))?.error?.message;
    return typeof message === 'string' ? printable(redact(message.slice(0, 4_096)), 200) : '';
  } catch {
    return '';
  }
}

function decode(body: Buffer | undefined): string {
  const text = body === undefined ? '' : body.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
