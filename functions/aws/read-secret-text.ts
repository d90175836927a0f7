import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NotSentError } from '../model/told-message.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';

/**
 * The text of a secret that is no portal's key, as it is now.
 * @throws NotSentError that shows no word of it
 */
export async function readSecretText(
  SecretId: string,
  client: () => Promise<SecretsManagerClient>,
  end?: EndOfCalls,
): Promise<string> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new GetSecretValueCommand({ SecretId });
    const { SecretString } = await callAws(end, async (options) => (await client()).send(command, options));
    return SecretString ?? '';
  } catch (cause) {
    throw new NotSentError(`the webhook’s secret can’t be read (${errorName(cause)})`, { cause });
  }
}
