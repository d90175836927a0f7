import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import { outwaitThrottling, type Patience } from './outwait-throttling.ts';
import { entryOf, type SecretEntry, secretError } from './secret-entry.ts';

export type SecretReaderOptions = Patience & {
  readonly client: () => Promise<SecretsManagerClient>;
  readonly end: EndOfCalls | undefined;
};

/** Reads one secret, as it is now. Never throws. */
export async function readSecret(
  SecretId: string,
  { client, end, ...patience }: SecretReaderOptions,
): Promise<SecretEntry> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new GetSecretValueCommand({ SecretId });
    const send = () => callAws(end, async (options) => (await client()).send(command, options));
    return entryOf(await outwaitThrottling(patience, send));
  } catch (error) {
    return secretError(errorName(error));
  }
}
