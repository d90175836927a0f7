import { type Alias, isAlias, isCollection, isMap, isNode, type Node } from 'yaml';
import type { ProblemList } from './problem.ts';

/** The node that each alias stands for, never an alias itself. An alias that stands for nothing is not in it. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/**
 * Follows every alias once, in the order of the text, and adds up how big the document would be with all of them
 * written out: an alias of aliases grows by multiplication. Recursion is as deep as the document, so bounded.
 */
export function resolveAliases(root: Node, problems: ProblemList): AliasTargets {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  let isBomb = false;

  const follow = (alias: Alias): number => {
    const offset = alias.range?.[0] ?? 0;
    const target = anchors.get(alias.source);
    // The name is not repeated: `password: *hunter2` is a mistake that people make.
    if (target === undefined) {
      problems.add({ offset, kind: 'syntax', message: 'this alias has no anchor before it' });
      return 1;
    }
    if (open.has(target)) {
      problems.add({ offset, kind: 'syntax', message: 'this alias stands inside its own anchor' });
      return 1;
    }
    targets.set(alias, target);
    return sizes.get(target) ?? 1;
  };

  const measure = (node: unknown): number => {
    if (!isNode(node)) return 0;
    if (isAlias(node)) return follow(node);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (!isCollection(node)) return 1;
    const isAnchored = node.anchor !== undefined;
    if (isAnchored) open.add(node);
    let size = 1;
    const grow = (child: unknown) => {
      size = Math.min(size + measure(child), MAX_EXPANDED + 1);
      if (size <= MAX_EXPANDED || isBomb) return;
      isBomb = true;
      const offset = (isNode(child) ? child.range?.[0] : undefined) ?? node.range?.[0] ?? 0;
      problems.add({
        offset,
        kind: 'structure',
        code: 'LIMIT',
        message: 'an alias bomb: written out, more than 10 million values',
      });
    };
    if (isMap(node)) {
      for (const pair of node.items) {
        grow(pair.key);
        grow(pair.value);
      }
    } else {
      for (const item of node.items) grow(item);
    }
    if (isAnchored) {
      open.delete(node);
      sizes.set(node, size);
    }
    return size;
  };

  measure(root);
  return isBomb ? new Map() : targets;
}

// --- internal ---

const MAX_EXPANDED = 10_000_000;
