import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Written } from '../../model/field.ts';
import { KNOWN_KEYS } from './known-keys.ts';
import type { LineMap } from './line-map.ts';
import type { ProblemList } from './problem.ts';
import type { AliasTargets } from './resolve-aliases.ts';
import { quoteName } from './secret-words.ts';
import { BLANK_IS_MISSING } from './yaml-wording.ts';

/** What reading a part of a policy needs. */
export type ReadContext = {
  readonly aliases: AliasTargets;
  readonly lines: LineMap;
  readonly problems: ProblemList;
  /** What an anchored node was read as, by field: many portals may share it. */
  readonly known: Map<Node, Map<unknown, unknown>>;
  /** Layers with keys that nobody could place: what seems to be missing in them may stand there. */
  readonly unsure: Set<object>;
};

/** A value as it stands behind a key, aliases followed; null where nothing stands there. */
export type ValueNode = Scalar | YAMLMap | YAMLSeq | null;

export type Entry = {
  /** As the source spells it; of a quoted key, what is quoted. */
  readonly key: string;
  readonly keyOffset: number;
  /** undefined: an alias that stands for nothing, told already. */
  readonly value: ValueNode | undefined;
  /** Where the value stands, or the key where there is no value to point at. */
  readonly offset: number;
};

/** A map's entries in the file's order. Tells keys that are none, and keys that stand there twice. */
export function readMap(map: YAMLMap, context: ReadContext): Entry[] {
  const first = new Map<string, number>();
  const entries: Entry[] = [];
  for (const pair of map.items) {
    const key = readKey(pair.key, map, context);
    if (key === undefined) continue;
    const glued =
      pair.value === null && isScalar(pair.key) && pair.key.type === 'PLAIN' && splitGlued(key.text);
    if (glued) {
      const offset = key.offset + glued.column;
      context.problems.add({ offset, kind: 'syntax', message: glued.message });
      entries.push({ key: glued.key, keyOffset: key.offset, value: undefined, offset: key.offset });
      continue;
    }
    const before = first.get(key.text);
    if (before === undefined) {
      first.set(key.text, key.offset);
    } else {
      const message = () =>
        `${quoteName(key.text)} stands here twice, first on line ${context.lines.positionOf(before).line}`;
      context.problems.add({ offset: key.offset, kind: 'shape', message });
    }
    const value = followAlias(pair.value, context.aliases);
    entries.push({ key: key.text, keyOffset: key.offset, value, offset: startOf(value) ?? key.offset });
  }
  return entries;
}

/** What stands behind an alias; undefined where that is nothing. */
export function followAlias(node: unknown, aliases: AliasTargets): ValueNode | undefined {
  const target = isAlias(node) ? aliases.get(node as Alias) : node;
  if (target === undefined) return undefined;
  return (target ?? null) as ValueNode;
}

export function asWritten(node: ValueNode): Written {
  if (node === null) return { text: '', plain: true, value: null };
  if (!isScalar(node)) {
    return { text: '', plain: true, value: undefined, collection: isMap(node) ? 'map' : 'list' };
  }
  return { text: node.source ?? '', plain: node.type === 'PLAIN', value: node.value };
}

/** Whether nothing, `~` or `null` stands there. */
export function isNothing(node: ValueNode): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

// --- internal ---

/** A key and its value that became one key, as nothing YAML knows stands between them; undefined for any other key. */
function splitGlued(text: string) {
  const [, key = '', between = '', value = ''] =
    /^([\w.-]{1,64})(:+|[ \t]*=[ \t]*|[ \t]+)(.*)$/s.exec(text) ?? [];
  if (between === '' || value.startsWith('//') || (between.startsWith(':') && value === '')) return undefined;
  const column = key.length + between.search(/\S|$/);
  if (between.startsWith(':')) return { key, column, message: BLANK_IS_MISSING };
  if (between.includes('=')) return { key, column, message: 'write ":" in place of "="' };
  return KNOWN_KEYS.has(key)
    ? { key, column: key.length, message: `a ":" is missing after "${key}"` }
    : undefined;
}

/** The value's place; undefined where there is no character of it. */
function startOf(value: ValueNode | undefined): number | undefined {
  const range = value?.range;
  return range && range[1] > range[0] ? range[0] : undefined;
}

function readKey(
  key: unknown,
  map: YAMLMap,
  context: ReadContext,
): { text: string; offset: number } | undefined {
  const offset = (key as Node | null)?.range?.[0] ?? map.range?.[0] ?? 0;
  const refuse = (message: string) => {
    context.problems.add({ offset, kind: 'shape', message });
    return undefined;
  };
  if (isAlias(key)) return refuse('an alias cannot be a key');
  if (!isScalar(key)) return refuse('a map or list cannot be a key');
  const text = key.source ?? '';
  if (text === '<<' && key.type === 'PLAIN') {
    return refuse('merge keys (<<) are not allowed: use defaults and profiles');
  }
  return { text, offset };
}
