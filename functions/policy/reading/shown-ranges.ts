import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { CRON_FIELDS, WEEKDAYS } from '../../model/cron-fields.ts';
import { GUARD_FIELDS } from '../../model/guard-fields.ts';
import { nearName } from '../../model/near-name.ts';
import { isShownParam, looksLikeCredential } from '../../model/params.ts';
import { PORTAL_FIELDS, TOP_FIELDS } from '../../model/policy-fields.ts';
import { PERIODS, STORAGE_TYPES } from '../../model/schedule.ts';
import { SELECTOR_FIELDS } from '../../model/selector-fields.ts';
import type { AliasTargets } from './resolve-aliases.ts';
import { hidesSecret } from './secret-words.ts';

/** Where keys and values stand in a text, in its order, and which of them may be shown. */
export type ShownRanges = {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly kinds: readonly RangeKind[];
};
export type RangeKind = 'key' | 'shown' | 'hidden';
export type ShownRange = { readonly start: number; readonly end: number; readonly kind: RangeKind };

/**
 * Only what is known to be harmless may be shown: keys, and values of fields and params that we know. All else may be
 * a secret that somebody put in the wrong place.
 */
export function findShownRanges(root: Node | undefined, aliases: AliasTargets): ShownRanges {
  const secrets = new Set<Node>();
  const first = walk(root, aliases, secrets);
  // What a hidden alias stands for is hidden where it is written too.
  return sortRanges(secrets.size === 0 ? first : walk(root, aliases, secrets));
}

/** The ranges where they stood before the text was edited, and more beside them. */
export function placeRanges(
  { starts, ends, kinds }: ShownRanges,
  before: (offset: number) => number,
  more: readonly ShownRange[],
): ShownRanges {
  const placed = starts.map((start, index): ShownRange => {
    return { start: before(start), end: before(ends[index] ?? start), kind: kinds[index] ?? 'hidden' };
  });
  return sortRanges([...placed, ...more]);
}

// --- internal ---

/** What a map's keys mean: fields of ours, names of portals or profiles, params of a storage, or nothing we may show. */
type Place = 'fields' | 'names' | 'params' | 'hidden';

const FIELDS = { ...TOP_FIELDS, ...PORTAL_FIELDS, ...SELECTOR_FIELDS, ...CRON_FIELDS, ...GUARD_FIELDS };
const PLACES: ReadonlyMap<string, Place> = new Map([
  ['portals', 'names'],
  ['profiles', 'names'],
  ['defaults', 'fields'],
  ['cronParams', 'fields'],
  ['guard', 'fields'],
  ['storageParams', 'params'],
]);
const SHOWN_KINDS: ReadonlySet<string> = new Set(['scalar', 'names', 'hours']);

/** Fields whose value is one word, a number or a text of our own. */
const FIELD_NAMES = [
  ...Object.entries(FIELDS).flatMap(([name, { kind }]) => (SHOWN_KINDS.has(kind) ? [name] : [])),
  ...['from', 'to'],
];
const FIELD_WORDS = new Set<string>([
  ...WEEKDAYS,
  ...PERIODS,
  ...STORAGE_TYPES,
  'enforce',
  'detect',
  'absent',
]);

function walk(root: Node | undefined, aliases: AliasTargets, secrets: Set<Node>): ShownRange[] {
  const ranges: ShownRange[] = [];
  const push = (node: { range?: readonly number[] | null }, kind: RangeKind) => {
    const [start = 0, end = 0] = node.range ?? [];
    if (end > start) ranges.push({ start, end, kind });
  };
  const walkValue = (node: unknown, place: Place, isShown: boolean): void => {
    const mayShow = isShown && !secrets.has(node as Node);
    if (isAlias(node)) {
      push(node, mayShow ? 'shown' : 'hidden');
      const target = aliases.get(node as Alias);
      if (!mayShow && isScalar(target)) secrets.add(target);
    } else if (isScalar(node)) push(node, mayShow ? 'shown' : 'hidden');
    else if (isMap(node)) walkMap(node, place);
    else if (isSeq(node)) for (const item of node.items) walkValue(item, place, mayShow);
  };
  const walkMap = (map: YAMLMap, place: Place): void => {
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? (key.source ?? '') : '';
      if (isScalar(key)) push(key, mayShowKey(name, value === null) ? 'key' : 'hidden');
      else walkValue(key, 'hidden', false);
      const below = placeBelow(name, place);
      walkValue(value, below, below !== 'hidden' && mayShowValue(name, value, place));
    }
  };
  walkValue(root, 'fields', false);
  return ranges;
}

/** A key that lost its colon may be a value. */
function mayShowKey(name: string, hasNoValue: boolean): boolean {
  return !hidesSecret(name) && (!hasNoValue || Object.hasOwn(FIELDS, name));
}

function placeBelow(name: string, place: Place): Place {
  if (place === 'hidden') return 'hidden';
  if (place === 'names') return 'fields';
  if (looksLikeCredential(name)) return 'hidden';
  if (place === 'params') return isShownParam(name) ? 'params' : 'hidden';
  const meant = PLACES.has(name) ? name : nearName(name, PLACES.keys());
  return PLACES.get(meant ?? '') ?? 'fields';
}

function mayShowValue(name: string, value: unknown, place: Place): boolean {
  if (place !== 'fields') return place === 'params' && isShownParam(name);
  if (FIELD_NAMES.includes(name) || isShownParam(name)) return true;
  // A misspelt field's value helps to see what was meant; it is shown where it can hardly be a secret.
  if (!isScalar(value) || nearName(name, FIELD_NAMES) === undefined) return false;
  const source = value.source ?? '';
  return /^\d{1,3}$/.test(source) || typeof value.value === 'boolean' || FIELD_WORDS.has(source);
}

function sortRanges(ranges: readonly ShownRange[]): ShownRanges {
  const isSorted = ranges.every(({ start }, index) => start >= (ranges[index - 1]?.start ?? 0));
  const sorted = isSorted ? ranges : ranges.toSorted((a, b) => a.start - b.start);
  return {
    starts: sorted.map(({ start }) => start),
    ends: sorted.map(({ end }) => end),
    kinds: sorted.map(({ kind }) => kind),
  };
}
