import { isMap, isSeq } from 'yaml';
import { MOST_MATCHES } from '../../model/selector.ts';
import { SELECTOR_FIELDS } from '../../model/selector-fields.ts';
import { type FieldsOf, type Located, readFields } from './read-fields.ts';
import { judgeReserved, type Layer } from './read-layer.ts';
import { type Entry, followAlias, isNothing, type ReadContext, readMap, type ValueNode } from './read-map.ts';

/** An entry of `select` as its file writes it. */
export type SelectorEntry = {
  readonly offset: number;
  readonly match: Located<readonly string[]> | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** The profile and the mode: what a portal that it brings has of its own. */
  readonly layer: Layer;
};

/** Reads `select`: a list of maps. What is wrong with one of them is told there; the others are read all the same. */
export function readSelectors(found: Located<Entry> | undefined, context: ReadContext): SelectorEntry[] {
  const group = found?.value;
  if (group?.value === undefined) return [];
  const tell = (offset: number, message: string) => context.problems.add({ offset, kind: 'shape', message });
  if (isNothing(group.value)) {
    tell(group.keyOffset, '"select" is empty: list selectors under it, each with "match", or drop it');
    return [];
  }
  if (!isSeq(group.value)) {
    tell(group.offset, '"select" must be a list: begin each selector with "- match:"');
    return [];
  }
  const selectors = group.value.items.flatMap((item) => {
    const node = followAlias(item, context.aliases);
    if (node === undefined) return [];
    const offset = node?.range?.[0] ?? group.offset;
    if (isMap(node)) return [readSelector(node, offset, context)];
    tell(offset, `a selector must be a map with "match", not ${nameOf(node)}`);
    return [];
  });
  const matches = selectors.reduce((sum, { match }) => sum + (match?.value?.length ?? 0), 0);
  if (matches > MOST_MATCHES)
    tell(group.offset, `"select" has ${matches} names and patterns: ${MOST_MATCHES} at most`);
  return selectors;
}

// --- internal ---

function readSelector(node: NonNullable<ValueNode>, offset: number, context: ReadContext): SelectorEntry {
  const entries = isMap(node) ? readMap(node, context) : [];
  const { match, tags, profile, mode }: FieldsOf<typeof SELECTOR_FIELDS> = readFields(
    entries,
    SELECTOR_FIELDS,
    context,
    judgeReserved,
  );
  if (!match) {
    const message = 'a selector needs "match": a name, or a pattern such as "eu-*"';
    context.problems.add({ offset, kind: 'missing', message });
  }
  return {
    offset,
    match,
    tags: new Map([...(tags?.value ?? [])].map(([name, { value = '' }]) => [name, value])),
    layer: { ...(profile && { profile }), ...(mode && { mode }) },
  };
}

function nameOf(node: ValueNode): string {
  if (isNothing(node)) return 'nothing';
  return isSeq(node) ? 'a list' : 'a single value';
}
