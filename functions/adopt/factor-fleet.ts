import {
  fieldKey,
  fieldsOver,
  LAYER_FIELD_NAMES,
  type LayerFieldName,
  type LayerFields,
  layOver,
} from './layer-fields.ts';
import type { NamedSchedule } from './name-portals.ts';
import { nameProfile } from './name-profile.ts';

/** A fleet's schedules as layers: together they say of each portal exactly what it holds. */
export type FactoredFleet = {
  readonly defaults: LayerFields;
  readonly profiles: ReadonlyMap<string, LayerFields>;
  readonly portals: readonly FactoredPortal[];
};

export type FactoredPortal = {
  readonly portal: string;
  readonly profile: string | undefined;
  readonly fields: LayerFields;
};

/** What most portals share becomes the defaults, what some share profiles, where that makes the policy shorter. */
export function factorFleet(fleet: readonly NamedSchedule[]): FactoredFleet {
  const defaults = chooseDefaults(fleet);
  const { profiles, profileOf } = chooseProfiles(fleet, defaults);
  const portals = fleet.map(({ portal, schedule }) => {
    const profile = profileOf.get(portal);
    const base = layOver(defaults, (profile === undefined ? undefined : profiles.get(profile)) ?? {});
    return { portal, profile, fields: fieldsOver(base, schedule) };
  });
  return { defaults, profiles, portals };
}

// --- internal ---

function chooseDefaults(fleet: readonly NamedSchedule[]): LayerFields {
  const schedules = fleet.map(({ schedule }) => schedule);
  const common = (name: LayerFieldName, among = schedules) => mostCommon(among, (one) => fieldKey(name, one));
  const type = common('storageType')?.storageType;
  const params = common(
    'storageParams',
    schedules.filter(({ storageType }) => storageType === type),
  )?.storageParams;
  const copies = common('backupsStored');
  const cron = common('cronParams');
  return {
    ...(type && { storageType: type }),
    ...(params && params.size > 0 && { storageParams: params }),
    ...(copies && { backupsStored: copies.backupsStored }),
    ...(cron && { cronParams: cron.cronParams }),
    ...(common('dump')?.dump && { dump: true }),
  };
}

/** The first of those with the most frequent key; `undefined` where no two have the same. */
function mostCommon<T>(values: readonly T[], keyOf: (value: T) => string): T | undefined {
  const groups = new Map<string, { readonly value: T; count: number }>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.count += 1;
    else groups.set(keyOf(value), { value, count: 1 });
  }
  let best: { readonly value: T | undefined; readonly count: number } = { value: undefined, count: 1 };
  for (const group of groups.values()) if (group.count > best.count) best = group;
  return best.value;
}

function chooseProfiles(fleet: readonly NamedSchedule[], defaults: LayerFields) {
  const deviations = fleet.map(({ portal, schedule }) => {
    const fields = fieldsOver(defaults, schedule);
    return { portal, fields, keys: itemKeys(fields, schedule.storageType) };
  });
  const counts = new Map<string, number>();
  for (const { keys } of deviations) {
    for (const key of keys.values()) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isShared = (key: string | undefined) => key !== undefined && (counts.get(key) ?? 0) > 1;

  // What a portal alone has keeps nobody from sharing the rest: folder ids differ from portal to portal.
  const groups = new Map<string, { readonly fields: LayerFields; readonly portals: string[] }>();
  for (const { portal, fields, keys } of deviations) {
    const names = LAYER_FIELD_NAMES.filter((name) => isShared(keys.get(name)));
    const id = names.map((name) => keys.get(name)).join('\n');
    const group = groups.get(id);
    if (group) group.portals.push(portal);
    else groups.set(id, { fields: pick(fields, names), portals: [portal] });
  }

  const profiles = new Map<string, LayerFields>();
  const profileOf = new Map<string, string>();
  const namesakes = new Map<string, number>();
  for (const { fields, portals } of groups.values()) {
    const word = nameProfile(fields);
    const number = (namesakes.get(word) ?? 0) + 1;
    const name = number === 1 ? word : `${word}-${number}`;
    if (!isShorter(name, fields, portals.length)) continue;
    namesakes.set(word, number);
    profiles.set(name, fields);
    for (const portal of portals) profileOf.set(portal, name);
  }
  return { profiles, profileOf };
}

/** Params are told apart together with their type: whoever shares them shares the type, too. */
function itemKeys(fields: LayerFields, storageType: string): Map<LayerFieldName, string> {
  const names = LAYER_FIELD_NAMES.filter((name) => fields[name] !== undefined);
  return new Map(names.map((name) => [name, `${name} ${fieldKey(name, fields)} ${suffix(name)}`]));

  function suffix(name: LayerFieldName): string {
    return name === 'storageParams' ? storageType : '';
  }
}

function pick(fields: LayerFields, names: readonly LayerFieldName[]): LayerFields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

/** By the characters of the file, nearly. */
function isShorter(name: string, fields: LayerFields, portals: number): boolean {
  const names = LAYER_FIELD_NAMES.filter((field) => fields[field] !== undefined);
  const written = names.reduce((sum, field) => sum + lengthOf(field, fields), 0);
  const reference = LINE + 'profile'.length + name.length;
  return written + name.length + LINE + portals * reference < portals * written;
}

function lengthOf(field: LayerFieldName, fields: LayerFields): number {
  return LINE + field.length + fieldKey(field, fields).length + (field === 'cronParams' ? CRON_NAMES : 0);
}

/** Indentation, a colon, a line's end. */
const LINE = 7;
/** `{ period: , hour: , day: }` */
const CRON_NAMES = 26;
