import { nearName } from '../../model/near-name.ts';
import { dependsOnName, judgeParamValue } from '../../model/param-values.ts';
import { PLACEHOLDER, strayPlaceholder } from '../../model/placeholder.ts';
import { type Merged, mergeAbsent, mergeLayers, type NamedLayer } from './merge-portal.ts';
import { absentStandsAlone, dayFitsPeriod, FOLDER_ID_IS_DIGITS, MERGED_RULES } from './policy-rules.ts';
import { type Finding, listProblems, type ProblemList } from './problem.ts';
import { EMPTY_LAYER, type Layer } from './read-layer.ts';
import type { PolicySheet, PortalEntry } from './read-sheet.ts';
import { quoteName } from './secret-words.ts';
import { type Below, shareMissing } from './share-missing.ts';

/** What holds for one or more portals: those that say the same share it. */
export type Resolution = {
  readonly merged: Merged;
  readonly isAbsent: boolean;
  /** The portals it holds for. */
  readonly names: string[];
};

export type ResolvedPortals = {
  /** By portal, in the file's order. A portal whose layers could not be read has none. */
  readonly byPortal: ReadonlyMap<string, Resolution>;
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
  const resolutions = [...checked.values()].map(({ resolution }) => resolution);
  return { byPortal, resolutions, problems: [shared, own] };
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
