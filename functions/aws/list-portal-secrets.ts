import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';

export function listPortalSecretsWith(client: () => Promise<SecretsManagerClient>): ListPortalSecrets {
  return async (prefix) => {
    const { paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
    const portals: string[] = [];
    const filter = { Filters: [{ Key: 'name' as const, Values: [prefix] }] };
    for await (const page of paginateListSecrets({ client: await client() }, filter)) {
      for (const { Name = '' } of page.SecretList ?? []) {
        const portal = Name.startsWith(prefix) ? Name.slice(prefix.length) : '';
        // What lies deeper belongs to a team with a prefix of its own.
        if (portal !== '' && !portal.includes('/')) portals.push(portal);
      }
    }
    return portals;
  };
}
