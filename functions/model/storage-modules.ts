import type { StorageType } from './schedule.ts';

/**
 * The storage modules that the server looks up, in its own text. It compares with case and checks nothing: a schedule of
 * `S3` reads back as written, and every backup of it fails.
 */
export const MODULES = ['s3', 'googlecloud', 'rackspace'] as const;
export type Module = (typeof MODULES)[number];

/** Modules that servers before 2.6 knew: good there, and unknown to all others. */
export const OLD_MODULES = ['selectel'] as const;

/** Settings of each module, as the server reads them; credentials are the portal's own. */
export const MODULE_PARAMS: Readonly<Record<Module, readonly string[]>> = {
  s3: ['bucket', 'region', 'serviceurl', 'forcepathstyle', 'usehttp', 'sse', 'ssekey', 'subdir'],
  googlecloud: ['bucket', 'subdir'],
  rackspace: ['public_container', 'private_container', 'region', 'subdir'],
};

/** `true` or `false`, in any case; a missing one is false. */
export const BOOLEAN_PARAMS: ReadonlySet<string> = new Set(['forcepathstyle', 'usehttp']);

/** Taken in any case; `none`, nothing and an empty text are the same. */
export const SSE_VALUES = ['none', 'aes256', 'awskms', 'clientawskms'] as const;

/** The server's own text for a module that is written in any case; `undefined`: there is no such module. */
export function moduleText(written: string): Module | (typeof OLD_MODULES)[number] | undefined {
  const plain = written.toLowerCase();
  return [...MODULES, ...OLD_MODULES].find((module) => module === plain);
}

/** A param's text as it goes out: as written, but for the module. */
export function paramText(name: string, written: string): string {
  return name === 'module' ? (moduleText(written) ?? written) : written;
}

/** Whether the server can find what a schedule's module stands for, as it is spelt there. */
export function isModuleText(text: string): boolean {
  return moduleText(text) === text;
}

/**
 * What a storage takes: names of its params, `undefined` where nobody checks them (an old module, one that there is not,
 * or a type without a backend).
 */
export function knownParams(type: StorageType, module: string | undefined): readonly string[] | undefined {
  switch (type) {
    case 'Documents':
    case 'ThridpartyDocuments':
      return ['folderId'];
    case 'Local':
      return ['filePath'];
    case 'DataStore':
      return [];
    case 'CustomCloud':
      return undefined;
    case 'ThirdPartyConsumer': {
      const known = moduleText(module ?? '');
      return known === undefined || known === 'selectel' ? undefined : ['module', ...MODULE_PARAMS[known]];
    }
  }
}

/** What a storage can't do without. */
export function requiredParams(type: StorageType, module: string | undefined): readonly string[] {
  switch (type) {
    case 'Documents':
    case 'ThridpartyDocuments':
      return ['folderId'];
    case 'Local':
      return ['filePath'];
    case 'ThirdPartyConsumer':
      return moduleText(module ?? '') === 's3' ? ['module', 'bucket'] : ['module'];
    default:
      return [];
  }
}
