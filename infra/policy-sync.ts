import { Annotations, Duration } from 'aws-cdk-lib';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FleetMetric } from '../functions/model/metrics.ts';
import { connectQueue } from './connect-queue.ts';
import { connectTick } from './connect-tick.ts';
import { connectUploads } from './connect-uploads.ts';
import { createAlarms } from './create-alarms.ts';
import { createBucket } from './create-bucket.ts';
import { createDashboard } from './create-dashboard.ts';
import { createFunction, createLogGroup } from './create-function.ts';
import { createQueue, createTickQueue } from './create-queue.ts';
import { createRole } from './create-role.ts';
import { createTopic, letAlarmsPublish } from './create-topic.ts';
import { MAX_EVENT_AGE, RUN_RETRIES } from './delivery.ts';
import { fleetMetrics } from './fleet-metric.ts';
import { functionGrants } from './function-grants.ts';
import { guardReports, reportsStatement } from './guard-reports.ts';
import { nameDeployment } from './name-deployment.ts';
import { openKeys } from './open-keys.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';
import { saveQueries } from './save-queries.ts';
import { completeSettings, type Settings } from './settings.ts';

/**
 * Makes every portal's backup schedule what the policies in a bucket say. For a stack of its own or somebody else's.
 *
 * @example
 * const policySync = new PolicySync(stack, 'PolicySync', {
 *   allowedDestinations: ['ThirdPartyConsumer:s3:acme-backups'],
 *   alarmEmail: 'platform@acme.com',
 * });
 */
export class PolicySync extends Construct {
  /** Holds `policies/` (yours to write) and `reports/` (written by the function). */
  readonly bucket: IBucket;
  /** Takes uploads, ticks, and a tick's policies. */
  readonly function: LambdaFunction;
  /** Takes events that were lost and runs that failed to the end. Empty when all is well. */
  readonly queue: Queue;
  /** Takes a tick's policies, a message each. */
  readonly tickQueue: Queue;
  /** The function's: for policies of buckets and keys that are not ours. */
  readonly role: IRole;
  /** What tells its metrics from those of other deployments in the account and region. */
  readonly deployment: string;
  readonly settings: Settings;
  /** Where the alarms go; undefined without `alarmEmail` and `alarmTopic`. */
  readonly topic: ITopic | undefined;
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;
  /**
   * Nobody but the function writes reports: a bucket that the construct made says so; the owner of another one, or of one
   * in another stack, adds it to the bucket's policy.
   */
  readonly reportsStatement: PolicyStatement;

  /** @throws SettingsError with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: PolicySyncProps = {}) {
    super(scope, id);
    const { alarmTopic, ...rest } = props;
    const settings = completeSettings(rest);
    const { queueKmsKey: kmsKey, tick } = settings;
    this.settings = settings;
    this.deployment = nameDeployment(this, settings);
    this.bucket = createBucket(this, settings);
    this.queue = createQueue(this, kmsKey);
    this.tickQueue = createTickQueue(this, settings, this.queue);
    openKeys(this, props, settings);
    const logGroup = createLogGroup(this, settings);
    const { bucket, queue, tickQueue, deployment } = this;
    this.role = createRole(this, functionGrants(settings, { bucket, queue, tickQueue, logGroup }));
    guardReports(bucket, this.role);
    this.reportsStatement = reportsStatement(bucket, this.role);
    const { role } = this;
    this.function = createFunction(this, settings, { bucket, tickQueue, deployment, logGroup, role });
    keepFailedRuns(this, this.function, this.queue);
    connectUploads(this, this.bucket, this.function, this.queue);
    connectTick(this, tick, this.function, this.queue, kmsKey);
    connectQueue(this, this.tickQueue, this.function, settings.runsAtOnce);
    const topic = createTopic(this, settings, alarmTopic);
    this.topic = topic;
    const watched = { target: this.function, lost: this.queue, fleet: fleetMetrics(this.deployment) };
    this.alarms = createAlarms(this, settings, { ...watched, topic });
    if (topic !== undefined && alarmTopic === undefined) letAlarmsPublish(topic, this.alarms);
    this.dashboard = createDashboard(this, { ...watched, tick, alarms: this.alarms });
    if (settings.allowInsecureLoopback) warnOfPlainHttp(this);
    // What may reach loopback is deployed onto an emulator, and those know no saved queries.
    else saveQueries(this, deployment, logGroup);
    if (settings.messages.heartbeat === true && settings.messages.webhookSecret === undefined) {
      warnOfNoHeartbeat(this);
    }
  }

  /**
   * What the function counts, of this deployment, for alarms and dashboards of your own: the sum of an hour.
   *
   * @example
   * policySync.metric('HeldPortals', { period: Duration.minutes(15) })
   */
  metric(name: FleetMetric, options: MetricOptions = {}): Metric {
    return fleetMetrics(this.deployment)(name, Duration.hours(1)).with(options);
  }
}

// --- internal ---

/** A destination, not the function's own dead letters: it carries the error beside the event. */
function keepFailedRuns(scope: Construct, target: LambdaFunction, lost: Queue): void {
  new CfnEventInvokeConfig(scope, 'Asynchronous', {
    functionName: target.functionName,
    qualifier: '$LATEST',
    maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
    maximumRetryAttempts: RUN_RETRIES,
    destinationConfig: { onFailure: { destination: lost.queueArn } },
  });
}

function warnOfPlainHttp(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    'policy-sync:allowInsecureLoopback',
    'allowInsecureLoopback is on: KEYS MAY GO OVER PLAIN HTTP to loopback addresses. For a test environment on one machine alone; take it out of the context before anything real is deployed.',
  );
}

function warnOfNoHeartbeat(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    'policy-sync:heartbeat',
    'messages.heartbeat is true, and there is no webhookSecret that could hold its address: no heartbeat is sent. Give the address itself, or messages.webhookSecret.',
  );
}
