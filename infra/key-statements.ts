import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Settings } from './settings.ts';

/**
 * What the policies of customers' keys must say for AWS's services and for the function. The keys are not ours to change:
 * their owners add it, those for services before the first deployment. Each statement names its purpose.
 */
export function keyStatements(stack: Stack, settings: Settings, role: IRole): readonly PolicyStatement[] {
  const { bucketKmsKey, queueKmsKey, topicKmsKey, encryptionKey, kmsKeys, messages } = settings;
  const ofMessages = messages.topicArn === undefined ? undefined : topicKmsKey;
  const ofFunction = [bucketKmsKey, queueKmsKey, encryptionKey, ofMessages, ...kmsKeys].some(
    (key) => key !== undefined,
  );
  return [
    ...serviceStatements(stack, settings).map(({ statement }) => statement),
    ...(ofFunction ? [letFunctionUse(role)] : []),
  ];
}

/** What keys' policies must say for AWS's services alone, each with the ARN of its key. */
export function serviceStatements(
  stack: Stack,
  { queueKmsKey, topicKmsKey, logKmsKey, alarmEmail }: Settings,
): readonly { readonly key: string; readonly statement: PolicyStatement }[] {
  const topicKey = alarmEmail === undefined ? undefined : topicKmsKey;
  return [
    { key: queueKmsKey, statement: letEventsFillQueues() },
    { key: topicKey, statement: letAlarmsPublish(stack) },
    { key: logKmsKey, statement: letLogsBeKept(stack) },
  ].flatMap(({ key, statement }) => (key === undefined ? [] : [{ key, statement }]));
}

// --- internal ---

const BOTH = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Of the queues' key. EventBridge tells no source there: a condition on one would keep all lost uploads out. */
function letEventsFillQueues(): PolicyStatement {
  return allow('QueueKeyForEvents', new ServicePrincipal('events.amazonaws.com'), BOTH);
}

/** Of the topic's key. */
function letAlarmsPublish({ account }: Stack): PolicyStatement {
  const statement = allow('TopicKeyForAlarms', new ServicePrincipal('cloudwatch.amazonaws.com'), BOTH);
  statement.addCondition('StringEquals', { 'aws:SourceAccount': account });
  return statement;
}

/** Of the log group's key, for log groups of this account and region. */
function letLogsBeKept(stack: Stack): PolicyStatement {
  const groups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const actions = ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:DescribeKey', ...BOTH];
  const statement = allow(
    'LogKeyForLogs',
    new ServicePrincipal(`logs.${stack.region}.amazonaws.com`),
    actions,
  );
  statement.addCondition('ArnLike', { 'kms:EncryptionContext:aws:logs:arn': groups });
  return statement;
}

/** Of the keys of bucket, queues, secrets and the topic of messages, where their policies don't leave it to IAM. */
function letFunctionUse(role: IRole): PolicyStatement {
  return allow('KeysForTheFunction', role.grantPrincipal, BOTH);
}

function allow(
  sid: string,
  principal: PolicyStatement['principals'][number],
  actions: readonly string[],
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    principals: [principal],
    actions: [...actions],
    resources: ['*'],
  });
}
