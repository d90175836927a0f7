import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import { entryOf, type SecretEntry, secretError } from './secret-entry.ts';

/** Reads one secret, as it is now. Never throws. */
export async function readSecret(
  SecretId: string,
  client: () => Promise<SecretsManagerClient>,
  end: EndOfCalls | undefined,
): Promise<SecretEntry> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new GetSecretValueCommand({ SecretId });
    return entryOf(await callAws(end, async (options) => (await client()).send(command, options)));
  } catch (error) {
    return secretError(errorName(error));
  }
}
