import { sayHour } from '../model/hour-window.ts';
import { memoryRoom } from '../model/memory-room.ts';
import { shownParam } from '../model/params.ts';
import { PLACEHOLDER } from '../model/placeholder.ts';
import { fitsNames } from '../model/selector.ts';
import { paramText } from '../model/storage-modules.ts';
import type { DropReason, ExplainedField, Explanation, FieldPlace, FieldValue } from './explanation.ts';
import { decodeText } from './reading/decode-text.ts';
import { type LineMap, mapLines } from './reading/line-map.ts';
import {
  type LayerName,
  type Merged,
  mergeAbsent,
  mergeLayers,
  type NamedLayer,
} from './reading/merge-portal.ts';
import { parseYaml } from './reading/parse-yaml.ts';
import { listProblems } from './reading/problem.ts';
import type { Located } from './reading/read-fields.ts';
import type { Layer } from './reading/read-layer.ts';
import type { SelectorEntry } from './reading/read-selectors.ts';
import { type PolicySheet, type PortalEntry, readSheet } from './reading/read-sheet.ts';
import { stackLayers } from './reading/resolve-portals.ts';
import { findTooMuchText } from './reading/too-much.ts';

/** Explains one portal of a policy without errors; `undefined` where the policy does not name it. Reads the file anew. */
export function explainPortal(bytes: Uint8Array, portal: string): Explanation | undefined {
  return openExplainer(bytes)?.(portal);
}

/**
 * Explains a portal that no entry names, by the selector that brings it. Which one that is hangs on its key's tags, which
 * are not known here: it is the one that a report tells of, or the first whose names fit.
 * @param reported the line that the last report says
 */
export function explainSelected(
  bytes: Uint8Array,
  portal: string,
  reported: number | undefined,
): Explanation | undefined {
  const read = readText(bytes);
  if (!read) return undefined;
  const { sheet, lines } = read;
  const fits = sheet.selectors.filter(({ match }) => fitsNames(match?.value ?? [], portal));
  const lineOf = ({ offset }: SelectorEntry) => lines.positionOf(offset).line;
  const selector = fits.find((one) => lineOf(one) === reported) ?? fits[0];
  if (!selector) return undefined;
  const { layer, offset, tags } = selector;
  const line = lineOf(selector);
  const ifTags = tags.size > 0 && line !== reported ? { ifTags: Object.fromEntries(tags) } : {};
  const explained = explainEntry({ name: portal, offset, layer }, sheet, lines, 'select');
  return explained && { ...explained, selected: { line, ...ifTags } };
}

/** Explains portals of a policy without errors, one after the other; `undefined` where the text can't be read, or not in this memory. */
export function openExplainer(bytes: Uint8Array): Explain | undefined {
  const read = readText(bytes);
  if (!read) return undefined;
  const { sheet, lines } = read;
  const entries = new Map(sheet.portals.map((entry) => [entry.name, entry]));
  return (portal) => {
    const entry = entries.get(portal);
    return entry && explainEntry(entry, sheet, lines);
  };
}

// --- internal ---

function readText(bytes: Uint8Array): { sheet: PolicySheet; lines: LineMap } | undefined {
  const decoded = decodeText(bytes);
  if ('problem' in decoded || findTooMuchText(decoded.text, memoryRoom(process.env))) return undefined;
  const lines = mapLines(decoded.text);
  return { sheet: readSheet(parseYaml(decoded.text), lines), lines };
}

type Explain = (portal: string) => Explanation | undefined;

function explainEntry(
  entry: PortalEntry,
  sheet: PolicySheet,
  lines: LineMap,
  from: LayerName = 'portal',
): ReturnType<Explain> {
  const { name: portal, layer, offset } = entry;
  if (!layer) return undefined;
  const profile = layer.profile?.value;
  const below = stackLayers(sheet, layer, listProblems()).layers;
  const isAbsent = layer.state?.value === 'absent';
  const context: Context = {
    portal,
    lines,
    profile,
    stack: [...below, { from, layer }],
    merged: isAbsent ? mergeAbsent(below, layer) : mergeLayers([...below, { from, layer }]),
  };
  const names = isAbsent ? (['mode', 'dump'] as const) : GROUPS;
  return {
    ...lines.positionOf(offset),
    profile,
    state: isAbsent ? 'absent' : 'present',
    fields: names.flatMap((name) => explainGroup(name, context)),
    dropped: isAbsent ? [] : names.flatMap((name) => findDropped(name, context)),
  };
}

