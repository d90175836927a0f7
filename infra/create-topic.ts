import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Mails the alarms to one address; none without one. Alarms name no portal, so AWS's own encryption is enough. */
export function createTopic(
  scope: Construct,
  { alarmEmail, topicKmsKey }: Pick<Settings, 'alarmEmail' | 'topicKmsKey'>,
): Topic | undefined {
  if (alarmEmail === undefined) return undefined;
  const topic = new Topic(scope, 'Alarms', {
    enforceSSL: true,
    ...(topicKmsKey !== undefined && { masterKey: Key.fromKeyArn(scope, 'TopicKey', topicKmsKey) }),
  });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}

/**
 * Lets these alarms publish to the topic, and nobody else: a topic with a policy of its own, such as that for TLS, has
 * lost the one that SNS gives to every new topic, and without this statement no alarm would ever be heard.
 */
export function letAlarmsPublish(topic: Topic, alarms: readonly Alarm[]): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(topic).account },
        ArnEquals: { 'aws:SourceArn': alarms.map(({ alarmArn }) => alarmArn) },
      },
    }),
  );
}
