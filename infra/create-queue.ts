import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FUNCTION_TIMEOUT_SECONDS } from './function-environment.ts';

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
  {
    tick,
    lost,
    kmsKey,
  }: { readonly tick: Duration; readonly lost: Queue; readonly kmsKey: string | undefined },
): Queue {
  return new Queue(scope, 'Ticks', {
    ...encryption(scope, 'TicksKey', kmsKey),
    enforceSSL: true,
    retentionPeriod: tick,
    visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
    deadLetterQueue: { queue: lost, maxReceiveCount: MOST_RECEIVES },
  });
}

// --- internal ---

/** The longest run, and time to hand it over: a message that comes back earlier would find its own run at work. */
const VISIBILITY_SECONDS = FUNCTION_TIMEOUT_SECONDS + 100;

/** How often a policy's run may die before its message is kept for a person. */
const MOST_RECEIVES = 3;

function encryption(scope: Construct, id: string, key: string | undefined): QueueProps {
  if (key === undefined) return { encryption: QueueEncryption.SQS_MANAGED };
  return { encryption: QueueEncryption.KMS, encryptionMasterKey: Key.fromKeyArn(scope, id, key) };
}
