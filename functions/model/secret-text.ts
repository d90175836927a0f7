/**
 * What looks like a secret, wherever it stands. A letter after a backslash is an escape, and no begin of a word; but the
 * tail of `desk-management` is no key.
 */
const SECRETS = [
  // A DocSpace key, also where it is glued to a word.
  /[sS][kK]-[0-9a-fA-F]{32,}/,
  // What may be one, or the begin of one.
  /(?<!(?<!\\)[A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}/,
  // An AWS secret access key: forty characters of base64, of all kinds.
  /(?<![A-Za-z0-9+/=])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*[0-9])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/,
  // A JSON web token.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{4,}[A-Za-z0-9._-]*/,
  // The user of an address, who may have a password.
  /(?<=:\/\/)[^\s/@"'{}]+@/,
];

/** For `replace`, `search` and `matchAll`; it has the flag g, so not for `test`. */
export const SECRET_TEXT = new RegExp(SECRETS.map(({ source }) => `(?:${source})`).join('|'), 'g');

/**
 * A key of a portal, beyond doubt: 32 hex digits at the least, or the 64 that the server makes, whatever they are glued
 * to. For `matchAll`.
 */
export const PORTAL_KEY_TEXT = /(?<!(?<!\\)[A-Za-z0-9])sk-[0-9a-f]{32,}|sk-[0-9a-f]{64,}/gi;

export function holdsPortalKey(text: string): boolean {
  return text.search(PORTAL_KEY_TEXT) >= 0;
}

/** The text without keys of portals: for names, in which nothing else is looked for. */
export function maskPortalKeys(text: string): string {
  return text.replace(PORTAL_KEY_TEXT, MASK);
}

/** What may be one, or the begin of one, even inside a word: for text of a portal's, in which nobody looks for words. */
export const KEY_TRACE = /sk-[A-Za-z0-9]{8,}/g;

/** What stands where a value is not shown. */
export const MASK = '***';

/** The text without what looks like a secret. */
export function maskSecrets(text: string): string {
  return text.replace(SECRET_TEXT, MASK);
}
