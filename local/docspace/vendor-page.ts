import type { ScheduleSetup } from './portal-setup.ts';

/** What somebody fills in on the vendor's page for automatic backups. */
export type PageForm = {
  /** Where to: a storage module, a folder of the portal, or one of a connected provider. */
  to:
    | { module: 's3'; bucket: string; region: string; serviceurl?: string; sse?: PageSse; ssekey?: string }
    | { module: 'googlecloud'; bucket: string }
    | { module: 'rackspace'; private_container: string; public_container: string; region: string }
    | { folderId: number }
    | { providerFolderId: string };
  backupsStored: number;
  period: 'EveryDay' | 'EveryWeek' | 'EveryMonth';
  hour: number;
  /** None for EveryDay; Sunday is 1. */
  day?: number;
  lastBackupTime?: Date;
};

type PageSse = 'aes256' | 'awskms' | 'clientawskms';

/**
 * The schedule that the vendor's settings page writes: numbers as texts, and of an s3 form all that it shows, empty or
 * not, but no `subdir` (AmazonSettings.helpers.ts:26-34, BackupStore.js:720-748, auto-backup/index.tsx:335-373).
 */
export function writtenByVendorPage({ to, backupsStored, period, hour, day, lastBackupTime }: PageForm) {
  const body = {
    storageType: storageTypeOf(to),
    storageParams: paramsOf(to),
    backupsStored,
    cronParams: { period: PERIODS.indexOf(period), hour, ...(day !== undefined && { day }) },
  };
  return { ...body, ...(lastBackupTime && { lastBackupTime }) } satisfies ScheduleSetup;
}

// --- internal ---

const PERIODS = ['EveryDay', 'EveryWeek', 'EveryMonth'];

function storageTypeOf(to: PageForm['to']): string {
  if ('module' in to) return '5';
  return 'folderId' in to ? '0' : '1';
}

function paramsOf(to: PageForm['to']): { key: string; value: string | number }[] {
  if ('folderId' in to) return [{ key: 'folderId', value: to.folderId }];
  if ('providerFolderId' in to) return [{ key: 'folderId', value: to.providerFolderId }];
  const { module, ...fields } = to;
  const always = module === 's3' ? { serviceurl: '', forcepathstyle: 'false', usehttp: 'false' } : {};
  const form = { module, ...always, ...fields };
  return Object.entries(form).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
}
