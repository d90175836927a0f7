import { nearName } from '../../model/near-name.ts';
import { dependsOnName, judgeParamValue } from '../../model/param-values.ts';
import { PLACEHOLDER, strayPlaceholder } from '../../model/placeholder.ts';
import { type Merged, mergeAbsent, mergeLayers, type NamedLayer } from './merge-portal.ts';
import { absentStandsAlone, dayFitsPeriod, FOLDER_ID_IS_DIGITS, MERGED_RULES } from './policy-rules.ts';
import { type Finding, listProblems, type ProblemList } from './problem.ts';
import { EMPTY_LAYER, type Layer } from './read-layer.ts';
import type { SelectorEntry } from './read-selectors.ts';
import type { PolicySheet, PortalEntry } from './read-sheet.ts';
import { quoteName } from './secret-words.ts';
import { type Below, shareMissing } from './share-missing.ts';

/** What holds for one or more portals: those that say the same share it. */
export type Resolution = {
  readonly merged: Merged;
  readonly isAbsent: boolean;
  /** The portals it holds for; not those that a selector will bring. */
  readonly names: string[];
  /** It holds for whatever a selector brings. */
  readonly isSelected?: true;
};

export type ResolvedPortals = {
  /** By portal, in the file's order. A portal whose layers could not be read has none. */
  readonly byPortal: ReadonlyMap<string, Resolution>;
  /** By selector. */
  readonly bySelector: ReadonlyMap<SelectorEntry, Resolution>;
  readonly resolutions: readonly Resolution[];
  readonly problems: readonly ProblemList[];
};

/** Merges every portal's layers and holds the rules against the result; linear in the file, whatever is shared. */
export function resolvePortals(sheet: PolicySheet): ResolvedPortals {
  const [shared, own] = [listProblems(), listProblems()];
  for (const layer of [sheet.defaults, ...sheet.profiles.values()]) {
    if (layer) checkLayer(layer, shared);
  }
  const checked = new Map<Layer, Checked>();
  const missing = shareMissing(own);
  const byPortal = new Map<string, Resolution>();
  for (const portal of sheet.portals) {
    if (portal.layer === undefined) continue;
    const known = checked.get(portal.layer) ?? checkPortal(sheet, portal.layer, own);
    checked.set(portal.layer, known);
    for (const finding of known.missing) missing.add(finding, portal, known.below);
    checkPlaceholder(portal, known.resolution, own);
    known.resolution.names.push(portal.name);
    byPortal.set(portal.name, known.resolution);
  }
  missing.tell();
  const bySelector = resolveSelectors(sheet, own);
  const resolutions = [...[...checked.values()].map(({ resolution }) => resolution), ...bySelector.values()];
  return { byPortal, bySelector, resolutions, problems: [shared, own] };
}

/** The layers below a portal, the weakest first, and whether all of them could be read. */
export function stackLayers(sheet: PolicySheet, layer: Layer, problems: ProblemList) {
  const { mode, defaults, profiles } = sheet;
  const layers: NamedLayer[] = [
    { from: 'top', layer: mode ? { mode } : EMPTY_LAYER },
    { from: 'defaults', layer: defaults ?? EMPTY_LAYER },
  ];
  const named = layer.profile;
  if (named === undefined) return { layers, isWhole: defaults !== undefined };
  const profile = named.value === undefined ? undefined : profiles.get(named.value);
  if (profile) layers.push({ from: 'profile', layer: profile });
  if (named.value !== undefined && !profiles.has(named.value) && sheet.hasAllProfiles) {
    const wanted = named.value;
    problems.add({ offset: named.offset, kind: 'value', message: () => sayNoProfile(wanted, profiles) });
  }
  return { layers, isWhole: defaults !== undefined && profile !== undefined };
}

// --- internal ---

type Checked = {
  readonly resolution: Resolution;
  /** What is told at each portal. */
  readonly missing: readonly Finding[];
  readonly below: Below;
};

/** What a selector brings is told at the selector, once for all that lack the same. */
function resolveSelectors(sheet: PolicySheet, problems: ProblemList): Map<SelectorEntry, Resolution> {
  const found = new Map<SelectorEntry, Resolution>();
  const told = new Set<string>();
  for (const selector of sheet.selectors) {
    const { resolution, missing, below } = checkPortal(sheet, selector.layer, problems);
    found.set(selector, { ...resolution, isSelected: true });
    for (const finding of missing) {
      const id = JSON.stringify([below.profile ?? null, finding.message]);
      const message = ofSelector(finding.message);
      if (!told.has(id)) problems.add({ ...finding, message, offset: selector.offset });
      told.add(id);
    }
    const folderId = resolution.merged.storageParams?.value?.get('folderId');
    const isNumber = resolution.merged.storageType?.value === 'Documents';
    if (!isNumber || !folderId?.value?.includes(PLACEHOLDER)) continue;
    const message = `"folderId" of Documents with ${PLACEHOLDER} in it is no number for most names: it has no place below a selector`;
    problems.add({ offset: selector.offset, kind: 'value', message });
  }
  return found;
}

