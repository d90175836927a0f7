import type { JsonSchema } from '../model/field-docs.ts';

/**
 * The same schema with what stands in it more than once among its definitions, once: a fifth of the size, and as easy to
 * read as the code that it comes from.
 */
export function shareParts(schema: JsonSchema): JsonSchema {
  const counts = new Map<string, number>();
  const count = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return mapParts(part, count);
  };
  mapParts(schema, count);
  const shared = new Map<string, { readonly name: string; readonly part: JsonSchema }>();
  const names = new Set(Object.keys(schema.definitions ?? {}));
  const share = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part);
    if (text.length < WORTH_A_NAME || (counts.get(text) ?? 0) < 2) return mapParts(part, share);
    const found = shared.get(text) ?? { name: nameFor(part, names), part: mapParts(part, share) };
    shared.set(text, found);
    return { $ref: `#/definitions/${found.name}` };
  };
  const body = mapParts(schema, share);
  const definitions = [...shared.values()].map(({ name, part }) => [name, part] as const);
  return { ...body, definitions: { ...(body.definitions as object), ...Object.fromEntries(definitions) } };
}

// --- internal ---

const WORTH_A_NAME = 150;

const MAPS = new Set(['properties', 'definitions']);
const LISTS = new Set(['allOf', 'anyOf']);
const SINGLE = new Set(['if', 'then', 'else', 'not', 'additionalProperties', 'propertyNames']);

/** Every schema that stands right in this one, as `change` makes it. */
function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const visit = (part: unknown) => (typeof part === 'object' && part !== null ? change({ ...part }) : part);
  const entries = Object.entries(schema).map(([key, value]) => {
    if (SINGLE.has(key)) return [key, visit(value)];
    if (LISTS.has(key) && Array.isArray(value)) return [key, value.map(visit)];
    if (!MAPS.has(key) || typeof value !== 'object' || value === null) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, visit(part)]))];
  });
  return Object.fromEntries(entries);
}

function nameFor({ title }: JsonSchema, taken: Set<string>): string {
  const word = String(title ?? 'part').replaceAll(/\W+/g, '-');
  for (let at = 1; ; at += 1) {
    const name = at === 1 && title !== undefined ? word : `${word}-${at}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
