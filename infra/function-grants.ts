import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Something that the function may do, and why, where the resource has a `*` in it. */
export type Grant = { readonly statement: PolicyStatement; readonly wildcard?: string };

export type GrantInput = {
  readonly bucket: IBucket;
  readonly queue: IQueue;
  readonly logGroup: ILogGroup;
  /** Of the deployment and of all its teams. */
  readonly secretsPrefixes: readonly string[];
  readonly kmsKeys: readonly string[];
  readonly inVpc: boolean;
};

/** All that the function may do, and nothing else: a statement a purpose. */
export function functionGrants(input: GrantInput): readonly Grant[] {
  return [...bucketGrants(input), ...keyGrants(input), ...lambdaGrants(input)];
}

// --- internal ---

const ANY_OBJECT = 'Objects come and go under this prefix; their names are not known at deployment.';

function bucketGrants({ bucket }: GrantInput): readonly Grant[] {
  return [
    {
      statement: allow('ReadPolicies', ['s3:GetObject'], [bucket.arnForObjects('policies/*')]),
      wildcard: ANY_OBJECT,
    },
    {
      statement: allow('KeepReports', ['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('reports/*')]),
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
  ];
}

function keyGrants({ bucket, secretsPrefixes, kmsKeys }: GrantInput): readonly Grant[] {
  const stack = Stack.of(bucket);
  const secrets = secretsPrefixes.map((prefix) =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${prefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  const grants: Grant[] = [
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
  if (kmsKeys.length > 0) grants.push({ statement: allow('DecryptKeys', ['kms:Decrypt'], kmsKeys) });
  return grants;
}

/** What Lambda itself does in the function's name. */
function lambdaGrants({ queue, logGroup, inVpc }: GrantInput): readonly Grant[] {
  const grants: Grant[] = [
    // A log group's ARN ends with `:*`: its streams, which Lambda names.
    {
      statement: allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    },
    { statement: allow('KeepLostEvents', ['sqs:SendMessage'], [queue.queueArn]) },
  ];
  if (!inVpc) return grants;
  const actions = [
    'CreateNetworkInterface',
    'DescribeNetworkInterfaces',
    'DescribeSubnets',
    'DeleteNetworkInterface',
  ];
  const addresses = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
  return [
    ...grants,
    {
      statement: allow(
        'JoinVpc',
        [...actions, ...addresses].map((action) => `ec2:${action}`),
        ['*'],
      ),
      wildcard: 'Lambda makes its network interfaces when it needs them, and accepts no narrower resource.',
    },
  ];
}

function allow(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });
}
