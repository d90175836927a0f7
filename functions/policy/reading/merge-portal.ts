import type { Mode } from '../../model/portal-target.ts';
import type { StorageType } from '../../model/schedule.ts';
import type { Located } from './read-fields.ts';
import type { Layer } from './read-layer.ts';
import type { Texts } from './read-texts.ts';

/** Where a field's value came from, from the weakest to the strongest. */
export type LayerName = 'top' | 'defaults' | 'profile' | 'select' | 'portal';

export type NamedLayer = { readonly from: LayerName; readonly layer: Layer };

/** A value with its place in the file and the layer that set it. */
export type Sourced<T> = Located<T> & { readonly from: LayerName };

export type Cron = NonNullable<NonNullable<Layer['cronParams']>['value']>;

/** The fields that hold for one portal. Portals with the same layers share one of these. */
export type Merged = {
  readonly mode?: Sourced<Mode>;
  readonly dump?: Sourced<boolean>;
  readonly storageType?: Sourced<StorageType>;
  readonly storageParams?: Sourced<Texts>;
  readonly backupsStored?: Sourced<number>;
  readonly cronParams?: Sourced<Cron>;
  readonly allowLateFirstRun?: Sourced<boolean>;
};

/**
 * Merges layers, the weakest first: each field is replaced as a whole by a stronger layer. Params belong to their
 * storage type: a layer that changes the type drops those it would inherit.
 */
export function mergeLayers(layers: readonly NamedLayer[]): Merged {
  let merged: Merged = {};
  for (const { from, layer } of layers)
    merged = { ...merged, ...inheritable(merged, layer), ...setBy(from, layer) };
  return merged;
}

/** What holds for a portal that shall have no schedule: it inherits nothing but the mode, which may protect it. */
export function mergeAbsent(layers: readonly NamedLayer[], portal: Layer): Merged {
  const own: NamedLayer = { from: 'portal', layer: portal };
  const modes = [...layers, own].map(({ from, layer }) => ({
    from,
    layer: layer.mode ? { mode: layer.mode } : {},
  }));
  const dump = portal.dump ? { dump: portal.dump } : {};
  return mergeLayers([...modes, { from: 'portal', layer: dump }]);
}

// --- internal ---

function inheritable({ storageType }: Merged, layer: Layer): Merged {
  const isChanged = storageType && layer.storageType && storageType.value !== layer.storageType.value;
  return isChanged ? { storageParams: undefined } : {};
}

function setBy(from: LayerName, layer: Layer): Merged {
  const { mode, dump, storageType, storageParams, backupsStored, cronParams, allowLateFirstRun } = layer;
  return {
    ...(mode && { mode: { ...mode, from } }),
    ...(dump && { dump: { ...dump, from } }),
    ...(storageType && { storageType: { ...storageType, from } }),
    ...(storageParams && { storageParams: { ...storageParams, from } }),
    ...(backupsStored && { backupsStored: { ...backupsStored, from } }),
    ...(cronParams && { cronParams: { ...cronParams, from } }),
    ...(allowLateFirstRun && { allowLateFirstRun: { ...allowLateFirstRun, from } }),
  };
}
