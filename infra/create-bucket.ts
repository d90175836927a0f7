import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DATED_TAG } from '../functions/model/policy-ref.ts';
import type { Settings } from './settings.ts';

/** The bucket of `policies/` and `reports/`: a new one, or the one that exists, given by its name or as it is. */
export function createBucket(scope: Construct, settings: Settings): IBucket {
  const { existingBucket, bucketKmsKey, reportRetentionDays } = settings;
  if (typeof existingBucket === 'object') return existingBucket;
  if (existingBucket !== undefined) return Bucket.fromBucketName(scope, 'Bucket', existingBucket);
  const bucket = new Bucket(scope, 'Bucket', {
    versioned: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    ...encryption(scope, bucketKmsKey),
    // It holds what the fleet should be and what was done to it: that outlives the stack.
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: lifecycle(Duration.days(reportRetentionDays)),
  });
  // The bucket stays without the stack, and so must what makes it TLS only.
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  notifyEventBridge(bucket);
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Versions and reports tell what was wanted and done; who read an object is for CloudTrail data events of the account, and an access log would need a second bucket.',
  });
  return bucket;
}

// --- internal ---

/** Neither policies nor reports hold a secret: a KMS key is for those whose rules ask for one. */
function encryption(scope: Construct, key: string | undefined): Partial<BucketProps> {
  if (key === undefined) return { encryption: BucketEncryption.S3_MANAGED };
  const encryptionKey = Key.fromKeyArn(scope, 'BucketKey', key);
  return { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true };
}

/**
 * Of reports alone. Versions of policies never expire: they say who wanted what and when, and the last valid version of
 * a policy that is broken now still decides which portals are its own.
 */
function lifecycle(kept: Duration): BucketProps['lifecycleRules'] {
  return [
    {
      id: 'replaced-reports',
      prefix: 'reports/',
      noncurrentVersionExpiration: kept,
      expiredObjectDeleteMarker: true,
    },
    {
      id: 'dated-reports',
      prefix: 'reports/',
      tagFilters: { ...DATED_TAG },
      expiration: kept,
      // In a bucket with versions, to expire is to be replaced by nothing: else each would be kept as long once more.
      noncurrentVersionExpiration: Duration.days(1),
    },
    { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  ];
}

/** On the resource itself: the construct's own switch would deploy a Lambda of the CDK's to set one property. */
function notifyEventBridge(bucket: Bucket): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no resource of its own');
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}
