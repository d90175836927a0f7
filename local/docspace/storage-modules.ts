import type { StoredSchedule } from './stored-schedule.ts';
import { CUSTOM_CLOUD, THIRD_PARTY_CONSUMER } from './stored-schedule.ts';

/** A storage that a server can be told to use, as its configuration names it (autofac.consumers.json:356-460). */
export type StorageModule = {
  readonly id: string;
  readonly title: string;
  /** What a schedule may say; credentials are no part of it. */
  readonly params: readonly string[];
  /** Where the archives go: without it no backup works. */
  readonly place: string;
};

/** What a portal can store its backups with. */
export type StorageGround = {
  /** The modules of its server. */
  readonly modules: readonly StorageModule[];
  /** Those with credentials. */
  readonly storages: ReadonlySet<string>;
  readonly hasFolder: (id: string) => boolean;
};

/** The modules of a server of this version, in its order. Selectel was taken out in 2.6. */
export function modulesOf(version: string): readonly StorageModule[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 2 || (major === 2 && minor < 6) ? WITH_SELECTEL : MODULES;
}

/** Is there a store behind this text? Letters count as they stand, and a module without credentials is none. */
export function opensStore(module: string | undefined, { modules, storages }: StorageGround): boolean {
  // ConsumerFactory.GetByKey (Consumer.cs:398-406) finds by the exact key, else gives an empty consumer; that one and
  // one that is not set have no store (StorageSettings.cs:200-236).
  return module !== undefined && modules.some(({ id }) => id === module) && storages.has(module);
}

/** Why every backup of this schedule fails, in the server's words; undefined where they work. */
export function whyFails(schedule: StoredSchedule, ground: StorageGround): string | undefined {
  const { storageType, storageParams, basePath } = schedule;
  if (storageType === CUSTOM_CLOUD) return 'Unknown storage type.'; // BackupStorageFactory.cs:92-93
  if (storageType === DOCUMENTS || storageType === PROVIDER_DOCUMENTS)
    return ground.hasFolder(basePath ?? '') ? undefined : 'The required folder was not found';
  if (storageType !== THIRD_PARTY_CONSUMER) return undefined;
  const { module } = storageParams;
  // ConsumerBackupStorage.cs:52: no such key
  if (module === undefined) return "The given key 'module' was not present in the dictionary.";
  // ConsumerBackupStorage.cs:53 and 121: a null store
  if (!opensStore(module, ground)) return 'Object reference not set to an instance of an object.';
  const place = ground.modules.find(({ id }) => id === module)?.place ?? '';
  return storageParams[place] ? undefined : `${place} is empty`;
}

// --- internal ---

const DOCUMENTS = 0;
const PROVIDER_DOCUMENTS = 1;

const MODULES: readonly StorageModule[] = [
  {
    id: 's3',
    title: 'Amazon AWS S3',
    params: ['bucket', 'region', 'serviceurl', 'forcepathstyle', 'usehttp', 'sse', 'ssekey'],
    place: 'bucket',
  },
  { id: 'googlecloud', title: 'Google Cloud', params: ['bucket'], place: 'bucket' },
  {
    id: 'rackspace',
    title: 'Rackspace Cloud Storage',
    params: ['public_container', 'private_container', 'region'],
    place: 'private_container',
  },
];

const WITH_SELECTEL: readonly StorageModule[] = [
  ...MODULES,
  {
    id: 'selectel',
    title: 'Selectel Cloud Storage',
    params: ['public_container', 'private_container'],
    place: 'private_container',
  },
];
