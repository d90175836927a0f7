import type { JsonSchema } from '../model/field-docs.ts';

/** A word or its number. No `enum`, and no two alternatives: an editor would show them as what may stand here. */
export function wordOrNumber(words: readonly string[], number: number): JsonSchema {
  return {
    type: ['string', 'integer'],
    pattern: `^(?:${words.join('|')})$`,
    minimum: number,
    maximum: number,
    doNotSuggest: true,
  };
}
