import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Days that a replaced version of a report is kept. The reports themselves stay. */
const REPLACED_REPORT_DAYS = 90;

/** The bucket of `policies/` and `reports/`: a new one, or the one that exists under the name given. */
export function createBucket(scope: Construct, existingBucket: string | undefined): IBucket {
  if (existingBucket !== undefined) return Bucket.fromBucketName(scope, 'Bucket', existingBucket);
  const bucket = new Bucket(scope, 'Bucket', {
    versioned: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // Neither policies nor reports hold a secret: a KMS key of our own would only add a way to lock oneself out.
    encryption: BucketEncryption.S3_MANAGED,
    // It holds what the fleet should be and what was done to it: that outlives the stack.
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      // Of reports alone. Versions of policies never expire: they say who wanted what and when, and the last valid
      // version of a policy that is broken now still decides which portals are its own.
      {
        id: 'replaced-reports',
        prefix: 'reports/',
        noncurrentVersionExpiration: Duration.days(REPLACED_REPORT_DAYS),
      },
      { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
    ],
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

/** On the resource itself: the construct's own switch would deploy a Lambda of the CDK's to set one property. */
function notifyEventBridge(bucket: Bucket): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no resource of its own');
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}
