import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { AlarmThresholds } from './alarm-thresholds.ts';
import type { MessageSettings } from './messages-setting.ts';

/** What people are told, and how long it is kept. */
export type WatchProps = {
  /**
   * Tells this deployment's metrics and alarms from those of others in the account and region.
   * @default the stack's name
   * @example 'acme-eu'
   */
  readonly deployment?: string;
  /**
   * Who gets the alarms by e-mail, through an SNS topic. The address has to confirm the first mail.
   * @default nobody; the alarms show on the dashboard
   * @example 'platform@acme.com'
   */
  readonly alarmEmail?: string;
  /**
   * A topic of yours that the alarms are told to, in place of one for `alarmEmail`, which is subscribed to it. Its policy
   * must let CloudWatch publish: the one that SNS gives to a new topic does.
   * @default a topic of its own where there is an `alarmEmail`
   * @example new Topic(this, 'OnCall')
   */
  readonly alarmTopic?: ITopic;
  /**
   * From where on each alarm rings: above its number; null switches one off.
   * @default failed 0, failedPercent 5 (null with `allowInsecureLoopback`), held 0, planned null, unprotected 0,
   * invalid 0, newUngoverned 0, oldestReportHours two ticks and an hour
   * @example { failed: 10, held: null }
   */
  readonly alarms?: Readonly<Partial<AlarmThresholds>>;
  /**
   * Where people are told of what happens to their portals.
   * @default nowhere
   * @example { topicArn: new Topic(this, 'Told').topicArn, digest: 'Monday 08:00' }
   */
  readonly messages?: MessageSettings;
  /**
   * How much later than its slot a backup may be there before its portal counts as not protected. Hours, or a Duration.
   * @default 12
   * @example Duration.hours(6)
   */
  readonly graceHours?: number | Duration;
  /**
   * How long logs are kept: days, one of the numbers that CloudWatch knows, or a Duration of that.
   * @default 90
   * @example Duration.days(365)
   */
  readonly logRetentionDays?: number | Duration;
  /**
   * How long dated reports and replaced ones are kept: days, or a Duration. Policies and all their versions stay.
   * @default 400
   * @example 800
   */
  readonly reportRetentionDays?: number | Duration;
};
