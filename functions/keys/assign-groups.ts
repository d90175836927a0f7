import { createHash } from 'node:crypto';
import { GROUP_BYTES } from '../model/key-groups.ts';

/** The entries of groups, by group and portal: each as its JSON text. */
export type GroupTexts = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Puts entries into groups that a secret can hold. Who has a place keeps it: a portal that moves is, between the writes
 * to two secrets, in both or in none. New ones go where most room is. Where there is nothing yet, as many groups are
 * made as leave some room in each, and a hash of the name chooses: so the same keys come out alike in an empty folder.
 * @param entries by portal, each as its JSON text
 * @param before what there is; portals that are not in `entries` lose their place
 */
export function assignGroups(entries: ReadonlyMap<string, string>, before: GroupTexts): GroupTexts {
  const groups = new Map<string, Group>();
  const placed = new Set<string>();
  for (const [name, texts] of before) groups.set(name, keepPlaces(texts, entries, placed));
  const rest = [...entries].filter(([portal]) => !placed.has(portal)).sort(([a], [b]) => (a < b ? -1 : 1));
  const made = groups.size === 0 ? makeGroups(entries, groups) : [];
  for (const [portal, text] of rest) {
    const chosen = made[slotOf(portal, made.length)];
    put(hasRoom(chosen, portal, text) ? chosen : roomiest(groups, portal, text), portal, text);
  }
  return new Map(Array.from(groups, ([name, { texts }]) => [name, texts]));
}

/** The bytes of a group's file: a line an entry. */
export function groupText(texts: ReadonlyMap<string, string>): string {
  const lines = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `"${name}":${text}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

// --- internal ---

type Group = { readonly texts: Map<string, string>; bytes: number };

/** Of what a secret holds, so much is filled by new entries: there is room for tags and longer keys. */
const FILLED = 63_000;
/** How full groups are on average when they are made. */
const FILLED_AT_FIRST = 57_000;

const FRAME = '{\n\n}\n'.length;

function put(group: Group, portal: string, text: string): void {
  group.texts.set(portal, text);
  group.bytes += sizeOf(portal, text);
}

function sizeOf(portal: string, text: string): number {
  return Buffer.byteLength(text) + portal.length + '"":,\n'.length;
}

function hasRoom(group: Group | undefined, portal: string, text: string): group is Group {
  return group !== undefined && group.bytes + sizeOf(portal, text) <= FILLED;
}

/** Those that have a place, but for entries that grew until the group was too big: the one that grew most goes first. */
function keepPlaces(
  texts: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, string>,
  placed: Set<string>,
): Group {
  const group: Group = { texts: new Map(), bytes: FRAME };
  const grown: (readonly [string, number])[] = [];
  for (const [portal, old] of texts) {
    const text = entries.get(portal);
    if (text === undefined || placed.has(portal)) continue;
    put(group, portal, text);
    placed.add(portal);
    grown.push([portal, text.length - old.length]);
  }
  for (const [portal] of grown.sort(([, a], [, b]) => b - a)) {
    if (group.bytes <= GROUP_BYTES) break;
    group.bytes -= sizeOf(portal, group.texts.get(portal) ?? '');
    group.texts.delete(portal);
    placed.delete(portal);
  }
  return group;
}

function makeGroups(entries: ReadonlyMap<string, string>, groups: Map<string, Group>): readonly Group[] {
  let bytes = 0;
  for (const [portal, text] of entries) bytes += sizeOf(portal, text);
  const many = Math.max(1, Math.ceil(bytes / FILLED_AT_FIRST));
  return Array.from({ length: many }, () => addGroup(groups));
}

function addGroup(groups: Map<string, Group>): Group {
  let number = groups.size + 1;
  const nameOf = () => `keys-${String(number).padStart(3, '0')}`;
  while (groups.has(nameOf())) number++;
  const group: Group = { texts: new Map(), bytes: FRAME };
  groups.set(nameOf(), group);
  return group;
}

function roomiest(groups: Map<string, Group>, portal: string, text: string): Group {
  let best: Group | undefined;
  for (const group of groups.values()) if (!best || group.bytes < best.bytes) best = group;
  return hasRoom(best, portal, text) ? best : addGroup(groups);
}

/** Which of so many places a name has: with one more of them, few names move, and those to the new one. */
function slotOf(name: string, places: number): number {
  let seed = createHash('sha256').update(name).digest().readUInt32BE();
  let slot = 0;
  let next = 0;
  while (next < places) {
    slot = next;
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    next = Math.floor((slot + 1) / ((seed + 1) / 2 ** 32));
  }
  return slot;
}
