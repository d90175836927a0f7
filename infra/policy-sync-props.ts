import type { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { GuardName } from '../functions/model/guard.ts';
import type { KeyProps } from './key-props.ts';
import type { JoinedVpc, VpcProps } from './vpc-props.ts';
import type { WatchProps } from './watch-props.ts';

/**
 * What a deployment can say. The same names are keys of the CDK's context (`cdk.json`, or `-c key=value`), where a
 * list may also be a text with commas, and an object or a list also a JSON text; what is a thing of the app is told there by
 * its name, ids or ARN. Texts, numbers and the entries of lists may be tokens.
 */
export interface PolicySyncProps extends KeyProps, WatchProps {
  /**
   * The stack's name, where the stack is ours: another name is another deployment.
   * @default PolicySync
   * @example 'PolicySyncEu'
   */
  readonly stackName?: string;
  /**
   * A bucket that exists, of the app or by its name, for `policies/` and `reports/`. Its owner switches versioning and
   * EventBridge notifications on. That nobody but the function writes reports is added to the policy of a bucket that stands
   * in the same stack; to that of another one its owner adds `reportsStatement` (the output `BucketPolicyStatement`). Its KMS
   * key, where the bucket itself does not tell it, is `bucketKmsKey`.
   * @default a new bucket: versioned, private, TLS only, kept when the stack goes
   * @example new Bucket(this, 'Policies', { versioned: true, eventBridgeEnabled: true })
   */
  readonly existingBucket?: string | IBucket;
  /**
   * Where the portals' keys are in Secrets Manager: one secret a portal, `<prefix><portal>`. Ends with a slash.
   * @default docspace/portals/
   * @example 'docspace/eu/'
   */
  readonly secretsPrefix?: string;
  /**
   * Hosts that a key may be sent to. `*.` at the start stands for one or more labels.
   * @default *.onlyoffice.com
   * @example ['*.onlyoffice.com', 'docs.acme.com']
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Where backups may go: a storage type, or `ThirdPartyConsumer:<module>:<bucket pattern>`.
   * @default Documents, DataStore
   * @example ['Documents', 'ThirdPartyConsumer:s3:acme-backups-*']
   */
  readonly allowedDestinations?: readonly string[];
  /**
   * Private address ranges (CIDR) that portals may have; private ones are refused otherwise. Loopback, link-local and
   * metadata addresses can't be allowed.
   * @default none
   * @example ['10.20.0.0/16']
   */
  readonly allowedRanges?: readonly string[];
  /**
   * How much of one kind a run may change at once, by count or percent of a policy's portals; what goes over it is held
   * back until it is approved. Where a policy says it, too, the stricter counts.
   * @default maxWeaken 10%, maxRemove 10%, maxChange 100%, maxRunAtOnce 100%
   * @example { maxWeaken: '5%', maxRemove: 0 }
   */
  readonly guard?: Readonly<Partial<Record<GuardName, string | number>>>;
  /**
   * How often all policies are run to find drift: `rate(6 hours)` or a Duration; whole minutes, 1 minute to 3 days.
   * @default rate(6 hours)
   * @example Duration.hours(1)
   */
  readonly tick?: string | Duration;
  /**
   * The function's memory in MB, 128 to 10240. It sets its share of CPU, too: one whole core at 1769.
   * @default 512
   * @example 1769
   */
  readonly memoryMb?: number;
  /**
   * The longest run, in seconds or as a Duration, 90 to 900. A run that nears it starts no more portals.
   * @default 900
   * @example Duration.minutes(10)
   */
  readonly timeoutSeconds?: number | Duration;
  /**
   * Portals treated at the same time, 1 to 900, or `auto`: as many as the function carries.
   * @default 'auto'
   * @example 64
   */
  readonly concurrency?: number | 'auto';
  /**
   * Of these, how many behind one address, 1 to 900.
   * @default 128
   * @example 32
   */
  readonly perAddress?: number;
  /**
   * Policies that a tick runs at the same time, 2 to 1000.
   * @default 10
   * @example 50
   */
  readonly runsAtOnce?: number;
  /**
   * After this long the message of a policy's run that died comes again, in seconds or as a Duration; `timeoutSeconds` to 43200.
   * @default timeoutSeconds and 100
   * @example 1000
   */
  readonly visibilitySeconds?: number | Duration;
  /**
   * How often a policy's message is handed over before it is kept in the queue of what is lost, 1 to 1000.
   * @default 3
   * @example 5
   */
  readonly mostReceives?: number;
  /**
   * Whose approval lets through what a guard holds: `approve` in the policy, or an object
   * `approvals/<policy>/<digest>` in the bucket, which other people may write than those who write policies.
   * @default policy
   * @example 'bucket'
   */
  readonly approvals?: 'policy' | 'bucket';
  /**
   * Run inside a VPC, of the app or by its ids, for portals that are reached from there alone. The subnets need a way to the portals, to S3, SQS
   * and to Secrets Manager (NAT or VPC endpoints).
   * @default outside any VPC
   * @example { vpc: Vpc.fromLookup(this, 'Vpc', { isDefault: true }), vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } }
   */
  readonly vpc?: VpcProps | IVpc | JoinedVpc;
  /**
   * Path of a PEM file with the certificates of a private CA that signs the portals' own. It is packed with the code.
   * @default the public CAs alone
   * @example 'certificates/acme-ca.pem'
   */
  readonly privateCa?: string;
  /**
   * Read and report only: a run that would write says what it would have done.
   * @default false
   * @example true
   */
  readonly paused?: boolean;
  /**
   * Team to secrets prefix: policies in `policies/<team>/` get their keys below that prefix, and no others.
   * @default none
   * @example { payroll: 'docspace/payroll/' }
   */
  readonly teams?: Readonly<Record<string, string>>;
  /**
   * Let keys go over plain http to loopback addresses. For a test environment on one machine, never for production.
   * @default false
   * @example true
   */
  readonly allowInsecureLoopback?: boolean;
}
