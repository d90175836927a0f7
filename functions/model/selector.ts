import { fitsPattern, isPattern } from './name-pattern.ts';
import type { KeyTags } from './ports/key-list.ts';

/** What a selector asks of a key: a name that fits one of these names or patterns, and every one of these tags. */
export type KeySelector = {
  readonly match: readonly string[];
  readonly tags: KeyTags;
};

/** The most names and patterns that the selectors of one policy may have together: each key is held against each. */
export const MOST_MATCHES = 1_000;

export function fitsSelector({ match, tags }: KeySelector, portal: string, keyTags: KeyTags): boolean {
  return fitsNames(match, portal) && [...tags].every(([name, value]) => keyTags.get(name) === value);
}

/** Whether a name fits one of these names or patterns as a whole. */
export function fitsNames(match: readonly string[], portal: string): boolean {
  return match.some((one) => (isPattern(one) ? fitsPattern(portal, one) : portal === one));
}
