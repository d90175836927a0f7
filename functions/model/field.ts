/**
 * Fields of a policy. One definition both reads what a file says and describes it to editors (JSON Schema), so that
 * the two can't drift apart. Nothing here knows YAML's nodes: a scalar comes in as `Written`.
 */
import {
  choiceSchema,
  type FieldDocs,
  type JsonSchema,
  numberSchema,
  textSchema,
  type ValueDocs,
} from './field-docs.ts';
import type { HoursField } from './hour-window.ts';
import { sayLookAlike } from './look-alikes.ts';
import type { NamesField } from './names-field.ts';
import { didYouMean } from './near-name.ts';
import { nearFlag, nearNumber } from './near-values.ts';

/** A scalar as it stands in a file. */
export type Written = {
  /** Plain: the source text (`007`); quoted or block: the text that is meant. */
  readonly text: string;
  /** Neither quoted nor a block. */
  readonly plain: boolean;
  /** What YAML takes it for: a number, a boolean, null or a text. */
  readonly value: unknown;
  /** Set where it is no scalar at all; `value` is undefined then. */
  readonly collection?: 'map' | 'list';
};

/** A problem goes on from a sentence that begins with the field's name in quotes. It never repeats a text. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

export type ScalarField<T> = {
  readonly kind: 'scalar';
  readonly schema: JsonSchema;
  readonly read: (written: Written) => Reading<T>;
};

/** A map of named fields. */
export type RecordField<F extends FieldTable = FieldTable> = {
  readonly kind: 'record';
  readonly schema: JsonSchema;
  readonly fields: F;
};

/** A map of any names to texts. */
export type TextsField = {
  readonly kind: 'texts';
  readonly schema: JsonSchema;
};

/** A part that is read by what it holds, not as a value. */
export type GroupField = { readonly kind: 'group'; readonly schema: JsonSchema };

export type Field =
  | ScalarField<unknown>
  | RecordField
  | TextsField
  | NamesField
  | HoursField<ScalarField<number>>
  | GroupField;
export type FieldTable = { readonly [name: string]: Field };

/** A whole number; YAML's own spellings of it (`0x10`, `1e1`) are as good as any. */
export function wholeNumber(
  min: number,
  max: number,
  docs: FieldDocs,
  near: Near = nearNumber,
): ScalarField<number> {
  const wanted = `must be a whole number from ${min} to ${max}`;
  return {
    kind: 'scalar',
    schema: numberSchema(docs, min, max),
    read: (written) => {
      // Adding zero makes -0 a plain 0.
      if (isWithin(written.value, min, max)) return { value: written.value + 0 };
      return { problem: `${wanted}${hint(written, near)}` };
    },
  };
}

/**
 * One of `names`; with `numbered`, also a name's index, as the API accepts it; `spellings` are other words for one. Editors
 * propose those that `values` tells of.
 */
export function choice<const T extends string>(
  names: readonly T[],
  docs: FieldDocs,
  more: {
    readonly values: ValueDocs;
    readonly numbered?: boolean;
    readonly spellings?: Readonly<Record<string, T>>;
    readonly near?: Near;
  },
): ScalarField<T> {
  const words = new Map<string, T>([
    ...names.map((name) => [name, name] as const),
    ...Object.entries(more.spellings ?? {}),
  ]);
  const numbers = more.numbered ? [...names.keys()] : [];
  const others = [...words.keys()].filter((word) => !Object.hasOwn(more.values, word));
  const shown = names.map((name) => [...words].findLast(([, meant]) => meant === name)?.[0] ?? name);
  const wanted = `must be ${names.length === 2 ? 'either' : 'one of'} ${names.join(names.length === 2 ? ' or ' : ', ')}`;
  return {
    kind: 'scalar',
    schema: choiceSchema(docs, more.values, others, more.numbered ? shown : []),
    read: (written) => {
      const { value, text } = written;
      const found = typeof value === 'string' ? words.get(text) : undefined;
      if (found !== undefined) return { value: found };
      if (more.numbered && isWithin(value, 0, names.length - 1)) {
        const name = names[value];
        if (name !== undefined) return { value: name };
      }
      if (typeof value !== 'string') return { problem: `${wanted}${hint(written)}` };
      const quotedNumber = more.numbered && numbers.includes(Number(text)) && text.trim() !== '';
      if (quotedNumber) return { problem: `${wanted}${hint(written)}` };
      const near = more.near?.(text);
      const advice = near === undefined ? didYouMean(text, words.keys()) : `: ${near}`;
      return { problem: `${wanted}${sayLookAlike(text)}${advice}` };
    },
  };
}

export function flag(docs: FieldDocs): ScalarField<boolean> {
  return {
    kind: 'scalar',
    schema: { ...docs, type: 'boolean' },
    read: (written) =>
      typeof written.value === 'boolean'
        ? { value: written.value }
        : { problem: `must be true or false${hint(written, nearFlag)}` },
  };
}

export function text(docs: FieldDocs): ScalarField<string> {
  return {
    kind: 'scalar',
    schema: { ...docs, type: 'string' },
    read: (written) =>
      typeof written.value === 'string'
        ? { value: written.value }
        : { problem: `must be a text${hint(written)}${written.value == null ? '' : ': put it in quotes'}` },
  };
}

/** A name, as the source spells it: `007` is the name 007, not the number seven. */
export function name(docs: FieldDocs, examples: readonly string[]): ScalarField<string> {
  return {
    kind: 'scalar',
    schema: textSchema({ ...docs, examples }),
    read: (written) =>
      written.value === null || written.collection !== undefined
        ? { problem: `must be a name${hint(written)}` }
        : { value: written.text },
  };
}

export function record<F extends FieldTable>(fields: F, docs: FieldDocs): RecordField<F> {
  return { kind: 'record', fields, schema: { ...docs, ...recordSchema(fields) } };
}

/** What each storage takes of them is for the policy's schema to say. */
export function texts(docs: FieldDocs): TextsField {
  return { kind: 'texts', schema: { ...docs, type: 'object' } };
}

export function group(schema: JsonSchema): GroupField {
  return { kind: 'group', schema };
}

/** The schema of a map of fields: these, and no others. */
export function recordSchema(fields: FieldTable): JsonSchema {
  const properties = Object.entries(fields).map(([key, field]) => [key, field.schema]);
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

/** What is meant by a text, as the end of a sentence. */
export type Near = (text: string) => string | undefined;

/** `, not 31`, `, not a text: write 3`: what was found, by its kind, and what to do. A text is not repeated. */
export function hint(written: Written, near: Near = () => undefined): string {
  const advice = written.collection === undefined && written.value !== null ? near(written.text) : undefined;
  const kind = hintKind(written);
  return `${kind}${advice === undefined || kind.includes(':') ? '' : `: ${advice}`}`;
}

// --- internal ---

function hintKind(written: Written): string {
  const { value, text: source, plain, collection } = written;
  if (collection !== undefined) return `, not a ${collection}`;
  if (value === null) return ', not empty';
  if (typeof value === 'number') return `, not ${source.length <= 20 ? source : 'such a number'}`;
  if (typeof value === 'boolean') return ', not a boolean';
  const looksTyped = /^(?:[-+]?\d{1,20}|true|false)$/i.test(source);
  return !plain && looksTyped ? ', not a text: drop the quotes' : `, not a text${sayLookAlike(source)}`;
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
