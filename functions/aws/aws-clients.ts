import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** The clients of AWS, each loaded and made when it is first used: whoever needs none does not pay for it. */
export type AwsClients = {
  readonly s3: () => Promise<S3Client>;
  readonly secrets: () => Promise<SecretsManagerClient>;
  readonly sqs: () => Promise<SQSClient>;
  /** Of one region: topics may be in another than the function. */
  readonly sns: (region: string) => Promise<SNSClient>;
};

/** How long one try of a call may take. Milliseconds. */
export type AwsLimits = {
  /** Until there is a connection. */
  readonly connectMs: number;
  /** Without a byte, on a connection. (From 6 s up, the SDK looks at it from the third second of a call on.) */
  readonly idleMs: number;
};

export const AWS_LIMITS: AwsLimits = { connectMs: 3_000, idleMs: 10_000 };

/** @param limits of each try; a call that could not be sent, or had no answer, is tried once more */
export function openAwsClients(limits: AwsLimits = AWS_LIMITS): AwsClients {
  const config = {
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: limits.connectMs,
      socketTimeout: limits.idleMs,
      // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED): portals' keys come from nobody but AWS.
      httpsAgent: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    },
  };
  return {
    s3: lazily(async () => new (await import('@aws-sdk/client-s3')).S3Client(config)),
    secrets: lazily(
      async () => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(config),
    ),
    sqs: lazily(async () => {
      const { SQSClient } = await import('@aws-sdk/client-sqs');
      // Where SQS is says the region or the endpoint that is set, as for the other services, and not a queue's address.
      return new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
    }),
    sns: async (region) => new (await import('@aws-sdk/client-sns')).SNSClient({ ...config, region }),
  };
}

// --- internal ---

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
