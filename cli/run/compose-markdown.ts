import { printable } from '../../functions/model/printable.ts';

/** What is told of one policy; texts of several lines stay together. */
export type MarkdownPolicy = {
  readonly title: string;
  /** In full, and with nothing but its digest. */
  readonly guard: { readonly text: string; readonly short: string } | undefined;
  /** What nobody may miss: errors, failures, what was left out, removals. */
  readonly musts: readonly MarkdownItem[];
  readonly others: readonly string[];
};

export type MarkdownItem = {
  readonly text: string;
  /** What is counted where even the names are too many: `failed (TIMEOUT)`. */
  readonly kind: string;
  readonly name: string;
};

/**
 * Puts an account together that is no longer than `most` characters. Where it would be, creations and updates go first;
 * failures and removals are then told by their names, or by how many they are, but never left out. Guards and their
 * digests are always told.
 */
export function composeMarkdown(head: string, policies: readonly MarkdownPolicy[], most: number): string {
  const room = most - head.length - ROOM_FOR_FOOT;
  const levels = LEVELS.map((level) => policies.map((policy) => level(policy)));
  const musts = levels.find((level) => sizeOf(policies, level) <= room) ?? levels[levels.length - 1] ?? [];
  let left = room - sizeOf(policies, musts);
  let untold = 0;
  const blocks = policies.map(({ title, others }, index) => {
    const lines = [...(musts[index] ?? [])];
    for (const other of others) {
      left -= other.length + 1;
      if (left > 0) lines.push(other);
      else untold++;
    }
    return blockOf(title, lines);
  });
  const isQuiet = (index: number) => (musts[index] ?? []).length === 0;
  const { kept, dropped } = within(blocks, isQuiet, room);
  const foot = [
    ...(untold > 0 ? [`_${untold} more, not shown: run the command for all of them._\n`] : []),
    ...(dropped > 0 ? [`_${dropped} more policies, not shown: run the command for all of them._\n`] : []),
  ];
  return `${head}${kept.join('\n')}\n${foot.join('')}`;
}

/** A text of files or portals, in code: it can neither format, nor link, nor mention anybody. */
export function markdownCode(text: string): string {
  return `\`${printable(text, 500).replaceAll('`', "'")}\``;
}

// --- internal ---

const ROOM_FOR_FOOT = 300;
const MOST_NAMES = 10;

/** How a policy's musts are told: each way shorter than the one before. */
const LEVELS: readonly ((policy: MarkdownPolicy) => string[])[] = [
  ({ guard, musts }) => [...(guard ? [guard.text] : []), ...musts.map(({ text }) => text)],
  ({ guard, musts }) => [...(guard ? [guard.text] : []), ...grouped(musts, Number.POSITIVE_INFINITY)],
  ({ guard, musts }) => [...(guard ? [guard.text] : []), ...grouped(musts, MOST_NAMES)],
  ({ guard, musts }) => [...(guard ? [guard.short] : []), ...grouped(musts, 0)],
];

function grouped(items: readonly MarkdownItem[], most: number): string[] {
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of items) {
    const names = kinds.get(kind);
    if (names) names.push(name);
    else kinds.set(kind, [name]);
  }
  return [...kinds].map(([kind, names]) => {
    if (most === 0) return `${kind}: ${names.length}`;
    const more = names.length > most ? ` and ${names.length - most} more` : '';
    return `${kind}: ${names.length}: ${names.slice(0, most).join(', ')}${more}`;
  });
}

function sizeOf(policies: readonly MarkdownPolicy[], musts: readonly (readonly string[])[]): number {
  return policies.reduce(
    (sum, { title }, index) => sum + blockOf(title, musts[index] ?? [], true).length + 1,
    0,
  );
}

/** @param isOpen whether lines may follow: the frame then counts, also around none */
function blockOf(title: string, lines: readonly string[], isOpen = false): string {
  const head = `**${markdownCode(title)}**\n`;
  if (lines.length === 0 && !isOpen) return head;
  return `${head}\n<details open><summary>details</summary>\n\n\`\`\`\`\`diff\n${lines.join('\n')}\n\`\`\`\`\`\n\n</details>\n`;
}

/** As many whole blocks as there is room for, those with musts first: only hundreds of policies need more. */
function within(blocks: readonly string[], isQuiet: (index: number) => boolean, room: number) {
  let left = room;
  const isKept = new Set<number>();
  const places = [...blocks.keys()];
  for (const index of [...places.filter((place) => !isQuiet(place)), ...places.filter(isQuiet)]) {
    left -= (blocks[index]?.length ?? 0) + 1;
    if (left >= 0) isKept.add(index);
  }
  return { kept: blocks.filter((_, index) => isKept.has(index)), dropped: blocks.length - isKept.size };
}
