import type { AwsError } from './aws-error.ts';
import type { AwsCall } from './call-log.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalS3 } from './local-s3.ts';
import type { LocalSecrets } from './local-secrets.ts';
import type { LocalSns } from './local-sns.ts';
import type { LocalSqs } from './local-sqs.ts';
import { s3ErrorAnswer, serveS3 } from './s3-service.ts';
import { s3Target } from './s3-target.ts';
import { secretsErrorAnswer, secretsTarget, serveSecrets } from './secrets-service.ts';
import { serveSns, snsErrorAnswer, snsTarget } from './sns-service.ts';
import { serveSqs, sqsErrorAnswer, sqsTarget } from './sqs-service.ts';

/** What the endpoint holds, a service each. */
export type Services = {
  readonly s3: LocalS3;
  readonly secrets: LocalSecrets;
  readonly sqs: LocalSqs;
  readonly sns: LocalSns;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** One request, understood: who asks what, how it is done, and how an error is told. */
export type Job = {
  readonly call: Omit<AwsCall, 'status'>;
  readonly serve: () => AwsResponse;
  readonly tell: (error: AwsError) => AwsResponse;
};

/** The services are told apart by what a request says. */
export function understandRequest(services: Services, request: AwsRequest, at: number): Job {
  const message = sqsTarget(request);
  if (message !== undefined) {
    return {
      call: { service: 'sqs', operation: message.operation, at },
      serve: () => serveSqs(services.sqs, request, message),
      tell: sqsErrorAnswer,
    };
  }
  const secret = secretsTarget(request);
  if (secret !== undefined) {
    const { operation, secretIds } = secret;
    return {
      call: { service: 'secretsmanager', operation, at, secretIds },
      serve: () => serveSecrets(services.secrets, request, secret, services.now),
      tell: secretsErrorAnswer,
    };
  }
  const topic = snsTarget(request);
  if (topic !== undefined) {
    return {
      call: { service: 'sns', operation: topic.operation, at },
      serve: () => serveSns(services.sns, request, topic),
      tell: (error) => snsErrorAnswer(error, request.requestId),
    };
  }
  const object = s3Target(request);
  return {
    call: { service: 's3', at, ...object },
    serve: () => serveS3(services.s3, request, object),
    tell: (error) => s3ErrorAnswer(error, request),
  };
}
