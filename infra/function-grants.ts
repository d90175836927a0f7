import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { allow, type Grant } from './grant.ts';
import { messageGrants } from './message-grants.ts';
import type { Settings } from './settings.ts';

/** What the function works with. */
export type GrantedWorld = {
  readonly bucket: IBucket;
  /** What is lost. */
  readonly queue: IQueue;
  /** A tick's policies. */
  readonly tickQueue: IQueue;
  readonly logGroup: ILogGroup;
};

/** All that the function may do, and nothing else: a statement a purpose. */
export function functionGrants(settings: Settings, world: GrantedWorld): readonly Grant[] {
  return [
    ...bucketGrants(settings, world),
    ...keyGrants(settings, world),
    ...kmsGrants(settings, world),
    ...queueGrants(world),
    ...messageGrants(settings, Stack.of(world.bucket)),
    ...lambdaGrants(settings, world),
  ];
}

// --- internal ---

const ANY_OBJECT = 'Objects come and go under this prefix; their names are not known at deployment.';

function bucketGrants({ approvals }: Settings, { bucket }: GrantedWorld): readonly Grant[] {
  const readApprovals: Grant = {
    statement: allow('ReadApprovals', ['s3:GetObject'], [bucket.arnForObjects('approvals/*')]),
    wildcard: ANY_OBJECT,
  };
  return [
    {
      statement: allow('ReadPolicies', ['s3:GetObject'], [bucket.arnForObjects('policies/*')]),
      wildcard: ANY_OBJECT,
    },
    {
      // The tag is what lets a dated report expire.
      statement: allow(
        'KeepReports',
        ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
        [bucket.arnForObjects('reports/*')],
      ),
      wildcard: ANY_OBJECT,
    },
    // Without it S3 answers 403 for an object that is not there, and a policy taken away would look like a failure.
    // No condition on the prefix either: that very question has no prefix.
    { statement: allow('ListPolicies', ['s3:ListBucket'], [bucket.bucketArn]) },
    // While the newest text of a policy is invalid, ticks go on with the last valid one.
    {
      statement: allow('ReadOlderPolicies', ['s3:GetObjectVersion'], [bucket.arnForObjects('policies/*')]),
      wildcard: ANY_OBJECT,
    },
    ...(approvals === 'bucket' ? [readApprovals] : []),
  ];
}

function keyGrants({ secretsPrefix, teams }: Settings, { bucket }: GrantedWorld): readonly Grant[] {
  const stack = Stack.of(bucket);
  const secrets = [secretsPrefix, ...Object.values(teams)].map((prefix) =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${prefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return [
    {
      statement: allow('ReadKeys', ['secretsmanager:GetSecretValue'], secrets),
      wildcard:
        'One secret a portal under this prefix, and a random end that AWS gives each; portals come and go.',
    },
    {
      statement: allow('ReadKeysInBatches', ['secretsmanager:BatchGetSecretValue'], ['*']),
      wildcard:
        'AWS takes no narrower resource for BatchGetSecretValue, and asks for GetSecretValue on each secret.',
    },
    {
      statement: allow('ListKeys', ['secretsmanager:ListSecrets'], ['*']),
      wildcard: 'AWS takes no narrower resource for ListSecrets; it tells names, not values.',
    },
  ];
}

/** Customers' keys, each for what one service does with it in the function's name, and never by the function alone. */
function kmsGrants(settings: Settings, { bucket }: GrantedWorld): readonly Grant[] {
  const { kmsKeys, encryptionKey, existingBucket, bucketKmsKey, queueKmsKey } = settings;
  const { region } = Stack.of(bucket);
  const by = (
    sid: string,
    actions: readonly string[],
    keys: readonly string[],
    ...services: string[]
  ): Grant => ({
    statement: allow(sid, actions, keys, {
      StringEquals: {
        'kms:ViaService': oneOrMany(services.map((service) => `${service}.${region}.amazonaws.com`)),
      },
    }),
  });
  const both = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const ofSecrets = [...new Set([...kmsKeys, ...(encryptionKey === undefined ? [] : [encryptionKey])])];
  // Before there was `bucketKmsKey`, the key of an existing bucket was given here, too.
  const ofBucket = existingBucket !== undefined && bucketKmsKey === undefined ? ['s3'] : [];
  return [
    ...(ofSecrets.length > 0
      ? [by('DecryptKeys', ['kms:Decrypt'], ofSecrets, 'secretsmanager', ...ofBucket)]
      : []),
    ...(bucketKmsKey === undefined ? [] : [by('UseBucketKey', both, [bucketKmsKey], 's3')]),
    ...(queueKmsKey === undefined ? [] : [by('UseQueueKey', both, [queueKmsKey], 'sqs')]),
  ];
}

/** One value is as good as a list of one, and reads better in a template. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [first, ...more] = values;
  return first !== undefined && more.length === 0 ? first : values;
}

/** A tick puts its policies there; Lambda takes them for it. */
function queueGrants({ tickQueue }: GrantedWorld): readonly Grant[] {
  return [
    { statement: allow('SendTicks', ['sqs:SendMessage'], [tickQueue.queueArn]) },
    {
      statement: allow(
        'TakeTicks',
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        [tickQueue.queueArn],
      ),
    },
  ];
}

/** What Lambda itself does in the function's name. */
function lambdaGrants({ vpc }: Settings, { bucket, queue, logGroup }: GrantedWorld): readonly Grant[] {
  const grants: Grant[] = [
    // A log group's ARN ends with `:*`: its streams, which Lambda names.
    {
      statement: allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    },
    { statement: allow('KeepLostEvents', ['sqs:SendMessage'], [queue.queueArn]) },
  ];
  if (vpc === undefined) return grants;
  const actions = [
    'CreateNetworkInterface',
    'DescribeNetworkInterfaces',
    'DescribeSubnets',
    'DeleteNetworkInterface',
  ];
  const addresses = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
  const all = [...actions, ...addresses].map((action) => `ec2:${action}`);
  const wildcard =
    'Lambda makes its network interfaces when it needs them, and accepts no narrower resource.';
  return [
    ...grants,
    { statement: allow('JoinVpc', all, ['*']), wildcard },
    { statement: onlyForLambda(Stack.of(bucket), all), wildcard },
  ];
}

/**
 * Lambda joins the VPC before any code runs, and then no function is the source of the call. A call by the code is known
 * by the function that it comes from; by any function's name, since ours needs this role to be made at all.
 */
function onlyForLambda(stack: Stack, actions: readonly string[]): PolicyStatement {
  const anyFunction = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const statement = allow('OnlyLambdaJoinsVpc', actions, ['*'], {
    ArnLike: { 'lambda:SourceFunctionArn': anyFunction },
  });
  statement.effect = Effect.DENY;
  return statement;
}