/** A selector has no fields of its own to add anything to. */
function ofSelector(message: string): string {
  return message
    .replace('the portal has no', 'what it selects has no')
    .replace(' here, in its profile or in defaults', ' in its profile or in defaults')
    .replace(/, or (?:write )?a whole (\w+) here(?: or in its profile)?$/, ', or a whole $1 in its profile');
}

/** What can be said of a layer by itself, also of one that no portal uses. */
function checkLayer(layer: Layer, problems: ProblemList): void {
  const merged = mergeLayers([{ from: 'defaults', layer }]);
  tellLocated([...findDay(layer), ...MERGED_RULES.flatMap((rule) => rule(merged))], problems);
}

function checkPortal(sheet: PolicySheet, layer: Layer, problems: ProblemList): Checked {
  const { layers, isWhole } = stackLayers(sheet, layer, problems);
  const below = { profile: layer.profile?.value, layers };
  tellLocated([...findDay(layer), ...absentStandsAlone(layer)], problems);
  if (layer.state?.value === 'absent') {
    const merged = mergeAbsent(layers, layer);
    return { resolution: { merged, isAbsent: true, names: [] }, missing: [], below };
  }
  const merged = mergeLayers([...layers, { from: 'portal', layer }]);
  const findings = MERGED_RULES.flatMap((rule) => rule(merged));
  tellLocated(findings, problems);
  // Where a layer, or the state, could not be read, what seems to be missing may stand there.
  const isPlaced = ![layer, ...layers.map((below) => below.layer)].some((one) => sheet.unsure.has(one));
  const isClear = isWhole && isPlaced && (layer.state === undefined || layer.state.value !== undefined);
  const missing = isClear ? findings.filter(({ offset }) => offset === undefined) : [];
  return { resolution: { merged, isAbsent: false, names: [] }, missing, below };
}

function sayNoProfile(wanted: string, profiles: ReadonlyMap<string, unknown>): string {
  // More profiles than any real file has: a suggestion for each of many errors would cost minutes.
  const candidates = profiles.size > MOST_CANDIDATES ? [] : profiles.keys();
  const near = nearName(wanted, candidates);
  const suggestion = near === undefined ? '' : `: did you mean ${quoteName(near)}?`;
  return `there is no profile ${quoteName(wanted)}${suggestion}`;
}

const MOST_CANDIDATES = 200;

function findDay(layer: Layer): readonly Finding[] {
  const cron = layer.cronParams?.value;
  return cron ? dayFitsPeriod(cron) : [];
}

function tellLocated(findings: readonly Finding[], problems: ProblemList): void {
  for (const { offset, ...finding } of findings)
    if (offset !== undefined) problems.add({ ...finding, offset });
}

/** What is good with most portals' names in it may be bad with this one's. */
function checkPlaceholder(portal: PortalEntry, { merged }: Resolution, problems: ProblemList): void {
  const texts = merged.storageParams?.value;
  if (!texts) return;
  if (merged.storageType?.value === 'Documents') {
    // A folder's number may be the portal's name, where that is a number.
    const folderId = texts.get('folderId');
    const value = folderId?.value ?? '';
    const isFolder = !value.includes(PLACEHOLDER) || /^\d+$/.test(portal.name);
    if (!folderId || isFolder || strayPlaceholder(value) !== undefined) return;
    problems.add({ offset: folderId.offset, kind: 'value', message: FOLDER_ID_IS_DIGITS });
  }
  if (merged.storageType?.value !== 'ThirdPartyConsumer') return;
  const beside = (name: string) => texts.get(name)?.value;
  for (const [name, { value = '' }] of texts) {
    if (!dependsOnName(name, value) || judgeParamValue(name, value, beside) !== undefined) continue;
    const problem = judgeParamValue(name, value.replaceAll(PLACEHOLDER, portal.name), beside);
    if (problem === undefined) continue;
    const message = `with this portal's name in it "${name}" ${problem}`;
    problems.add({ offset: portal.offset, kind: 'value', isNew: true, message });
  }
}
