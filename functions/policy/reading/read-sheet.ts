import { isMap, isScalar } from 'yaml';
import { GUARD_NAMES, type SaidGuard } from '../../model/guard.ts';
import { sayLookAlike } from '../../model/look-alikes.ts';
import { LAYER_FIELDS, TOP_FIELDS } from '../../model/policy-fields.ts';
import { PORTAL_NAME } from '../../model/portal-name.ts';
import type { Mode } from '../../model/portal-target.ts';
import { EMPTY_FILE } from './decode-text.ts';
import type { LineMap } from './line-map.ts';
import type { YamlFile } from './parse-yaml.ts';
import { listProblems, type ProblemList } from './problem.ts';
import { entriesOf, type FieldsOf, type Located, readFields } from './read-fields.ts';
import { EMPTY_LAYER, judgeReserved, type Layer, readPortalLayer, readSharedLayer } from './read-layer.ts';
import { type Entry, followAlias, isNothing, type ReadContext, readMap } from './read-map.ts';
import { readSelectors, type SelectorEntry } from './read-selectors.ts';
import { quoteName } from './secret-words.ts';

/** A policy as its file writes it, before anything is merged. A layer that could not be read is undefined. */
export type PolicySheet = {
  readonly description: string;
  readonly guard: SaidGuard;
  readonly approve: Located<string> | undefined;
  readonly mode: Located<Mode> | undefined;
  readonly defaults: Layer | undefined;
  readonly profiles: ReadonlyMap<string, Layer | undefined>;
  /** False where some profiles could not be read at all: one that is not there may be among them. */
  readonly hasAllProfiles: boolean;
  /** Layers with keys that nobody could place: what they seem to lack may be among them. */
  readonly unsure: ReadonlySet<object>;
  /** In the file's order; only those with a valid name. */
  readonly portals: readonly PortalEntry[];
  /** In the file's order. */
  readonly selectors: readonly SelectorEntry[];
  readonly problems: readonly ProblemList[];
};

export type PortalEntry = {
  readonly name: string;
  readonly offset: number;
  readonly layer: Layer | undefined;
};

export function readSheet(file: YamlFile, lines: LineMap): PolicySheet {
  const [top, defaults, profiles, portals] = [listProblems(), listProblems(), listProblems(), listProblems()];
  const unsure = new Set<object>();
  const context: ReadContext = { aliases: file.aliases, lines, problems: top, known: new Map(), unsure };
  const fields = readTop(file, context);
  const readProfiles =
    fields.profiles && readProfileLayers(fields.profiles, { ...context, problems: profiles });
  return {
    description: fields.description?.value ?? '',
    guard: saidGuard(fields.guard),
    approve: fields.approve,
    mode: fields.mode,
    defaults: readDefaults(fields.defaults, top, { ...context, problems: defaults }),
    profiles: readProfiles ?? new Map(),
    hasAllProfiles: fields.profiles === undefined || readProfiles !== undefined,
    unsure,
    portals: readPortals(fields.portals, { ...context, problems: portals }),
    selectors: readSelectors(fields.select, { ...context, problems: portals }),
    problems: [top, defaults, profiles, portals],
  };
}

// --- internal ---

type TopFields = FieldsOf<typeof TOP_FIELDS>;

function readTop({ root }: YamlFile, context: ReadContext): TopFields {
  if (root === undefined) {
    context.problems.add({ offset: 0, kind: 'missing', message: EMPTY_FILE });
    return {};
  }
  const map = followAlias(root, context.aliases);
  if (!isMap(map)) {
    const isEmpty = isScalar(map) && map.source === '' && map.value === null;
    const message = isEmpty ? EMPTY_FILE : 'a policy must be a map that begins with "version: 1"';
    context.problems.add({ offset: isEmpty ? 0 : (root.range?.[0] ?? 0), kind: 'shape', message });
    return {};
  }
  const entries = readMap(map, context);
  const fields = readFields(entries, TOP_FIELDS, context, judgeTopKey);
  const missing = (message: string) => context.problems.add({ offset: 0, kind: 'missing', message });
  if (!fields.version) missing('"version" is missing: begin the file with "version: 1"');
  if (!fields.portals && !fields.select)
    missing('"portals" is missing: name the portals under it, or write "portals: {}"');
  return fields;
}

function judgeTopKey(key: string): string | undefined {
  if (Object.hasOwn(LAYER_FIELDS, key)) return `unknown key "${key}": it belongs into "defaults"`;
  return judgeReserved(key);
}

function saidGuard(found: TopFields['guard']): SaidGuard {
  const limits = GUARD_NAMES.map((name) => [name, found?.value?.[name]?.value] as const);
  return Object.fromEntries(limits) as SaidGuard;
}

/** Something at the top that nobody could place may be meant for the defaults. */
function isLost(top: ProblemList): boolean {
  return top.kept.some(({ kind }) => kind === 'shape');
}

function readDefaults(
  found: Located<Entry> | undefined,
  top: ProblemList,
  context: ReadContext,
): Layer | undefined {
  const says = found?.value?.value;
  if (isLost(top) && (found === undefined || (says !== undefined && isNothing(says)))) return undefined;
  if (found === undefined) return EMPTY_LAYER;
  return found.value && readSharedLayer('"defaults"', found.value, context);
}

function readProfileLayers(
  found: Located<Entry>,
  context: ReadContext,
): Map<string, Layer | undefined> | undefined {
  const entries = found.value && entriesOf('"profiles"', found.value, context);
  if (entries === undefined) return undefined;
  const layers = new Map<string, Layer | undefined>();
  for (const entry of entries) {
    const layer = readSharedLayer('a profile', entry, context);
    if (!layers.has(entry.key)) layers.set(entry.key, layer);
  }
  return layers;
}

function readPortals(found: Located<Entry> | undefined, context: ReadContext): PortalEntry[] {
  const group = found?.value;
  if (group === undefined) return [];
  if (group.value !== undefined && isNothing(group.value)) {
    const message = '"portals" is empty: name the portals under it, or write "portals: {}"';
    context.problems.add({ offset: group.keyOffset, kind: 'missing', message });
    return [];
  }
  const portals: PortalEntry[] = [];
  for (const entry of entriesOf('"portals"', group, context) ?? []) {
    const { key: name, keyOffset: offset } = entry;
    if (PORTAL_NAME.test(name)) {
      portals.push({ name, offset, layer: readPortalLayer(entry, context) });
    } else {
      context.problems.add({ offset, kind: 'shape', message: () => refuseName(name) });
      readPortalLayer(entry, context);
    }
  }
  return portals;
}

function nearPortalName(name: string): string {
  const lower = name.toLowerCase();
  // What is masked in one spelling is not repeated in another.
  const isShown = quoteName(name) === `"${name}"`;
  return lower !== name && isShown && PORTAL_NAME.test(lower) ? `: did you mean "${lower}"?` : '';
}

const LONGEST_NAME = 63;

function refuseName(name: string): string {
  if (name.length > LONGEST_NAME) {
    return `${quoteName(name)} is no portal name: it is too long, ${name.length} characters, 63 at most`;
  }
  return `${quoteName(name)} is no portal name${sayLookAlike(name)}: lower-case letters, digits, ".", "_" and "-" after a first letter or digit, 63 at most${nearPortalName(name)}`;
}
