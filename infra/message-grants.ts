import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { allow, type Grant } from './grant.ts';
import type { Settings } from './settings.ts';

/** What the function may do to tell people: nothing where nobody is told. */
export function messageGrants({ messages, topicKmsKey }: Settings, stack: Stack): readonly Grant[] {
  const { topicArn, webhookSecret } = messages;
  const grants: Grant[] = [];
  if (topicArn !== undefined) grants.push({ statement: allow('TellPeople', ['sns:Publish'], [topicArn]) });
  if (topicArn !== undefined && topicKmsKey !== undefined) {
    const region = stack.splitArn(topicArn, ArnFormat.COLON_RESOURCE_NAME).region ?? stack.region;
    const condition = { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } };
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    grants.push({ statement: allow('UseTopicKey', actions, [topicKmsKey], condition) });
  }
  if (webhookSecret !== undefined) {
    const secret = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // AWS ends a secret's ARN with a dash and six characters of its own.
      resourceName: `${webhookSecret}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    grants.push({ statement: allow('ReadWebhook', ['secretsmanager:GetSecretValue'], [secret]) });
  }
  return grants;
}
