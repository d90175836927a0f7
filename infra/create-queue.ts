import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Where all that is lost goes: events and ticks that could not be handed over, and runs that threw to the end. */
export function createQueue(scope: Construct, kmsKey: string | undefined): Queue {
  return new Queue(scope, 'Lost', {
    ...encryption(scope, 'LostKey', kmsKey),
    enforceSSL: true,
    // The most that SQS keeps: long enough for a holiday.
    retentionPeriod: Duration.days(14),
  });
}

/** A tick's policies, a message each. What a tick did not come to is the next one's: no message outlives it. */
export function createTickQueue(
  scope: Construct,
  { tick, visibilitySeconds, mostReceives, queueKmsKey }: Settings,
  lost: Queue,
): Queue {
  return new Queue(scope, 'Ticks', {
    ...encryption(scope, 'TicksKey', queueKmsKey),
    enforceSSL: true,
    retentionPeriod: tick,
    visibilityTimeout: Duration.seconds(visibilitySeconds),
    deadLetterQueue: { queue: lost, maxReceiveCount: mostReceives },
  });
}

// --- internal ---

function encryption(scope: Construct, id: string, key: string | undefined): QueueProps {
  if (key === undefined) return { encryption: QueueEncryption.SQS_MANAGED };
  return { encryption: QueueEncryption.KMS, encryptionMasterKey: Key.fromKeyArn(scope, id, key) };
}
