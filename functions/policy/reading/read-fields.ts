import { isMap, isScalar } from 'yaml';
import type {
  Field,
  FieldTable,
  GroupField,
  RecordField,
  ScalarField,
  TextsField,
} from '../../model/field.ts';
import type { HoursField, HourWindow } from '../../model/hour-window.ts';
import { sayLookAlike } from '../../model/look-alikes.ts';
import type { NamesField } from '../../model/names-field.ts';
import { nearName } from '../../model/near-name.ts';
import { nearField, sayCron } from '../../model/near-values.ts';
import { asWritten, type Entry, isNothing, type ReadContext, readMap, type ValueNode } from './read-map.ts';
import { readNames } from './read-names.ts';
import { readTexts, type Texts } from './read-texts.ts';
import { quoteName } from './secret-words.ts';
import { wholeWindow } from './whole-window.ts';

/** A value and where it was found. `value` is undefined where it could not be read, which was told. */
export type Located<T> = {
  readonly keyOffset: number;
  readonly offset: number;
  readonly value: T | undefined;
  /** Another key stands there, which is nearly this one. */
  readonly isGuess?: true;
};

type ValueOf<F> =
  F extends ScalarField<infer T>
    ? T
    : F extends RecordField<infer R>
      ? FieldsOf<R>
      : F extends TextsField
        ? Texts
        : F extends NamesField
          ? readonly string[]
          : F extends HoursField
            ? number | HourWindow
            : Entry;

/** What was read of a table of fields: only those that stand there. */
export type FieldsOf<F extends FieldTable> = { readonly [K in keyof F]?: Located<ValueOf<F[K]>> };

/** Says what is wrong with a key that is none of the fields; undefined leaves it to the general words. */
export type JudgeKey = (key: string) => string | undefined;

/**
 * Reads a map by a table of fields. Tells unknown keys; one that is nearly a field counts as that field, present and
 * unreadable, so that nobody is told of it as missing too.
 *
 * @param sayMore what else can be said of a key that is near nothing
 */
export function readFields<F extends FieldTable>(
  entries: readonly Entry[],
  fields: F,
  context: ReadContext,
  judge: JudgeKey = () => undefined,
  sayMore: (entry: Entry) => string = () => '',
): FieldsOf<F> {
  const found: Record<string, Located<unknown>> = {};
  const meant: Record<string, Located<unknown>> = {};
  const unknown: Entry[] = [];
  for (const { key, keyOffset, value, offset } of entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field !== undefined) {
      const entry = { key, keyOffset, value, offset };
      const read = field.kind === 'group' ? entry : readField(key, field, value, offset, context);
      // Of a map that stands there twice nobody knows which is meant.
      const isTwice = Object.hasOwn(found, key) && (field.kind === 'record' || key === 'defaults');
      found[key] = isTwice
        ? { keyOffset, offset, value: undefined }
        : (found[key] ?? { keyOffset, offset, value: read });
      continue;
    }
    const message = judge(key);
    const near = nearName(key, Object.keys(fields)) ?? wordFor(key, fields);
    if (message === undefined && near === undefined) {
      unknown.push({ key, keyOffset, value, offset });
      continue;
    }
    if (near !== undefined) meant[near] = { keyOffset, offset, value: undefined, isGuess: true };
    const told = message ?? `unknown key ${quoteName(key)}${sayLookAlike(key)}: did you mean "${near}"?`;
    context.problems.add({ offset: keyOffset, kind: 'typo', message: told });
  }
  tellUnknown(unknown, context, sayMore);
  return { ...meant, ...found } as FieldsOf<F>;
}

/** The entries of what must be a map; nothing counts as an empty one. undefined where it is no map. */
export function entriesOf(name: string, entry: Pick<Entry, 'value' | 'offset'>, context: ReadContext) {
  const { value, offset } = entry;
  if (value === undefined) return undefined;
  if (isNothing(value)) return [];
  if (isMap(value)) return readMap(value, context);
  const message = `${name} must be a map, not a ${isScalar(value) ? 'single value' : 'list'}`;
  context.problems.add({ offset, kind: 'shape', message });
  return undefined;
}

// --- internal ---

/** So many strangers in one map are told one by one; more of them mean that the map stands in the wrong place. */
const MOST_UNKNOWN = 3;

function tellUnknown(
  unknown: readonly Entry[],
  context: ReadContext,
  sayMore: (entry: Entry) => string,
): void {
  const told = unknown.length > MOST_UNKNOWN ? unknown.slice(0, 1) : unknown;
  const more = unknown.length - told.length;
  for (const entry of told) {
    const { key, keyOffset } = entry;
    const rest = more > 0 ? `, as ${more} more keys of this map` : '';
    const message = `unknown key ${quoteName(key)}${sayLookAlike(key)}${rest}${sayMore(entry)}`;
    context.problems.add({ offset: keyOffset, kind: 'shape', message });
  }
}

/** A time in another tool's words: as the map that would say it. */
function sayTimes(node: ValueNode): string {
  const { text, collection } = asWritten(node);
  const near = collection === undefined ? sayCron(text) : undefined;
  return near === undefined ? '' : `: ${near}`;
}

/** Another tool's word for one of these fields. */
function wordFor(key: string, fields: FieldTable): string | undefined {
  const field = nearField(key);
  return field !== undefined && Object.hasOwn(fields, field) ? field : undefined;
}

type ValueField = Exclude<Field, GroupField>;

function readField(
  name: string,
  field: ValueField,
  node: ValueNode | undefined,
  offset: number,
  context: ReadContext,
): unknown {
  if (node === undefined) return undefined;
  if (node?.anchor === undefined) return readFresh(name, field, node, offset, context);
  const known = context.known.get(node) ?? new Map<unknown, unknown>();
  context.known.set(node, known);
  if (!known.has(field)) known.set(field, readFresh(name, field, node, offset, context));
  return known.get(field);
}

function readFresh(
  name: string,
  field: ValueField,
  node: ValueNode,
  offset: number,
  context: ReadContext,
): unknown {
  if (field.kind === 'scalar') return readScalar(name, field, node, offset, context);
  if (field.kind === 'hours') {
    if (!isMap(node)) return readScalar(name, field.one, node, offset, context);
    return wholeWindow(
      name,
      readFields(readMap(node, context), { from: field.one, to: field.one }, context),
      {
        ...context,
        offset,
      },
    );
  }
  if (field.kind === 'names') return readNames(name, field, node, offset, context);
  if (!isMap(node)) {
    const found = isNothing(node) ? 'empty' : isScalar(node) ? 'a single value' : 'a list';
    const message = `"${name}" must be a map, not ${found}${name === 'cronParams' ? sayTimes(node) : ''}`;
    context.problems.add({ offset, kind: 'shape', message });
    return undefined;
  }
  const entries = readMap(node, context);
  return field.kind === 'record'
    ? readFields(entries, field.fields, context)
    : readTexts(name, entries, context);
}

function readScalar(
  name: string,
  field: ScalarField<unknown>,
  node: ValueNode,
  offset: number,
  context: ReadContext,
): unknown {
  const written = asWritten(node);
  const reading = field.read(written);
  if ('value' in reading) return reading.value;
  const kind = written.collection === undefined ? 'value' : 'shape';
  context.problems.add({ offset, kind, message: `"${name}" ${reading.problem}` });
  return undefined;
}
