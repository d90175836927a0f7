import { printable } from '../../functions/model/printable.ts';
import { tellCount } from '../words/tell-count.ts';

/** What is told of one policy below the heads; texts of several lines stay together. */
export type MarkdownPolicy = {
  readonly title: string;
  /** What its selectors bring, a line each. */
  readonly selected: readonly string[];
  /** What apply does with it; `undefined` where nothing differs. */
  readonly deeds: string | undefined;
  /** What nobody may miss: errors, failures, what was left out, removals. */
  readonly musts: readonly MarkdownItem[];
  readonly others: readonly string[];
  /** How many others there are that were too many to be kept. */
  readonly unkept: number;
};

export type MarkdownItem = {
  readonly text: string;
  /** What is counted where even the names are too many: `failed (TIMEOUT)`. */
  readonly kind: string;
  readonly name: string;
};

/** How much may be written: what a place takes, and how it counts. */
export type Room = { readonly most: number; readonly sizeOf: (text: string) => number };

/**
 * Puts an account together that fits into the room. Where all of it would not, details go: creations and updates first;
 * failures and removals are then told by their names, or by how many they are. The heads, made by `heads` for the room
 * that they have, stay: what somebody has to decide on stands in them.
 */
export function composeMarkdown(
  heads: (room: number) => string,
  policies: readonly MarkdownPolicy[],
  { most, sizeOf }: Room,
): string {
  const sum = (texts: readonly string[]) => texts.reduce((all, text) => all + sizeOf(text) + 1, 0);
  const least = Math.min(most / 4, sum(policies.map((policy) => blockOf(policy, [], true))));
  const head = heads(most - ROOM_FOR_FOOT - least);
  const room = most - sizeOf(head) - ROOM_FOR_FOOT;
  const told = (level: (musts: readonly MarkdownItem[]) => string[]) =>
    policies.map((policy) => level(policy.musts));
  const framed = (lines: readonly (readonly string[])[]) =>
    sum(policies.map((policy, index) => blockOf(policy, lines[index] ?? [], true)));
  const musts = told(LEVELS.find((level) => framed(told(level)) <= room) ?? COUNTED);

  let left = room - framed(musts);
  let untold = 0;
  const blocks = policies.map((policy, index) => {
    const lines = [...(musts[index] ?? [])];
    untold += policy.unkept;
    for (const other of policy.others) {
      left -= sizeOf(other) + 1;
      if (left > 0) lines.push(other);
      else untold++;
    }
    return blockOf(policy, lines);
  });
  const isQuiet = (index: number) => (musts[index] ?? []).length === 0;
  const { kept, dropped } = within(blocks, isQuiet, room, sizeOf);
  const foot = [
    ...(untold > 0 ? [`_${tellCount(untold)} more, not shown: run the command for all of them._\n`] : []),
    ...(dropped > 0
      ? [`_${tellCount(dropped)} more policies, not shown: run the command for all of them._\n`]
      : []),
  ];
  return `${head}${kept.join('\n')}\n${foot.join('')}`;
}

/** A text of files or portals, in code: it can neither format, nor link, nor mention anybody. */
export function markdownCode(text: string, limit = 500): string {
  return `\`${printable(text, limit).replaceAll('`', "'")}\``;
}

// --- internal ---

const ROOM_FOR_FOOT = 300;
const MOST_NAMES = 10;

const COUNTED = (musts: readonly MarkdownItem[]) => grouped(musts, 0);

/** How a policy's musts are told: each way shorter than the one before. */
const LEVELS: readonly ((musts: readonly MarkdownItem[]) => string[])[] = [
  (musts) => musts.map(({ text }) => text),
  (musts) => grouped(musts, Number.POSITIVE_INFINITY),
  (musts) => grouped(musts, MOST_NAMES),
  COUNTED,
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

/** @param isOpen whether lines may follow: the frame then counts, also around none */
function blockOf(policy: MarkdownPolicy, lines: readonly string[], isOpen = false): string {
  const { title, selected, deeds } = policy;
  const below = [...selected, ...(deeds ? [deeds] : [])].map((line) => `\n${markdownCode(line)}\n`);
  const head = `**${markdownCode(title)}**\n${below.join('')}`;
  if (lines.length === 0 && !isOpen) return head;
  return `${head}\n<details><summary>details</summary>\n\n\`\`\`\`\`diff\n${lines.join('\n')}\n\`\`\`\`\`\n\n</details>\n`;
}

/** As many whole blocks as there is room for, those with musts first: only hundreds of policies need more. */
function within(
  blocks: readonly string[],
  isQuiet: (index: number) => boolean,
  room: number,
  sizeOf: Room['sizeOf'],
) {
  let left = room;
  const isKept = new Set<number>();
  const places = [...blocks.keys()];
  for (const index of [...places.filter((place) => !isQuiet(place)), ...places.filter(isQuiet)]) {
    left -= sizeOf(blocks[index] ?? '') + 1;
    if (left >= 0) isKept.add(index);
  }
  return { kept: blocks.filter((_, index) => isKept.has(index)), dropped: blocks.length - isKept.size };
}
