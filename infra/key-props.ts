import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Customer-managed KMS keys: as they are in an app, or by ARN. */
export type KeyProps = {
  /**
   * The keys that encrypt the secrets.
   * @default none: AWS's own keys need no grant
   * @example ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab']
   */
  readonly kmsKeys?: readonly (string | IKey)[];
  /**
   * One key for everything: bucket, queues, topic and log group are encrypted with it, and secrets may be. What AWS's
   * services need of it is added to the policy of a key that the app made; for another one it stands in the output
   * `KeyPolicyStatements`.
   * @default AWS's own keys
   * @example new Key(this, 'Key', { enableKeyRotation: true })
   */
  readonly encryptionKey?: string | IKey;
  /**
   * The bucket's own key, also that of an existing bucket.
   * @default the one that the existing bucket tells, else encryptionKey
   * @example Key.fromLookup(this, 'BucketKey', { aliasName: 'alias/policies' })
   */
  readonly bucketKmsKey?: string | IKey;
  /**
   * The key of both queues.
   * @default encryptionKey
   * @example 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
   */
  readonly queueKmsKey?: string | IKey;
  /**
   * The key of the topic of alarms, where that is not `alarmTopic`, and of `messages.topicArn`.
   * @default encryptionKey
   * @example 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
   */
  readonly topicKmsKey?: string | IKey;
  /**
   * The log group's key.
   * @default encryptionKey
   * @example 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
   */
  readonly logKmsKey?: string | IKey;
};
