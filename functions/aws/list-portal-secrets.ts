import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ListPortalSecrets } from '../model/ports/secret-lister.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';

export function listPortalSecretsWith(
  client: () => Promise<SecretsManagerClient>,
  end?: EndOfCalls,
): ListPortalSecrets {
  return async (prefix) => {
    const { ListSecretsCommand } = await import('@aws-sdk/client-secrets-manager');
    const Filters = [{ Key: 'name' as const, Values: [prefix] }];
    const portals: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListSecretsCommand({ Filters, NextToken });
      const page = await callAws(end, async (options) => (await client()).send(command, options));
      for (const { Name = '' } of page.SecretList ?? []) {
        const portal = Name.startsWith(prefix) ? Name.slice(prefix.length) : '';
        // What lies deeper belongs to a team with a prefix of its own.
        if (portal !== '' && !portal.includes('/')) portals.push(portal);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return portals;
  };
}