const GROUPS = [
  'storageType',
  'storageParams',
  'backupsStored',
  'cronParams',
  'mode',
  'dump',
  'allowLateFirstRun',
] as const satisfies readonly (keyof Merged)[];
type GroupName = (typeof GROUPS)[number];

type Context = {
  readonly portal: string;
  readonly lines: LineMap;
  readonly profile: string | undefined;
  /** The weakest first. */
  readonly stack: readonly NamedLayer[];
  readonly merged: Merged;
};

const OTHERWISE: ReadonlyMap<string, FieldValue> = new Map<string, FieldValue>([
  ['mode', 'enforce'],
  ['dump', false],
]);

function explainGroup(name: GroupName, context: Context): ExplainedField[] {
  const found = context.merged[name];
  const value = OTHERWISE.get(name);
  if (!found) return value === undefined ? [] : [{ field: name, value, from: null, overrode: [] }];
  const weaker = weakerLeaves(name, context);
  return leavesOf(name, found, context).map((leaf) => ({
    field: leaf.field,
    value: leaf.value,
    from: placeOf(leaf, found.from, context),
    overrode: weaker.filter(({ field }) => field === leaf.field).map(({ field, ...placed }) => placed),
  }));
}

function findDropped(name: GroupName, context: Context) {
  const found = context.merged[name];
  const reason: DropReason = found ? 'replaced' : 'storageType';
  const kept = new Set(found && leavesOf(name, found, context).map(({ field }) => field));
  return weakerLeaves(name, context)
    .filter(({ field }) => !kept.has(field))
    .map((leaf) => ({ ...leaf, reason }));
}

/** What layers below the one that won say of a field, the strongest of them first. */
function weakerLeaves(name: GroupName, context: Context) {
  const { stack, merged } = context;
  const winner = stack.findIndex(({ from }) => from === merged[name]?.from);
  return stack
    .slice(0, winner < 0 ? stack.length : winner)
    .reverse()
    .flatMap(({ from, layer }) => {
      const found = layer[name];
      const leaves = found ? leavesOf(name, found, context) : [];
      return leaves.map((leaf) => ({
        field: leaf.field,
        value: leaf.value,
        ...placeOf(leaf, from, context),
      }));
    });
}

type Leaf = { readonly field: string; readonly value: FieldValue; readonly offset: number };

/** The single values of a field: params and times are groups of them. */
function leavesOf(name: GroupName, found: Located<unknown>, { portal }: Context): Leaf[] {
  if (name === 'storageParams') {
    const texts = found.value as NonNullable<NonNullable<Layer['storageParams']>['value']>;
    return [...texts].map(([param, { keyOffset, value = '' }]) => ({
      field: `storageParams.${param}`,
      value: shownParam(param, paramText(param, value.replaceAll(PLACEHOLDER, portal))),
      offset: keyOffset,
    }));
  }
  if (name === 'cronParams') {
    const { period, hour, day } = found.value as NonNullable<NonNullable<Layer['cronParams']>['value']>;
    return [
      ...leafOf('cronParams.period', period, period?.value),
      ...leafOf('cronParams.hour', hour, sayHour(hour?.value)),
      ...leafOf('cronParams.day', day, day?.value?.number),
    ];
  }
  return leafOf(name, found, found.value as FieldValue);
}

function leafOf(field: string, found: Located<unknown> | undefined, value: FieldValue | undefined): Leaf[] {
  return found && value !== undefined ? [{ field, value, offset: found.keyOffset }] : [];
}

function placeOf({ offset }: Leaf, layer: LayerName, { lines, profile }: Context): FieldPlace {
  return {
    layer,
    ...(layer === 'profile' && profile !== undefined && { profile }),
    ...lines.positionOf(offset),
  };
}
