import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  decide,
  type PolicyRequest,
  type RawStatement,
  REGION,
  spell,
} from './policy-evaluation.ts';
import { idOf, onlyId, onlyProperties, statementsOf, synthesize } from './synthesize.ts';

const kmsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const secretsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/5678abcd-12ab-34cd-56ef-1234567890ab`;
const vpc = { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] };
const { template } = synthesize({
  alarmEmail: 'platform@acme.com',
  encryptionKey: kmsKey,
  kmsKeys: [secretsKey],
  approvals: 'bucket',
  vpc,
});
const existing = synthesize({ existingBucket: 'acme-policies', bucketKmsKey: kmsKey }).template;

const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const roleId = idOf(template, 'AWS::IAM::Role', 'SyncRole');
const role = `<${roleId}.Arn>`;
const bucketArn = `<${onlyId(template, 'AWS::S3::Bucket')}.Arn>`;

/** Requests as rows: what they are about, what comes of them. */
type Row = readonly [string, PolicyRequest, 'allowed' | 'denied' | 'silent'];

describe('the topic of alarms', () => {
  const statements = policyOf('AWS::SNS::TopicPolicy');
  const topic = `<${onlyId(template, 'AWS::SNS::Topic')}>`;
  const publish = { principal: 'cloudwatch.amazonaws.com', action: 'sns:Publish', resource: topic };
  const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
  const from = (alarm: string) => ({
    ...TLS,
    'aws:SourceAccount': ACCOUNT,
    'aws:SourceArn': `<${alarm}.Arn>`,
  });

  it.each(alarms)('takes what %s has to say', (alarm) => {
    expect(decide(statements, { ...publish, context: from(alarm) })).toBe('allowed');
  });

  it.each<Row>([
    ['another alarm', { ...publish, context: from('Foreign') }, 'silent'],
    [
      'an alarm of another account',
      { ...publish, context: { ...from(String(alarms[0])), 'aws:SourceAccount': '999988887777' } },
      'silent',
    ],
    [
      'another service',
      { ...publish, principal: 'events.amazonaws.com', context: from(String(alarms[0])) },
      'silent',
    ],
    [
      'an alarm that wants to subscribe',
      { ...publish, action: 'sns:Subscribe', context: from(String(alarms[0])) },
      'silent',
    ],
    [
      'anything without TLS',
      { ...publish, context: { ...from(String(alarms[0])), 'aws:SecureTransport': 'false' } },
      'denied',
    ],
  ])('does not take %s', (_, request, decision) => {
    expect(decide(statements, request)).toBe(decision);
  });
});

describe('the reports in the bucket', () => {
  const statements = policyOf('AWS::S3::BucketPolicy');
  const report = `${bucketArn}/reports/eu/fleet/latest.json`;
  const as = (principal: string) => ({ ...TLS, 'aws:PrincipalArn': principal });
  const admin = `arn:aws:iam::${ACCOUNT}:role/Admin`;

  it.each(['s3:PutObject', 's3:PutObjectTagging', 's3:DeleteObject', 's3:DeleteObjectVersion'])(
    'are for nobody but the function to %s',
    (action) => {
      expect(decide(statements, { action, resource: report, context: as(admin) })).toBe('denied');
      expect(decide(statements, { action, resource: report, context: TLS })).toBe('denied');
      expect(decide(statements, { action, resource: report, context: as(role) })).toBe('silent');
    },
  );

  it.each<Row>([
    [
      'reports may be read by others',
      { action: 's3:GetObject', resource: report, context: as(admin) },
      'silent',
    ],
    [
      'policies may be written by others',
      { action: 's3:PutObject', resource: `${bucketArn}/policies/fleet.yaml`, context: as(admin) },
      'silent',
    ],
    [
      'approvals may be written by others',
      {
        action: 's3:PutObject',
        resource: `${bucketArn}/approvals/fleet/0123456789abcdef`,
        context: as(admin),
      },
      'silent',
    ],
    [
      'nothing goes without TLS',
      { action: 's3:GetObject', resource: report, context: { ...as(role), 'aws:SecureTransport': 'false' } },
      'denied',
    ],
  ])('%s', (_, request, decision) => {
    expect(decide(statements, request)).toBe(decision);
  });

  it('are guarded in an existing bucket by the statement that is an output', () => {
    const outputs = existing.findOutputs('BucketPolicyStatement');
    const statement: RawStatement = JSON.parse(spell(outputs.BucketPolicyStatement?.Value));
    const theirs = 'arn:aws:s3:::acme-policies/reports/fleet/latest.json';
    const ours = `<${idOf(existing, 'AWS::IAM::Role', 'SyncRole')}.Arn>`;
    const put = { action: 's3:PutObject', resource: theirs };
    expect(decide([statement], { ...put, context: as(admin) })).toBe('denied');
    expect(decide([statement], { ...put, context: as(ours) })).toBe('silent');
    expect(template.findOutputs('BucketPolicyStatement')).toEqual({});
  });
});

describe('the role of the function', () => {
  const statements = statementsOf(template, 'What policy-sync may do');
  const via = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
  const self = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:PolicySync-Function`;
  const ticks = `<${idOf(template, 'AWS::SQS::Queue', 'Ticks')}.Arn>`;
  const lost = `<${idOf(template, 'AWS::SQS::Queue', 'Lost')}.Arn>`;

  it.each<Row>([
    [
      'tag what it writes',
      { action: 's3:PutObjectTagging', resource: `${bucketArn}/reports/a.json` },
      'allowed',
    ],
    ['read approvals', { action: 's3:GetObject', resource: `${bucketArn}/approvals/fleet/01` }, 'allowed'],
    ['write approvals', { action: 's3:PutObject', resource: `${bucketArn}/approvals/fleet/01` }, 'silent'],
    ['write policies', { action: 's3:PutObject', resource: `${bucketArn}/policies/fleet.yaml` }, 'silent'],
    ['delete reports', { action: 's3:DeleteObject', resource: `${bucketArn}/reports/a.json` }, 'silent'],
    ['put policies into the queue of ticks', { action: 'sqs:SendMessage', resource: ticks }, 'allowed'],
    ['have them taken from there', { action: 'sqs:ReceiveMessage', resource: ticks }, 'allowed'],
    ['have them taken out of there', { action: 'sqs:DeleteMessage', resource: ticks }, 'allowed'],
    ['have the queue looked at', { action: 'sqs:GetQueueAttributes', resource: ticks }, 'allowed'],
    ['empty the queue', { action: 'sqs:PurgeQueue', resource: ticks }, 'silent'],
    ['take what is lost', { action: 'sqs:ReceiveMessage', resource: lost }, 'silent'],
    ['join the VPC, as Lambda', { action: 'ec2:CreateNetworkInterface', resource: '*' }, 'allowed'],
    [
      'make network interfaces by its own code',
      { action: 'ec2:CreateNetworkInterface', resource: '*', context: { 'lambda:SourceFunctionArn': self } },
      'denied',
    ],
    [
      'encrypt in the bucket',
      { action: 'kms:GenerateDataKey', resource: kmsKey, context: via('s3') },
      'allowed',
    ],
    ['decrypt in the bucket', { action: 'kms:Decrypt', resource: kmsKey, context: via('s3') }, 'allowed'],
    [
      'encrypt in the queues',
      { action: 'kms:GenerateDataKey', resource: kmsKey, context: via('sqs') },
      'allowed',
    ],
    ['decrypt in the queues', { action: 'kms:Decrypt', resource: kmsKey, context: via('sqs') }, 'allowed'],
    [
      'decrypt secrets',
      { action: 'kms:Decrypt', resource: secretsKey, context: via('secretsmanager') },
      'allowed',
    ],
    [
      'decrypt secrets with the one key for all',
      { action: 'kms:Decrypt', resource: kmsKey, context: via('secretsmanager') },
      'allowed',
    ],
    [
      'encrypt secrets',
      { action: 'kms:GenerateDataKey', resource: secretsKey, context: via('secretsmanager') },
      'silent',
    ],
    [
      'decrypt objects with the key of secrets',
      { action: 'kms:Decrypt', resource: secretsKey, context: via('s3') },
      'silent',
    ],
    ['decrypt by itself', { action: 'kms:Decrypt', resource: kmsKey }, 'silent'],
  ])('lets it %s: %#', (_, request, decision) => {
    expect(decide(statements, request)).toBe(decision);
  });

  it('may use the key of an existing bucket, by whichever setting it was given', () => {
    const older = synthesize({ existingBucket: 'acme-policies', kmsKeys: [kmsKey] }).template;
    const decrypt = { action: 'kms:Decrypt', resource: kmsKey, context: via('s3') };
    expect(decide(statementsOf(older, 'What policy-sync may do'), decrypt)).toBe('allowed');
    const newer = statementsOf(existing, 'What policy-sync may do');
    expect(decide(newer, decrypt)).toBe('allowed');
    expect(decide(newer, { ...decrypt, action: 'kms:GenerateDataKey' })).toBe('allowed');
  });

  it('reads no approvals where policies hold them', () => {
    const plain = statementsOf(synthesize().template, 'What policy-sync may do');
    expect(JSON.stringify(plain)).not.toContain('approvals/');
    expect(JSON.stringify(plain)).not.toContain('kms:');
  });
});

