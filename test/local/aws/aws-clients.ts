import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export type AwsClients = {
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  destroy(): void;
};

/** The real clients, without retries: a test sees each answer, and waits for none. */
export function openClients(url: string): AwsClients {
  const config = {
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const s3 = new S3Client(config);
  const secrets = new SecretsManagerClient(config);
  return {
    s3,
    secrets,
    destroy: () => {
      s3.destroy();
      secrets.destroy();
    },
  };
}

/** What the SDK makes of an error answer. */
export type Refusal = { readonly name: string; readonly status: number | undefined };

/** Resolves to how a call failed; a call that went well fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    return { name: error.name, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call went well.');
}
