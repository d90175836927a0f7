import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import {
  arnOf,
  idOf,
  onlyProperties,
  refTo,
  type Statement,
  statementsOf,
  synthesize,
} from './synthesize.ts';

const { template, codeFiles } = synthesize();
const folder = mkdtempSync(join(tmpdir(), 'policy-sync-ca-'));
const privateCa = join(folder, 'ca.pem');
writeFileSync(privateCa, `${rootCertificates[0]}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

const { template: full, codeFiles: fullFiles } = synthesize({
  secretsPrefix: 'keys/eu/',
  kmsKeys: ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
  allowedHosts: ['*.acme.com', 'docs.acme.org'],
  allowedDestinations: ['ThirdPartyConsumer:s3:acme-backups-*'],
  allowedRanges: ['10.20.0.0/16'],
  guard: { maxWeaken: '5%', maxRemove: 0 },
  graceHours: 24,
  memoryMb: 1769,
  concurrency: 32,
  perAddress: 16,
  approvals: 'bucket',
  deployment: 'acme-eu',
  logRetentionDays: 365,
  vpc: {
    vpcId: 'vpc-01234567',
    subnetIds: ['subnet-01234567', 'subnet-89abcdef'],
    securityGroupIds: ['sg-01234567'],
  },
  privateCa,
  paused: true,
  teams: { payroll: 'docspace/payroll/' },
  allowInsecureLoopback: true,
});

describe('the function', () => {
  const { Code, Environment, ...rest } = onlyProperties(template, 'AWS::Lambda::Function');

  it('runs the bundle on Node.js 24, on arm64, for a quarter of an hour at most', () => {
    expect(rest).toEqual({
      Description: expect.any(String),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 900,
      MemorySize: 512,
      Role: { 'Fn::GetAtt': [expect.stringMatching(/^PolicySyncRole/), 'Arn'] },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: refTo(template, 'AWS::Logs::LogGroup') },
    });
    expect(codeFiles).toEqual(['index.mjs', 'parts']);
  });

  it('is told the defaults', () => {
    expect(Environment).toEqual({
      Variables: {
        POLICY_BUCKET: refTo(template, 'AWS::S3::Bucket'),
        SECRETS_PREFIX: 'docspace/portals/',
        ALLOWED_HOSTS: '*.onlyoffice.com',
        ALLOWED_DESTINATIONS: 'Documents,DataStore',
        ALLOWED_RANGES: '',
        CONCURRENCY: 'auto',
        PER_ADDRESS: '128',
        APPROVALS: 'policy',
        TICK_QUEUE_URL: { Ref: idOf(template, 'AWS::SQS::Queue', 'Ticks') },
        DEPLOYMENT: 'PolicySync',
        PAUSED: 'false',
        TEAMS: '{}',
        GUARD: '{}',
        GRACE_HOURS: '12',
        FUNCTION_TIMEOUT_SECONDS: '900',
        POWERTOOLS_SERVICE_NAME: 'policy-sync',
        POWERTOOLS_METRICS_NAMESPACE: 'PolicySync',
      },
    });
  });

  it('is told every setting', () => {
    expect(onlyProperties(full, 'AWS::Lambda::Function').Environment).toEqual({
      Variables: {
        POLICY_BUCKET: refTo(full, 'AWS::S3::Bucket'),
        SECRETS_PREFIX: 'keys/eu/',
        ALLOWED_HOSTS: '*.acme.com,docs.acme.org',
        ALLOWED_DESTINATIONS: 'ThirdPartyConsumer:s3:acme-backups-*',
        ALLOWED_RANGES: '10.20.0.0/16',
        CONCURRENCY: '32',
        PER_ADDRESS: '16',
        APPROVALS: 'bucket',
        TICK_QUEUE_URL: { Ref: idOf(full, 'AWS::SQS::Queue', 'Ticks') },
        DEPLOYMENT: 'acme-eu',
        PAUSED: 'true',
        TEAMS: '{"payroll":"docspace/payroll/"}',
        GUARD: '{"maxWeaken":"5%","maxRemove":0}',
        GRACE_HOURS: '24',
        ALLOW_INSECURE_LOOPBACK: 'true',
        PRIVATE_CA_FILE: 'private-ca.pem',
        FUNCTION_TIMEOUT_SECONDS: '900',
        POWERTOOLS_SERVICE_NAME: 'policy-sync',
        POWERTOOLS_METRICS_NAMESPACE: 'PolicySync',
      },
    });
    expect(fullFiles).toEqual(['index.mjs', 'parts', 'private-ca.pem']);
  });

  it('gets the memory and the VPC that were asked for, and no VPC without', () => {
    expect(onlyProperties(full, 'AWS::Lambda::Function')).toMatchObject({
      MemorySize: 1769,
      VpcConfig: {
        SubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
        SecurityGroupIds: ['sg-01234567'],
      },
    });
    expect(rest).not.toHaveProperty('VpcConfig');
    expect(Code).toHaveProperty('S3Key');
  });

  it('refuses settings that do not fit into its environment', () => {
    const allowedHosts = Array.from({ length: 200 }, (_, at) => `portal-${at}.docs.acme.com`);
    expect(() => synthesize({ allowedHosts })).toThrow(/^The settings take \d+ bytes .* allows 4096/);
  });
});

describe('its logs', () => {
  it('are kept as long as asked for, also without the stack', () => {
    expect(onlyProperties(template, 'AWS::Logs::LogGroup')).toEqual({ RetentionInDays: 90 });
    expect(onlyProperties(full, 'AWS::Logs::LogGroup')).toEqual({ RetentionInDays: 365 });
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
  });
});

describe('its role', () => {
  const bucket = arnOf(template, 'AWS::S3::Bucket');
  const queue = (name: string) => ({ 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', name), 'Arn'] });
  const always = [
    allow('ReadPolicies', 's3:GetObject', append(bucket, '/policies/*')),
    allow(
      'KeepReports',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      append(bucket, '/reports/*'),
    ),
    allow('ListPolicies', 's3:ListBucket', bucket),
    allow('ReadOlderPolicies', 's3:GetObjectVersion', append(bucket, '/policies/*')),
    allow('ReadKeys', 'secretsmanager:GetSecretValue', secret('docspace/portals/*')),
    allow('ReadKeysInBatches', 'secretsmanager:BatchGetSecretValue', '*'),
    allow('ListKeys', 'secretsmanager:ListSecrets', '*'),
    allow('SendTicks', 'sqs:SendMessage', queue('Ticks')),
    allow('TakeTicks', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], queue('Ticks')),
    allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(template, 'AWS::Logs::LogGroup')),
    allow('KeepLostEvents', 'sqs:SendMessage', queue('Lost')),
  ];

  it('may do this and nothing else', () => {
    expect(statementsOf(template, 'What policy-sync may do')).toEqual(always);
  });

  it('is for Lambda alone, and nothing else is attached to it', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'What policy-sync may do',
      AssumeRolePolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      },
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  it("may read each team's keys, use the KMS keys that were given, and join the VPC", () => {
    const statements = statementsOf(full, 'What policy-sync may do');
    expect(statements.find(({ Sid }) => Sid === 'ReadKeys')?.Resource).toEqual([
      secret('docspace/payroll/*'),
      secret('keys/eu/*'),
    ]);
    expect(statements.filter(({ Sid }) => !always.some((statement) => statement.Sid === Sid))).toEqual([
      allow('ReadApprovals', 's3:GetObject', append(arnOf(full, 'AWS::S3::Bucket'), '/approvals/*')),
      {
        ...allow(
          'DecryptKeys',
          'kms:Decrypt',
          'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        ),
        Condition: {
          StringEquals: {
            'kms:ViaService': append('secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com'),
          },
        },
      },
      allow(
        'JoinVpc',
        [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        '*',
      ),
      expect.objectContaining({ Sid: 'OnlyLambdaJoinsVpc', Effect: 'Deny' }),
    ]);
  });
});

function allow(Sid: string, Action: string | readonly string[], Resource: unknown): Statement {
  return { Sid, Effect: 'Allow', Action, Resource };
}

function append(...parts: readonly unknown[]): unknown {
  return { 'Fn::Join': ['', parts] };
}

function secret(name: string): unknown {
  const account = [{ Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  const parts = ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', ...account, `:secret:${name}`];
  return { 'Fn::Join': ['', parts] };
}