describe('the role of the clock', () => {
  it('may encrypt what it could not hand over, through the queue alone', () => {
    const statements = statementsOf(template, 'Lets the schedule');
    const encrypt = { action: 'kms:GenerateDataKey', resource: kmsKey };
    const context = { 'kms:ViaService': `sqs.${REGION}.amazonaws.com` };
    expect(decide(statements, { ...encrypt, context })).toBe('allowed');
    expect(decide(statements, encrypt)).toBe('silent');
  });
});

describe('the policies of the keys, as the output asks for them', () => {
  const statements: RawStatement[] = JSON.parse(spell(template.findOutputs('*').KeyPolicyStatements?.Value));
  const use = { action: 'kms:GenerateDataKey', resource: kmsKey };
  const logs = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:ours` };

  it.each<Row>([
    ['lost events into the queue', { ...use, principal: 'events.amazonaws.com' }, 'allowed'],
    [
      'alarms to the topic',
      { ...use, principal: 'cloudwatch.amazonaws.com', context: { 'aws:SourceAccount': ACCOUNT } },
      'allowed',
    ],
    [
      'alarms of another account',
      { ...use, principal: 'cloudwatch.amazonaws.com', context: { 'aws:SourceAccount': '999988887777' } },
      'silent',
    ],
    ['logs of this account', { ...use, principal: `logs.${REGION}.amazonaws.com`, context: logs }, 'allowed'],
    ['logs of nobody knows whom', { ...use, principal: `logs.${REGION}.amazonaws.com` }, 'silent'],
    ['the function', { ...use, principal: role }, 'allowed'],
    ['anybody', use, 'silent'],
  ])('for %s: %#', (_, request, decision) => {
    expect(decide(statements, request)).toBe(decision);
  });

  it('are not there where no key is', () => {
    expect(synthesize().template.findOutputs('KeyPolicyStatements')).toEqual({});
  });
});

describe('a key of one’s own', () => {
  it('encrypts bucket, queues, topic and logs', () => {
    expect(onlyProperties(template, 'AWS::S3::Bucket')).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKey },
          },
        ],
      },
    });
    const queues = Object.values(template.findResources('AWS::SQS::Queue'));
    expect(queues.map(({ Properties }) => Properties.KmsMasterKeyId)).toEqual([kmsKey, kmsKey]);
    expect(onlyProperties(template, 'AWS::SNS::Topic')).toMatchObject({ KmsMasterKeyId: kmsKey });
    expect(onlyProperties(template, 'AWS::Logs::LogGroup')).toMatchObject({ KmsKeyId: kmsKey });
  });
});

function policyOf(type: string): readonly RawStatement[] {
  const { PolicyDocument } = onlyProperties(template, type) as {
    PolicyDocument: { Statement: readonly RawStatement[] };
  };
  return PolicyDocument.Statement;
}
