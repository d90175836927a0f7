import type { ErrorCode } from '../model/portal-error.ts';
import type { PortalRequest } from './connection.ts';

/** What a status of 400 and more means. Several causes share one: all that are possible are told, none is guessed. */
export type StatusMeaning = {
  readonly code: ErrorCode;
  /** What may have happened, and what to do. */
  readonly hint: string;
  /** Whether another try may help. (A 500 to a write is our own bad request; who writes knows.) */
  readonly retryable: boolean;
};

/**
 * @param said the server's own message; empty where there is none
 * @param isEmpty whether it said nothing at all
 */
export function meaningOf(
  status: number,
  method: PortalRequest['method'],
  said: string,
  isEmpty: boolean,
): StatusMeaning {
  if (status === 500 && NO_TENANT.test(said))
    return { code: 'NOT_FOUND', hint: UNKNOWN_PORTAL, retryable: false };
  const hint = hintOf(status, method !== 'GET', isEmpty);
  const code = CODES[status] ?? (status < 500 ? 'REJECTED' : 'SERVER_ERROR');
  return { code, hint, retryable: RETRYABLE.includes(status) };
}

// --- internal ---

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
};

const RETRYABLE = [429, 500, 502, 503, 504];

/** TenantManager.cs:49: an `sk-` key on a host that no portal has. */
const NO_TENANT = /could not resolve current tenant/i;

const UNKNOWN_PORTAL =
  'the server knows no portal of this host: it was renamed or removed: correct the url in its key entry, or retire it';

function hintOf(status: number, isWrite: boolean, isEmpty: boolean): string {
  switch (status) {
    case 401:
      return 'the key is unknown, expired or switched off; or the portal was restored (no backup holds keys), or has another host now: make a new key, and look at the url';
    case 402:
      if (isEmpty) return 'the portal is not paid';
      return isWrite
        ? "the portal's plan has no automatic backup, or the portal is not paid"
        : 'the portal is not paid';
    case 403:
      return isWrite
        ? 'the key has no global write scope, its owner is no administrator, the folder lets nobody create in it, an IP restriction keeps us out, or the portal is being restored, moved or encrypted'
        : 'the key has no scope for this, its owner is no administrator, an IP restriction keeps us out, or the portal is being restored, moved or encrypted';
    case 404:
      if (isEmpty) return 'the portal is suspended, or there is no DocSpace at this url';
      return isWrite
        ? 'there is no such folder in this portal, or the portal is suspended'
        : 'the portal is suspended, or there is no DocSpace at this url';
    case 429:
      return 'over a limit of the portal, or of the user that the key is of: too many requests a minute, at once or a day';
    default:
      return status < 500
        ? 'the portal refuses this request'
        : 'the portal, or a proxy before it, is in trouble';
  }
}
