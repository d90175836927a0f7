import type { KeySource } from '../model/portal-key.ts';
import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';

/** @param openKeys the keys below a prefix, read anew */
export function listPortalSecretsWith(
  openKeys: (prefix: string) => Required<Pick<KeySource, 'list'>>,
): ListPortalSecrets {
  return async (prefix) => [...(await openKeys(prefix).list()).keys.keys()];
}
