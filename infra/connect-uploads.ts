import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DELIVERY_RETRIES, MAX_EVENT_AGE } from './delivery.ts';

/** A policy that is uploaded or taken away starts the function. Reports don't: they are written by it. */
export function connectUploads(
  scope: Construct,
  bucket: IBucket,
  target: LambdaFunction,
  lost: IQueue,
): Rule {
  return new Rule(scope, 'Uploads', {
    description: 'policy-sync: a policy was uploaded or taken away',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created', 'Object Deleted'],
      detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: 'policies/' }] } },
    },
    targets: [
      new LambdaTarget(target, {
        deadLetterQueue: lost,
        maxEventAge: MAX_EVENT_AGE,
        retryAttempts: DELIVERY_RETRIES,
      }),
    ],
  });
}
