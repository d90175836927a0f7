import { Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { functionGrants } from '../../infra/function-grants.ts';
import { completeSettings } from '../../infra/settings.ts';
import { scratchApp } from './synthesize.ts';

describe('what the function may do', () => {
  it('argues every wildcard in a resource', () => {
    const all = grants();
    const open = all.filter(({ statement }) => JSON.stringify(statement.resources).includes('*'));
    expect(open.map(({ statement, wildcard }) => [statement.sid, wildcard === undefined])).toEqual([
      ['ReadPolicies', false],
      ['KeepReports', false],
      ['ReadOlderPolicies', false],
      ['ReadApprovals', false],
      ['ReadKeys', false],
      ['ReadKeysInBatches', false],
      ['ListKeys', false],
      ['JoinVpc', false],
      ['OnlyLambdaJoinsVpc', false],
    ]);
  });
});

function grants(): ReturnType<typeof functionGrants> {
  const stack = new Stack(scratchApp());
  const vpc = { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] };
  return functionGrants(completeSettings({ approvals: 'bucket', vpc }), {
    bucket: Bucket.fromBucketAttributes(stack, 'Bucket', { bucketArn: '<bucket>', bucketName: 'policies' }),
    queue: new Queue(stack, 'Queue'),
    tickQueue: new Queue(stack, 'Ticks'),
    logGroup: new LogGroup(stack, 'Logs'),
  });
}
