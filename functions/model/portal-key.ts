import type { PortalWarning } from './outcome.ts';
import { PortalError } from './portal-error.ts';
import type { ListKeys } from './ports/key-list.ts';
import { RunFailure } from './run-failure.ts';

/** Where a portal is, and the key that opens it. The URL lives with the key: who writes policies can't redirect it. */
export type PortalKey = {
  /** Scheme, host and port alone. */
  readonly origin: string;
  readonly apiKey: string;
};

/** The keys of one run's portals, all of them read. Behind it stands a key file or Secrets Manager. */
export type KeyLookup = {
  /**
   * @throws PortalError KEY_NOT_FOUND, KEY_MALFORMED, KEY_DENIED or KEY_UNAVAILABLE: that portal's outcome, no more
   */
  keyOf(portal: string): Promise<PortalKey>;
  /** Where a portal's key leads, so that two names of one portal can be told; `undefined` where it has no key to use. */
  originOf(portal: string): string | undefined;
  /**
   * The key read afresh, for one that the portal did not take: it may have been rotated. Not there where keys can't
   * have changed meanwhile.
   * @throws PortalError as `keyOf`
   */
  refresh?(portal: string): Promise<PortalKey>;
  /** What is worth knowing of where a portal's key was found. */
  warningsOf?(portal: string): readonly PortalWarning[];
};

/**
 * Reads the keys of the portals named: all of them are known, or known not to be had, before any portal is asked.
 * @throws KeysUnreadableError, AwsUnavailableError where none of them can be read
 */
export type KeySource = {
  (portals: readonly string[]): Promise<KeyLookup>;
  /** Every portal that has an entry, where the source can tell, in its order. */
  names?(): readonly string[];
  /** Every key there is, with its tags, where the source can tell: what `select` goes by. */
  list?: ListKeys;
};

/** The keys of a run can't be read at all: that is no portal's failure, but the run's own. Its message holds no key. */
export class KeysUnreadableError extends RunFailure {
  override readonly name = 'KeysUnreadableError';
  readonly code = 'KEYS_UNREADABLE';
}

/**
 * The key in an entry of a key file, or in a secret's JSON: `{ url, apiKey }`.
 * @throws PortalError KEY_MALFORMED, without a word of what stands in the entry
 */
export function parsePortalKey(entry: unknown): PortalKey {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw malformed('it must be an object with "url" and "apiKey"');
  }
  const odd = Object.keys(entry).find((name) => name === '<<' || isNearlyOne(name));
  if (odd === '<<') throw malformed('a merge key (<<) is not read here: write "url" and "apiKey" out');
  if (odd !== undefined) throw malformed('its members are called "url" and "apiKey", in just these letters');
  const { url, apiKey } = entry as Record<string, unknown>;
  if (typeof url !== 'string' || url === '') throw malformed('"url" is missing or no text');
  if (typeof apiKey !== 'string' || apiKey === '') throw malformed('"apiKey" is missing or no text');
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw malformed('"apiKey" has a space or a character that no key has');
  return { origin: parseOrigin(url), apiKey };
}

// --- internal ---

/** Whether a member is one of ours, but for its case, `-`, `_` or blanks: it would be passed over in silence. */
function isNearlyOne(name: string): boolean {
  return name !== 'url' && name !== 'apiKey' && /^(url|apikey)$/i.test(name.replace(/[-_\s]/g, ''));
}

function parseOrigin(text: string): string {
  if (text !== text.trim())
    throw malformed('"url" has a blank or a line end before or after it: take it away');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw malformed('"url" is no URL: give it as https://host');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw malformed('"url" must start with https://');
  // Seen in the text, not in the parsed URL: an empty query or user name would vanish there, and white space too.
  if (/[\s\\@?#]/.test(text) || url.pathname !== '/') {
    throw malformed('"url" must be scheme and host alone: no user name, path or query');
  }
  return url.origin;
}

function malformed(what: string): PortalError {
  return new PortalError('KEY_MALFORMED', `the portal's key entry is malformed: ${what}`);
}
