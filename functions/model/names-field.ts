import type { FieldDocs, JsonSchema } from './field-docs.ts';

/** A name, or a list of names; also patterns of names. */
export type NamesField = {
  readonly kind: 'names';
  readonly schema: JsonSchema;
  readonly pattern: RegExp;
  /** What is wrong with what does not fit: goes on from the field's name in quotes. */
  readonly problem: string;
};

export function names(
  docs: FieldDocs,
  { pattern, problem, example }: Omit<NamesField, 'kind' | 'schema'> & { readonly example: string },
): NamesField {
  const one = {
    type: 'string',
    pattern: pattern.source,
    patternErrorMessage: `Is none: ${problem}.`,
    examples: [example],
  };
  const schema = {
    ...docs,
    anyOf: [
      { title: docs.title, ...one },
      { description: 'Several of them.', type: 'array', items: one, minItems: 1 },
    ],
  };
  return { kind: 'names', schema, pattern, problem };
}
