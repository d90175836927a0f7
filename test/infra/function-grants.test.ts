import { Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { functionGrants } from '../../infra/function-grants.ts';
import { scratchApp } from './synthesize.ts';

describe('what the function may do', () => {
  it('argues every wildcard in a resource', () => {
    const all = grants();
    const open = all.filter(({ statement }) => JSON.stringify(statement.resources).includes('*'));
    expect(open.map(({ statement, wildcard }) => [statement.sid, wildcard === undefined])).toEqual([
      ['ReadPolicies', false],
      ['KeepReports', false],
      ['ReadOlderPolicies', false],
      ['ReadKeys', false],
      ['ReadKeysInBatches', false],
      ['ListKeys', false],
      ['JoinVpc', false],
    ]);
  });
});

function grants(): ReturnType<typeof functionGrants> {
  const stack = new Stack(scratchApp());
  return functionGrants({
    bucket: Bucket.fromBucketAttributes(stack, 'Bucket', { bucketArn: '<bucket>', bucketName: 'policies' }),
    queue: new Queue(stack, 'Queue'),
    logGroup: new LogGroup(stack, 'Logs'),
    secretsPrefixes: ['docspace/portals/'],
    kmsKeys: [],
    inVpc: true,
  });
}
