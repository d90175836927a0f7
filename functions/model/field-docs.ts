/** What editors show of fields and values, as JSON Schema and the keywords that YAML editors read beside it. */

export type JsonSchema = { readonly [keyword: string]: unknown };

/** A field's name, what it means, and how it is written. */
export type FieldDocs = {
  readonly title: string;
  readonly description: string;
  readonly markdownDescription: string;
};

/** What values mean, by the words that editors propose. */
export type ValueDocs<T extends string = string> = Readonly<Record<T, string>>;

/**
 * Every field has an example; a test holds that the field takes it.
 * @param example YAML: a map with this field alone
 */
export function docs(title: string, text: string, example: string): FieldDocs {
  return {
    title,
    description: `${text} Example: ${example}`,
    markdownDescription: `${text}\n\n\`\`\`yaml\n${example}\n\`\`\``,
  };
}

/** A whole number. Below anyOf: where the type stands at the top, editors write a 0 for a start. */
export function numberSchema(field: FieldDocs, minimum: number, maximum: number): JsonSchema {
  return { ...field, anyOf: [{ title: field.title, type: 'integer', minimum, maximum }] };
}

/**
 * One of the words that `values` tells of, which are proposed, or another that is taken, too, and never proposed.
 * @param others taken words that mean one of these
 * @param numbered the words that the numbers from 0 stand for, if numbers are taken
 */
export function choiceSchema(
  field: FieldDocs,
  values: ValueDocs,
  others: readonly string[],
  numbered: readonly string[],
): JsonSchema {
  const words = wordsSchema(values);
  if (others.length + numbered.length === 0) return { ...field, ...words };
  // Each of these has words of its own: else an editor takes them for one, and shows their titles in a row.
  const number = {
    description: `The API's number: ${numbered.map((word, at) => `${at} ${word}`).join(', ')}.`,
    type: 'integer',
    minimum: 0,
    maximum: numbered.length - 1,
    errorMessage: words.errorMessage,
  };
  const other = {
    description: 'Taken, too; the words that are proposed are better.',
    type: 'string',
    pattern: `^(?:${others.join('|')})$`,
    patternErrorMessage: words.errorMessage,
    errorMessage: words.errorMessage,
  };
  return {
    ...field,
    anyOf: [
      { title: field.title, ...words },
      ...(numbered.length > 0 ? [number] : []),
      ...(others.length > 0 ? [other] : []),
    ],
  };
}

/** These words and no others, each with what it means. */
export function wordsSchema(values: ValueDocs): JsonSchema {
  const words = Object.keys(values);
  return {
    enum: words,
    enumDescriptions: Object.values(values),
    errorMessage: `Must be one of ${words.join(', ')}.`,
  };
}

/** Beside `if` there is no word for a type that editors don't take for a proposal: `true`, `false`, `null`. */
export function textSchema(more: JsonSchema = {}): JsonSchema {
  return {
    ...more,
    ...when({ type: ['object', 'array', 'null'] }, { type: 'string', errorMessage: 'Must be a text.' }),
  };
}

/**
 * Proposes snippets as long as none of these stands there: afterwards they would only half fit.
 * @param title the field's
 */
export function snippetsUnless(
  title: string,
  names: readonly string[],
  snippets: readonly JsonSchema[],
): JsonSchema {
  const isThere =
    names.length === 1 ? { required: names } : { anyOf: names.map((name) => ({ required: [name] })) };
  // An editor takes the alternative that fits; the words keep it from showing both.
  return { anyOf: [{ title }, { description: 'Nothing yet.', not: isThere, defaultSnippets: snippets }] };
}

/** Fits nothing: an empty list with one entry. */
export function never(errorMessage: string): JsonSchema {
  return { type: 'array', maxItems: 0, minItems: 1, errorMessage };
}

export function when(condition: JsonSchema, then: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  return { if: condition, then, ...(otherwise && { else: otherwise }) };
}
