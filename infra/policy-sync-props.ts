import type { Duration } from 'aws-cdk-lib';
import type { GuardName } from '../functions/model/guard.ts';
import type { AlarmThresholds } from './alarm-thresholds.ts';
import type { MessageSettings } from './messages-setting.ts';
import type { VpcProps } from './vpc-props.ts';

/**
 * What a deployment can say. The same names are keys of the CDK's context (`cdk.json`, or `-c key=value`), where a
 * list may also be a text with commas, and an object or a list also a JSON text. Ids, names and ARNs may be tokens.
 */
export type PolicySyncProps = {
  /**
   * Tells this deployment's metrics and alarms from those of others in the account and region.
   * @default the stack's name
   */
  readonly deployment?: string;
  /**
   * The stack's name, where the stack is ours: another name is another deployment.
   * @default PolicySync
   */
  readonly stackName?: string;
  /**
   * Name of a bucket that exists, for `policies/` and `reports/`. Its owner switches versioning and EventBridge
   * notifications on, and adds the output `BucketPolicyStatement`. Its KMS key, if it has one, is `bucketKmsKey`.
   * @default a new bucket: versioned, private, TLS only, kept when the stack goes
   */
  readonly existingBucket?: string;
  /**
   * Where the portals' keys are in Secrets Manager: one secret a portal, `<prefix><portal>`. Ends with a slash.
   * @default docspace/portals/
   */
  readonly secretsPrefix?: string;
  /**
   * ARNs of the customer-managed KMS keys that encrypt the secrets.
   * @default none: AWS's own keys need no grant
   */
  readonly kmsKeys?: readonly string[];
  /**
   * ARN of one customer-managed KMS key for everything: bucket, queues, topic and log group are encrypted with it, and
   * secrets may be. What AWS's services need of it stands in the output `KeyPolicyStatements`.
   * @default AWS's own keys
   */
  readonly encryptionKey?: string;
  /** The bucket's own key, also that of an existing bucket. @default encryptionKey */
  readonly bucketKmsKey?: string;
  /** The key of both queues. @default encryptionKey */
  readonly queueKmsKey?: string;
  /** The key of the topic of alarms. @default encryptionKey */
  readonly topicKmsKey?: string;
  /** The log group's key. @default encryptionKey */
  readonly logKmsKey?: string;
  /**
   * Hosts that a key may be sent to. `*.` at the start stands for one or more labels.
   * @default *.onlyoffice.com
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Where backups may go: a storage type, or `ThirdPartyConsumer:<module>:<bucket pattern>`.
   * @default Documents, DataStore
   */
  readonly allowedDestinations?: readonly string[];
  /**
   * Private address ranges (CIDR) that portals may have; private ones are refused otherwise. Loopback, link-local and
   * metadata addresses can't be allowed.
   * @default none
   */
  readonly allowedRanges?: readonly string[];
  /**
   * How much of one kind a run may change at once, by count or percent of a policy's portals; what goes over it is held
   * back until it is approved. Where a policy says it, too, the stricter counts.
   * @default maxWeaken 10%, maxRemove 10%, maxChange 100%, maxRunAtOnce 100%
   */
  readonly guard?: Readonly<Partial<Record<GuardName, string | number>>>;
  /**
   * How much later than its slot a backup may be there before its portal counts as not protected. Hours.
   * @default 12
   */
  readonly graceHours?: number;
  /**
   * How often all policies are run to find drift: `rate(6 hours)` or a Duration; whole minutes, 1 minute to 3 days.
   * @default rate(6 hours)
   */
  readonly tick?: string | Duration;
  /**
   * The function's memory in MB, 128 to 10240. It sets its share of CPU, too: one whole core at 1769.
   * @default 512
   */
  readonly memoryMb?: number;
  /**
   * The longest run, in seconds, 90 to 900. A run that nears it starts no more portals.
   * @default 900
   */
  readonly timeoutSeconds?: number;
  /**
   * Portals treated at the same time, 1 to 900, or `auto`: as many as the function carries.
   * @default 64
   */
  readonly concurrency?: number | 'auto';
  /**
   * Of these, how many behind one address, 1 to 900.
   * @default 128
   */
  readonly perAddress?: number;
  /**
   * Policies that a tick runs at the same time, 2 to 1000.
   * @default 10
   */
  readonly runsAtOnce?: number;
  /**
   * After this long the message of a policy's run that died comes again, in seconds; `timeoutSeconds` to 43200.
   * @default timeoutSeconds and 100
   */
  readonly visibilitySeconds?: number;
  /**
   * How often a policy's message is handed over before it is kept in the queue of what is lost, 1 to 1000.
   * @default 3
   */
  readonly mostReceives?: number;
  /**
   * Days that logs are kept; one of the numbers that CloudWatch knows.
   * @default 90
   */
  readonly logRetentionDays?: number;
  /**
   * Days that dated reports and replaced ones are kept. Policies and all their versions stay.
   * @default 400
   */
  readonly reportRetentionDays?: number;
  /**
   * Whose approval lets through what a guard holds: `approve` in the policy, or an object
   * `approvals/<policy>/<digest>` in the bucket, which other people may write than those who write policies.
   * @default policy
   */
  readonly approvals?: 'policy' | 'bucket';
  /**
   * From where on each alarm rings: above its number; null switches one off.
   * @default failed 0, failedPercent 5 (null with `allowInsecureLoopback`), held 0, planned null, unprotected 0,
   * invalid 0, newUngoverned 0, oldestReportHours two ticks and an hour
   */
  readonly alarms?: Readonly<Partial<AlarmThresholds>>;
  /**
   * Where people are told of what happens to their portals.
   * @default nowhere
   */
  readonly messages?: MessageSettings;
  /**
   * Who gets the alarms by e-mail, through an SNS topic. The address has to confirm the first mail.
   * @default no topic; the alarms show on the dashboard
   */
  readonly alarmEmail?: string;
  /**
   * Run inside a VPC, for portals that are reached from there alone. The subnets need a way to the portals, to S3, SQS
   * and to Secrets Manager (NAT or VPC endpoints).
   * @default outside any VPC
   */
  readonly vpc?: VpcProps;
  /**
   * Path of a PEM file with the certificates of a private CA that signs the portals' own. It is packed with the code.
   * @default the public CAs alone
   */
  readonly privateCa?: string;
  /**
   * Read and report only: a run that would write says what it would have done.
   * @default false
   */
  readonly paused?: boolean;
  /**
   * Team to secrets prefix: policies in `policies/<team>/` get their keys below that prefix, and no others.
   * @default none
   */
  readonly teams?: Readonly<Record<string, string>>;
  /**
   * Let keys go over plain http to loopback addresses. For a test environment on one machine, never for production.
   * @default false
   */
  readonly allowInsecureLoopback?: boolean;
};
