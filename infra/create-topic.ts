import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Mails the alarms to one address; none without one. Alarms name no portal, so AWS's own encryption is enough. */
export function createTopic(scope: Construct, alarmEmail: string | undefined): Topic | undefined {
  if (alarmEmail === undefined) return undefined;
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
