import { looksLikeCredential } from '../../model/params.ts';
import {
  CRON_FIELDS,
  LAYER_FIELDS,
  PORTAL_FIELDS,
  type PORTAL_ONLY_FIELDS,
  RESERVED_KEYS,
} from '../../model/policy-fields.ts';
import { MODULE_PARAMS } from '../../model/storage-modules.ts';
import { entriesOf, type FieldsOf, type JudgeKey, readFields } from './read-fields.ts';
import type { Entry, ReadContext } from './read-map.ts';
import { quoteName } from './secret-words.ts';

/** The fields that one portal, one profile or the defaults set, each with its place in the file. */
export type Layer = FieldsOf<typeof PORTAL_FIELDS>;

/** What sets nothing: shared, so that a hundred thousand bare portals cost one. */
export const EMPTY_LAYER: Layer = {};

/** Reads defaults or a profile; undefined where it is no map. */
export function readSharedLayer(name: string, entry: Entry, context: ReadContext): Layer | undefined {
  const entries = entriesOf(name, entry, context);
  return entries && withMisplaced(readFields(entries, LAYER_FIELDS, context, judgeSharedKey), entries);
}

/** Reads what a portal sets; undefined where it is no map. */
export function readPortalLayer(entry: Entry, context: ReadContext): Layer | undefined {
  const anchored = entry.value?.anchor === undefined ? undefined : entry.value;
  const known = anchored && context.known.get(anchored);
  if (known?.has(PORTAL_FIELDS)) return known.get(PORTAL_FIELDS) as Layer | undefined;
  const entries = entriesOf('a portal', entry, context);
  const layer =
    entries?.length === 0
      ? EMPTY_LAYER
      : entries && withMisplaced(readFields(entries, PORTAL_FIELDS, context, judgeKey), entries);
  if (anchored) context.known.set(anchored, (known ?? new Map<unknown, unknown>()).set(PORTAL_FIELDS, layer));
  return layer;
}

export function judgeReserved(key: string): string | undefined {
  return RESERVED_KEYS.has(key) ? `"${key}" is reserved for a later version: not yet` : undefined;
}

// --- internal ---

/**
 * What was told to stand one level too high counts as present where it belongs, unreadable: so nobody is told of it
 * as missing there too.
 */
function withMisplaced(layer: Layer, entries: readonly Entry[]): Layer {
  let { cronParams, storageParams } = layer;
  for (const { key, keyOffset, offset } of entries) {
    const guess = { keyOffset, offset, value: undefined, isGuess: true } as const;
    if (Object.hasOwn(CRON_FIELDS, key)) {
      cronParams ??= guess;
      const { value } = cronParams;
      if (value) cronParams = { ...cronParams, value: { [key]: guess, ...value } };
    } else if (STORAGE_PARAMS.has(key)) {
      storageParams ??= guess;
      const { value } = storageParams;
      if (value) storageParams = { ...storageParams, value: new Map([[key, guess], ...value]) };
    }
  }
  if (cronParams === layer.cronParams && storageParams === layer.storageParams) return layer;
  return { ...layer, ...(cronParams && { cronParams }), ...(storageParams && { storageParams }) };
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
  if (Object.hasOwn(CRON_FIELDS, key)) return `unknown key ${quoteName(key)}: it belongs into "cronParams"`;
  if (STORAGE_PARAMS.has(key)) return `unknown key ${quoteName(key)}: it belongs into "storageParams"`;
  if (TOP_ONLY.has(key)) return `"${key}" stands at the top of a policy alone: it is about all its portals`;
  if (looksLikeCredential(key)) return `unknown key ${quoteName(key)}: credentials have no place in a policy`;
  return judgeReserved(key);
};
