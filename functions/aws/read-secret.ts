import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { PortalError } from '../model/portal-error.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import { outwaitThrottling, type Patience } from './outwait-throttling.ts';
import { type SecretValue, secretError } from './secret-entry.ts';

export type SecretReaderOptions = Patience & {
  readonly client: () => Promise<SecretsManagerClient>;
  readonly end: EndOfCalls | undefined;
};

/** Reads one secret, as it is now. Never throws. */
export async function readSecret<T>(
  SecretId: string,
  parse: (value: SecretValue) => T,
  { client, end, ...patience }: SecretReaderOptions,
): Promise<T | PortalError> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new GetSecretValueCommand({ SecretId });
    const send = () => callAws(end, async (options) => (await client()).send(command, options));
    return parse(await outwaitThrottling(patience, send));
  } catch (error) {
    return secretError(errorName(error));
  }
}
