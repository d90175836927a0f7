import type { LayerFields } from './layer-fields.ts';

/** A name for a profile by what it says: `weekly-keep-30`. Profiles may have the same one. */
export function nameProfile(fields: LayerFields): string {
  const { storageType, storageParams, backupsStored, cronParams, dump } = fields;
  const parts = [
    storageType ? WORDS[storageType] : storageParams && 'storage',
    cronParams && WORDS[cronParams.period],
    backupsStored !== undefined && `keep-${backupsStored}`,
    dump !== undefined && (dump ? 'dump' : 'no-dump'),
  ].filter((part) => typeof part === 'string');
  return parts.join('-');
}

// --- internal ---

const WORDS = {
  Documents: 'documents',
  ThridpartyDocuments: 'third-party-documents',
  CustomCloud: 'custom-cloud',
  Local: 'local',
  DataStore: 'data-store',
  ThirdPartyConsumer: 'consumer',
  EveryDay: 'daily',
  EveryWeek: 'weekly',
  EveryMonth: 'monthly',
} as const;
