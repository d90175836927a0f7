import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Nobody but the function puts or deletes what lies below `reports/`: it is what later runs go by, and what people
 * believe. Whoever may change the bucket's policy can take this away again, and that shows.
 * The role is told by its name, as a text: when it is gone, nobody writes there until this statement is changed.
 */
export function reportsStatement(bucket: IBucket, role: IRole): PolicyStatement {
  return new PolicyStatement({
    sid: 'OnlyPolicySyncWritesReports',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...WRITES],
    resources: [bucket.arnForObjects('reports/*')],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': [role.roleArn, sessionsOf(role)] } },
  });
}

/**
 * Into the policy of a bucket of this stack; another one gets it from its owner. The policy of a bucket in another stack
 * can't name this stack's role, which names that bucket: the two would wait for each other.
 */
export function guardReports(bucket: IBucket, role: IRole): void {
  if (bucket instanceof Bucket && Stack.of(bucket) === Stack.of(role))
    bucket.addToResourcePolicy(reportsStatement(bucket, role));
}

// --- internal ---

/** AWS names the role there, whoever has taken it. The emulator that the stack is tested on names the session. */
function sessionsOf(role: IRole): string {
  return Stack.of(role).formatArn({
    service: 'sts',
    region: '',
    resource: 'assumed-role',
    resourceName: `${role.roleName}/*`,
  });
}

const WRITES = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersionTagging',
  's3:ReplicateObject',
  's3:ReplicateDelete',
] as const;
