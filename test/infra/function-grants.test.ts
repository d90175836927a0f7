import { Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { type CodeNeeds, functionGrants } from '../../infra/function-grants.ts';
import { scratchApp } from './synthesize.ts';

describe('what the code needs', () => {
  const nothing: CodeNeeds = { olderPolicies: false, secretList: false };

  it.each([
    ['nothing more', nothing, []],
    [
      'older versions of policies',
      { ...nothing, olderPolicies: true },
      [
        ['s3:GetObjectVersion', '<bucket>/policies/*'],
        ['s3:ListBucketVersions', '<bucket>'],
      ],
    ],
    ['the list of secrets', { ...nothing, secretList: true }, [['secretsmanager:ListSecrets', '*']]],
  ])('adds %s', (_, needs, more) => {
    const before = grantsFor(nothing).map(({ statement }) => statement.sid);
    const added = grantsFor(needs).filter(({ statement }) => !before.includes(statement.sid));
    expect(added.map(({ statement }) => [...statement.actions, ...statement.resources])).toEqual(more);
  });

  it('argues every wildcard in a resource', () => {
    const all = grantsFor({ olderPolicies: true, secretList: true });
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

function grantsFor(needs: CodeNeeds): ReturnType<typeof functionGrants> {
  const stack = new Stack(scratchApp());
  return functionGrants({
    bucket: Bucket.fromBucketAttributes(stack, 'Bucket', { bucketArn: '<bucket>', bucketName: 'policies' }),
    queue: new Queue(stack, 'Queue'),
    logGroup: new LogGroup(stack, 'Logs'),
    secretsPrefixes: ['docspace/portals/'],
    kmsKeys: [],
    inVpc: true,
    needs,
  });
}
