import { PortalError } from '../model/portal-error.ts';
import type { Redact } from '../model/ports/portals.ts';
import { printable } from '../model/printable.ts';
import type { PortalRequest } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';
import { meaningOf } from './status-meaning.ts';
import type { TransportError } from './transport-error.ts';

/**
 * What an answer, or the lack of one, means: one sentence form for every failure, `what we did: what happened: what to do`.
 * The server's own message may be shown; nothing else of a body ever is.
 */

/** The error in an answer's status; `undefined` for a 2xx that brings what it should. */
export function statusError(
  call: string,
  method: PortalRequest['method'],
  answer: HttpAnswer,
  redact: Redact,
): PortalError | undefined {
  const { status } = answer;
  if (status >= 400) {
    const said = serverMessage(answer.body, redact);
    const isEmpty = answer.body !== undefined && answer.body.length === 0;
    const { code, hint, retryable } = meaningOf(status, method, said, isEmpty);
    const message = `${call}: ${status}${said ? ` "${said}"` : ''}: ${hint}`;
    return new PortalError(code, message, { httpStatus: status, retryable });
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
      const message = `${call}: no request went out: ${certificateHint(error.reason)} (${error.reason})`;
      return new PortalError('UNREACHABLE', message, { cause: error });
    }
    case 'host': {
      const message = `${call}: ${error.reason}: correct the url in the portal's key entry`;
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

/** Which of a certificate's faults it is: each wants another remedy. */
function certificateHint(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return "the host's certificate has expired: renew it there";
  if (code === 'CERT_NOT_YET_VALID')
    return "the host's certificate is not valid yet: set the clock of this machine";
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return "the host's certificate is for other hosts: correct the url in the portal's key entry, or the certificate";
  if (/ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY|CERT_UNTRUSTED|INVALID_CA/.test(code))
    return "the CA of the host's certificate is missing here: give it as a PEM file in NODE_EXTRA_CA_CERTS (in a deployment: privateCa)";
  return "the host's certificate is not to be trusted";
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
