import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { PortalError } from '../model/portal-error.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import { type SecretValue, secretError } from './secret-entry.ts';

/** Reads one secret, as it is now. Never throws. */
export async function readSecret<T>(
  SecretId: string,
  parse: (value: SecretValue) => T,
  {
    client,
    end,
  }: { readonly client: () => Promise<SecretsManagerClient>; readonly end: EndOfCalls | undefined },
): Promise<T | PortalError> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new GetSecretValueCommand({ SecretId });
    return parse(await callAws(end, async (options) => (await client()).send(command, options)));
  } catch (error) {
    return secretError(errorName(error));
  }
}
