import { isSeq } from 'yaml';
import type { NamesField } from '../../model/names-field.ts';
import { asWritten, followAlias, type ReadContext, type ValueNode } from './read-map.ts';

/** A name, or a list of them, each as the source spells it; `undefined` where one could not be read, which was told. */
export function readNames(
  name: string,
  { pattern, problem }: NamesField,
  node: ValueNode,
  offset: number,
  context: ReadContext,
): readonly string[] | undefined {
  const refuse = (at: number, message: string) => {
    context.problems.add({ offset: at, kind: 'value', message: `"${name}" ${message}` });
    return undefined;
  };
  if (!isSeq(node)) {
    const one = textOf(node);
    return one !== undefined && pattern.test(one) ? [one] : refuse(offset, problem + nearOf(one, pattern));
  }
  if (node.items.length === 0) return refuse(offset, 'is an empty list: it would fit nothing');
  const read = node.items.map((item) => {
    const value = followAlias(item, context.aliases);
    if (value === undefined) return undefined;
    const one = textOf(value);
    if (one !== undefined && pattern.test(one)) return one;
    return refuse(value?.range?.[0] ?? offset, problem + nearOf(one, pattern));
  });
  return read.every((one) => one !== undefined) ? read : undefined;
}

// --- internal ---

function textOf(node: ValueNode): string | undefined {
  const { text, value, collection } = asWritten(node);
  return collection !== undefined || value === null ? undefined : text;
}

function nearOf(text: string | undefined, pattern: RegExp): string {
  const lower = text?.toLowerCase();
  return lower !== undefined && lower !== text && pattern.test(lower) ? ': write it in lower case' : '';
}
