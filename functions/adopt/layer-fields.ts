import type { BackupSchedule, CronParams, StorageType } from '../model/schedule.ts';

/** What one layer of a policy says: the defaults, a profile or a portal. */
export type LayerFields = {
  readonly storageType?: StorageType;
  readonly storageParams?: ReadonlyMap<string, string>;
  readonly backupsStored?: number;
  readonly cronParams?: CronParams;
  readonly dump?: boolean;
};

/** In the order in which they are written. */
export const LAYER_FIELD_NAMES = [
  'storageType',
  'storageParams',
  'backupsStored',
  'cronParams',
  'dump',
] as const satisfies readonly (keyof LayerFields)[];
export type LayerFieldName = (typeof LAYER_FIELD_NAMES)[number];

/** What holds below a layer, by the rules that policies are read by: params go where their storage type goes. */
export function layOver(base: LayerFields, layer: LayerFields): LayerFields {
  return { ...base, ...(isOtherType(base, layer) && { storageParams: undefined }), ...layer };
}

/** The least that a layer has to say over `base`, so that `wanted` holds. */
export function fieldsOver(base: LayerFields, wanted: BackupSchedule): LayerFields {
  const { storageType, storageParams, backupsStored, cronParams, dump } = wanted;
  const inherited = isOtherType(base, wanted) ? undefined : base.storageParams;
  const says = (name: LayerFieldName) => fieldKey(name, base) !== fieldKey(name, wanted);
  return {
    ...(says('storageType') && { storageType }),
    ...(paramsKey(inherited) !== paramsKey(storageParams) && { storageParams }),
    ...(says('backupsStored') && { backupsStored }),
    ...(says('cronParams') && { cronParams }),
    ...((base.dump ?? false) !== dump && { dump }),
  };
}

/** Tells one value of a field from another. */
export function fieldKey(name: LayerFieldName, fields: LayerFields): string {
  if (name === 'storageParams') return paramsKey(fields.storageParams);
  if (name !== 'cronParams') return String(fields[name]);
  const { period, hour, day } = fields.cronParams ?? {};
  return `${period} ${hour} ${day}`;
}

// --- internal ---

function isOtherType(base: LayerFields, layer: LayerFields): boolean {
  const [below, above] = [base.storageType, layer.storageType];
  return below !== undefined && above !== undefined && below !== above;
}

/** None and empty ones are the same; their order says nothing. */
function paramsKey(params: ReadonlyMap<string, string> | undefined): string {
  return JSON.stringify([...(params ?? [])].sort(([one], [other]) => (one < other ? -1 : 1)));
}
