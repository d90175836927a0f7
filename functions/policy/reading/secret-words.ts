import { looksLikeCredential, MASK } from '../../model/params.ts';
import { printable } from '../../model/printable.ts';

/** An API key, wherever it stands; but not the tail of `desk-management`. A letter after a backslash is an escape. */
export const API_KEY = /(?<!(?<!\\)[A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}/g;

/**
 * A key's text for a message, in quotes. A key that is no plain word may be a secret that lost its colon
 * (`{ password hunter2 }`), so it is not repeated.
 */
export function quoteName(name: string): string {
  if (hidesSecret(name)) return `"${MASK}"`;
  return `"${printable(name.replace(API_KEY, MASK), 64)}"`;
}

/** Whether a key's own text may hold a secret. */
export function hidesSecret(name: string): boolean {
  return !/^[\w.-]{0,64}$/.test(name) && looksLikeCredential(name);
}
