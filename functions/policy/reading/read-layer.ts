import { isMap } from 'yaml';
import { CRON_FIELDS } from '../../model/cron-fields.ts';
import { looksLikeCredential } from '../../model/params.ts';
import {
  LAYER_FIELDS,
  PORTAL_FIELDS,
  type PORTAL_ONLY_FIELDS,
  RESERVED_KEYS,
} from '../../model/policy-fields.ts';
import { PORTAL_NAME } from '../../model/portal-name.ts';
import { MODULE_PARAMS } from '../../model/storage-modules.ts';
import { entriesOf, type FieldsOf, type JudgeKey, readFields } from './read-fields.ts';
import { type Entry, isNothing, type ReadContext } from './read-map.ts';
import { quoteName } from './secret-words.ts';

/** The fields that one portal, one profile or the defaults set, each with its place in the file. */
export type Layer = FieldsOf<typeof PORTAL_FIELDS>;

/** What sets nothing: shared, so that a hundred thousand bare portals cost one. */
export const EMPTY_LAYER: Layer = {};

/** Reads defaults or a profile; undefined where it is no map. */
export function readSharedLayer(name: string, entry: Entry, context: ReadContext): Layer | undefined {
  return marking(context, () => {
    const entries = entriesOf(name, entry, context);
    return entries && readLayer(entries, LAYER_FIELDS, context, judgeSharedKey);
  });
}

/** Reads what a portal sets; undefined where it is no map. */
export function readPortalLayer(entry: Entry, context: ReadContext): Layer | undefined {
  const anchored = entry.value?.anchor === undefined ? undefined : entry.value;
  const known = anchored && context.known.get(anchored);
  if (known?.has(PORTAL_FIELDS)) return known.get(PORTAL_FIELDS) as Layer | undefined;
  const layer = marking(context, () => {
    const entries = entriesOf('a portal', entry, context);
    if (entries?.length === 0) return EMPTY_LAYER;
    return entries && readLayer(entries, PORTAL_FIELDS, context, judgeKey, sayPortal);
  });
  if (anchored) context.known.set(anchored, (known ?? new Map<unknown, unknown>()).set(PORTAL_FIELDS, layer));
  return layer;
}

export function judgeReserved(key: string): string | undefined {
  return RESERVED_KEYS.has(key) ? `"${key}" is reserved for a later version: not yet` : undefined;
}

// --- internal ---

/** Reads a layer, and remembers where keys of it could not be placed. */
function marking(context: ReadContext, read: () => Layer | undefined): Layer | undefined {
  const { kept, uncounted } = context.problems;
  const [told, more] = [kept.length, uncounted()];
  const layer = read();
  const isUnsure = uncounted() > more || kept.slice(told).some(({ kind }) => kind === 'shape');
  if (layer && layer !== EMPTY_LAYER && isUnsure) context.unsure.add(layer);
  return layer;
}

/**
 * Reads a layer whose keys may stand one level too high (`hour` beside `cronParams`): those of one map are told once.
 * They count as present where they belong, unreadable, so that nobody is told of them as missing there too.
 */
function readLayer<F extends typeof LAYER_FIELDS>(
  entries: readonly Entry[],
  fields: F,
  context: ReadContext,
  judge: JudgeKey,
  sayMore?: (entry: Entry) => string,
): Layer {
  const of = (isPart: (key: string) => boolean) => entries.filter(({ key }) => isPart(key));
  const [times, params] = [of(isTime), of(isParam)];
  tellMisplaced(times, 'cronParams', context);
  tellMisplaced(params, 'storageParams', context);
  const inPlace = times.length + params.length === 0 ? entries : of((key) => !isTime(key) && !isParam(key));
  const layer: Layer = readFields(inPlace, fields, context, judge, sayMore);
  return withParams(withTimes(layer, times), params);
}

/** Portals below a portal: it, or they, stand in the wrong column. */
function sayPortal({ key, value }: Entry): string {
  const mayBePortal = PORTAL_NAME.test(key) && value !== undefined && (isNothing(value) || isMap(value));
  return mayBePortal ? ': is it a portal? Then it must stand in the same column as the one above it' : '';
}

function isTime(key: string): boolean {
  return Object.hasOwn(CRON_FIELDS, key);
}

function isParam(key: string): boolean {
  return STORAGE_PARAMS.has(key);
}

function tellMisplaced(entries: readonly Entry[], field: string, { problems }: ReadContext): void {
  const [first, ...others] = entries;
  if (first === undefined) return;
  const names = entries.map(({ key }) => quoteName(key)).join(', ');
  const message =
    others.length === 0
      ? `unknown key ${names}: it belongs into "${field}"`
      : `unknown keys ${names}: they belong into "${field}"`;
  problems.add({ offset: first.keyOffset, kind: 'typo', message });
}

function withTimes(layer: Layer, [first, ...others]: readonly Entry[]): Layer {
  if (first === undefined) return layer;
  const found = layer.cronParams ?? guessAt(first);
  if (found.value === undefined) return { ...layer, cronParams: found };
  const guesses = Object.fromEntries([first, ...others].map((entry) => [entry.key, guessAt(entry)]));
  return { ...layer, cronParams: { ...found, value: { ...guesses, ...found.value } } };
}

function withParams(layer: Layer, [first, ...others]: readonly Entry[]): Layer {
  if (first === undefined) return layer;
  const found = layer.storageParams ?? guessAt(first);
  if (found.value === undefined) return { ...layer, storageParams: found };
  const guesses = [first, ...others].map((entry) => [entry.key, guessAt(entry)] as const);
  return { ...layer, storageParams: { ...found, value: new Map([...guesses, ...found.value]) } };
}

function guessAt({ keyOffset, offset }: Entry) {
  return { keyOffset, offset, value: undefined, isGuess: true } as const;
}

const PORTAL_ONLY: ReadonlyMap<string, string> = new Map(
  Object.entries({
    state: 'in defaults or a profile one line would delete the schedules of a whole fleet',
    profile: 'defaults and profiles have no profile of their own',
  } satisfies Record<keyof typeof PORTAL_ONLY_FIELDS, string>),
);

function judgeSharedKey(key: string): string | undefined {
  const reason = PORTAL_ONLY.get(key);
  return reason === undefined ? judgeKey(key) : `"${key}" stands under a portal alone: ${reason}`;
}

const STORAGE_PARAMS = new Set(['folderId', 'filePath', 'module', ...Object.values(MODULE_PARAMS).flat()]);

const TOP_ONLY = new Set(['guard', 'approve']);

const judgeKey: JudgeKey = (key) => {
  if (TOP_ONLY.has(key)) return `"${key}" stands at the top of a policy alone: it is about all its portals`;
  if (looksLikeCredential(key)) return `unknown key ${quoteName(key)}: credentials have no place in a policy`;
  return judgeReserved(key);
};
