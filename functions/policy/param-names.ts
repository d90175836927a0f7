import type { JsonSchema } from '../model/field-docs.ts';
import { CREDENTIAL_NAMES, CREDENTIAL_PARTS } from '../model/params.ts';
import { inAnyCase } from './param-patterns.ts';

/** The names that params may have, whatever the storage is: not the server's own, and none of a credential. */
export function paramNames(): JsonSchema {
  return {
    // What is proposed depends on the storage.
    doNotSuggest: true,
    allOf: [
      named(
        `^(?!${inAnyCase('tenantId')}$)[\\s\\S]`,
        'tenantId is set by the server itself, and a param needs a name.',
      ),
      named(
        `^(?![\\s\\S]*${credentialParts()}|${BETWEEN}(?:${[...CREDENTIAL_NAMES].map(spelt).join('|')})$)`,
        "Looks like a credential: these belong into the portal's own storage settings, never in a policy.",
      ),
    ],
  };
}

/** A known name in other letters' cases, or with other dashes, is an error. */
export function noSlips(names: readonly string[]): JsonSchema {
  const joined = names.map((name) =>
    [...name.replaceAll(/[_\s-]/g, '')].map((letter) => `[_\\s-]{0,2}${inAnyCase(letter)}`).join(''),
  );
  return named(
    `^(?:(?:${names.join('|')})$|(?!(?:${joined.join('|')})[_\\s-]{0,2}$))`,
    `Is one of ${names.join(', ')} meant? They are written so.`,
  );
}

// --- internal ---

function named(pattern: string, patternErrorMessage: string): JsonSchema {
  return { pattern, patternErrorMessage, doNotSuggest: true };
}

const BETWEEN = '[^a-zA-Z0-9]*';

/** A word in any case, with anything but letters and digits between. */
function spelt(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `(?:${inAnyCase(letter)}${BETWEEN})`);
}

function credentialParts(): string {
  return `(?:${spelt(CREDENTIAL_PARTS.source)})`;
}
