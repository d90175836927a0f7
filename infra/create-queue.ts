import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Where all that is lost goes: events and ticks that could not be handed over, and runs that threw to the end. */
export function createQueue(scope: Construct): Queue {
  const queue = new Queue(scope, 'Lost', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    // The most that SQS keeps: long enough for a holiday.
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is the dead-letter queue itself, of an EventBridge rule, a schedule and a function.',
  });
  return queue;
}
