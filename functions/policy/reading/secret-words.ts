import { looksLikeCredential } from '../../model/params.ts';
import { printable } from '../../model/printable.ts';
import { MASK, maskSecrets, PORTAL_KEY_TEXT } from '../../model/secret-text.ts';
import { listProblems, type Problem, type ProblemList } from './problem.ts';

/**
 * A key's text for a message, in quotes. A key that is no plain word may be a secret that lost its colon
 * (`{ password hunter2 }`), so it is not repeated.
 */
export function quoteName(name: string): string {
  if (hidesSecret(name)) return `"${MASK}"`;
  return `"${printable(maskSecrets(name), 64)}"`;
}

/** Whether a key's own text may hold a secret. */
export function hidesSecret(name: string): boolean {
  return !/^[\w.-]{0,64}$/.test(name) && looksLikeCredential(name);
}

/** Where keys of portals stand in a text, its comments included: each is an error. */
export function findPortalKeys(text: string): ProblemList {
  const problems = listProblems();
  for (const { index } of text.matchAll(PORTAL_KEY_TEXT)) {
    const message =
      "here stands what looks like a portal's API key: keys belong into the portal's secret or the key file; whoever could read this file may have it, so make a new one";
    problems.add({ offset: index, kind: 'value', isNew: true, message });
  }
  return problems;
}

/** Whether a problem is about the very value that a portal's key stands in, or about the name before it. */
export function isAboutPortalKey({ offset }: Problem, keys: ProblemList, text: string): boolean {
  return keys.kept.some(
    ({ offset: at }) => at >= offset && at - offset < MOST_BETWEEN && BEFORE_KEY.test(text.slice(offset, at)),
  );
}

// --- internal ---

const MOST_BETWEEN = 200;
/** `apiKey: "`, or the begin of the value. */
const BEFORE_KEY = /^(?:["']?[\w.-]*["']?[ \t]*:[ \t]+)?["']?[^\s"',{}[\]]*$/;
