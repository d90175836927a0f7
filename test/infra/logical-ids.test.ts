import { expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

const { template } = synthesize();

// A deployed stack knows its resources by these ids. Under another id a resource is a new one: a renamed bucket would
// be an empty one, and the old one, with all policies and reports, would stand beside it.
it.each([
  ['AWS::S3::Bucket', 'PolicySyncBucket7BEF6CA7'],
  ['AWS::S3::BucketPolicy', 'PolicySyncBucketPolicy44280ACB'],
  ['AWS::SQS::Queue', 'PolicySyncLost7FFA8247'],
  ['AWS::SQS::QueuePolicy', 'PolicySyncLostPolicy10430559'],
  ['AWS::IAM::Role', 'PolicySyncRole26A80768'],
  ['AWS::IAM::Role', 'PolicySyncTickRole2066173F'],
  ['AWS::Logs::LogGroup', 'PolicySyncLogs604F32E1'],
  ['AWS::Lambda::Function', 'PolicySyncFunctionD676B9B2'],
  ['AWS::Scheduler::Schedule', 'PolicySyncTick1AF61FDB'],
])('the %s of a deployed stack is still %s', (type, id) => {
  expect(Object.keys(template.findResources(type))).toContain(id);
});
