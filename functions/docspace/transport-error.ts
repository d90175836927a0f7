import { printable } from '../model/printable.ts';
import { ADDRESS_REFUSED } from './resolve-host.ts';

/**
 * `timeout`: too late. `cut`: no connection, or a connection that ended early. `foreign`: what came is no HTTP, or too
 * much of it. `certificate`: the host could not prove who it is. `address`: its address is none to connect to. `host`:
 * no host has the name.
 */
export type TransportFailure = 'timeout' | 'cut' | 'foreign' | 'certificate' | 'address' | 'host';

/** Codes of the system for what this process, or this machine, has too little of: no portal's failure. */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EAI_AGAIN']);

/** Whether there was no socket, or no look-up, for lack of something of ours: it passes when there are fewer at once. */
export function isShortage({ reason }: TransportError): boolean {
  return SHORTAGES.has(reason);
}

/** There is no answer, or none that is HTTP. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;
  /** A system's or Node's code (`ECONNREFUSED`), or our own words, with the host's name: never text of the other side. */
  readonly reason: string;
  /** The answer's status, where that much of it had come. */
  readonly status: number | undefined;

  constructor(failure: TransportFailure, reason: string, detail: { cause?: unknown; status?: number } = {}) {
    super(reason, { cause: detail.cause });
    this.failure = failure;
    this.reason = reason;
    this.status = detail.status;
  }
}

/** What an error of a socket, of the parser or of a look-up means. */
export function transportError(error: NodeJS.ErrnoException & { hostname?: unknown }): TransportError {
  const code =
    typeof error.code === 'string' && /^[A-Z0-9_]+$/.test(error.code) ? error.code : 'connection failed';
  if (code === ADDRESS_REFUSED) return new TransportError('address', code, { cause: error });
  if (code === 'HPE_INVALID_EOF_STATE') return new TransportError('cut', code, { cause: error });
  if (code === 'HPE_HEADER_OVERFLOW')
    return new TransportError('foreign', 'its headers are too long', { cause: error });
  if (code.startsWith('HPE_')) return new TransportError('foreign', 'it is no proper HTTP', { cause: error });
  if (CERTIFICATE.test(code)) return new TransportError('certificate', code, { cause: error });
  if (code === 'ENOTFOUND' || code === 'ENODATA') return missingHost(code, error);
  return new TransportError('cut', code, { cause: error });
}

// --- internal ---

/** The one failure that names the host: it is what somebody mistyped. */
function missingHost(code: string, error: Error & { hostname?: unknown }): TransportError {
  const host = typeof error.hostname === 'string' ? printable(error.hostname, 100) : 'of this name';
  const what = code === 'ENOTFOUND' ? `there is no host ${host}` : `the host ${host} has no address`;
  return new TransportError('host', `${what} (${code})`, { cause: error });
}

const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|INVALID_CA|CRL_)/;
