import { Annotations } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { connectTick } from './connect-tick.ts';
import { connectUploads } from './connect-uploads.ts';
import { createAlarms } from './create-alarms.ts';
import { createBucket } from './create-bucket.ts';
import { createDashboard } from './create-dashboard.ts';
import { createFunction } from './create-function.ts';
import { createQueue } from './create-queue.ts';
import { createTopic } from './create-topic.ts';
import { MAX_EVENT_AGE, RUN_RETRIES } from './delivery.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';
import { completeSettings } from './settings.ts';

/**
 * Makes every portal's backup schedule what the policies in a bucket say. For a stack of its own or somebody else's:
 * `new PolicySync(stack, 'PolicySync', { alarmEmail: 'platform@acme.com' })`.
 */
export class PolicySync extends Construct {
  /** Holds `policies/` (yours to write) and `reports/` (written by the function). */
  readonly bucket: IBucket;
  readonly function: LambdaFunction;
  /** Takes events that were lost and runs that failed to the end. Empty when all is well. */
  readonly queue: Queue;
  /** Where the alarms go; undefined without `alarmEmail`. */
  readonly topic: ITopic | undefined;
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;

  /** @throws SettingsError with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: PolicySyncProps = {}) {
    super(scope, id);
    const settings = completeSettings(props);
    this.bucket = createBucket(this, settings.existingBucket);
    this.queue = createQueue(this);
    this.function = createFunction(this, settings, this.bucket, this.queue);
    keepFailedRuns(this, this.function, this.queue);
    connectUploads(this, this.bucket, this.function, this.queue);
    connectTick(this, settings.tick, this.function, this.queue);
    this.topic = createTopic(this, settings.alarmEmail);
    this.alarms = createAlarms(this, settings, {
      target: this.function,
      lost: this.queue,
      topic: this.topic,
    });
    this.dashboard = createDashboard(this, { target: this.function, lost: this.queue, alarms: this.alarms });
    if (settings.allowInsecureLoopback) warnOfPlainHttp(this);
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
