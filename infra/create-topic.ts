import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/**
 * What the alarms are told to, and mailed from: the topic that was given, else one of ours where there is an address; none
 * without either. Alarms name no portal, so AWS's own encryption is enough.
 */
export function createTopic(
  scope: Construct,
  settings: Pick<Settings, 'alarmEmail' | 'topicKmsKey'>,
  given?: ITopic,
): ITopic | undefined {
  const { alarmEmail } = settings;
  if (given === undefined && alarmEmail === undefined) return undefined;
  const topic = given ?? createOwn(scope, settings);
  if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}

/**
 * Lets these alarms publish to the topic, and nobody else: a topic with a policy of its own, such as that for TLS, has
 * lost the one that SNS gives to every new topic, and without this statement no alarm would ever be heard.
 */
export function letAlarmsPublish(topic: ITopic, alarms: readonly Alarm[]): void {
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

// --- internal ---

function createOwn(scope: Construct, { topicKmsKey }: Pick<Settings, 'topicKmsKey'>): Topic {
  return new Topic(scope, 'Alarms', {
    enforceSSL: true,
    ...(topicKmsKey !== undefined && { masterKey: Key.fromKeyArn(scope, 'TopicKey', topicKmsKey) }),
  });
}
