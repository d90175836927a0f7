import { Fn, Stack, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { PolicySync } from '../../infra/policy-sync.ts';
import { SettingsError } from '../../infra/settings.ts';
import {
  arnOf,
  idOf,
  onlyProperties,
  refTo,
  scratchApp,
  statementsOf,
  synthesize,
  synthesizeStack,
} from './synthesize.ts';

const plain = synthesize();
const { template } = plain;
const kmsKey = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:told';
const everything = synthesize({
  existingBucket: 'acme-policies',
  kmsKeys: [kmsKey],
  encryptionKey: kmsKey,
  approvals: 'bucket',
  alarmEmail: 'platform@acme.com',
  vpc: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] },
  teams: { payroll: 'docspace/payroll/' },
  messages: {
    topicArn,
    webhookSecret: 'acme/chat',
    webhookHosts: ['hooks.slack.com'],
    digest: 'Monday 08:00',
    heartbeat: 'https://monitor.acme.com/beat',
  },
});
const both = [
  ['as it is', plain],
  ['with every setting', everything],
] as const;
type Resource = { readonly Type: string; readonly Properties?: object };

const lostId = idOf(template, 'AWS::SQS::Queue', 'Lost');
const queueArn = { 'Fn::GetAtt': [lostId, 'Arn'] };
const functionArn = arnOf(template, 'AWS::Lambda::Function');

describe('the bucket', () => {
  const bucket = onlyProperties(template, 'AWS::S3::Bucket');

  it('keeps versions, is private and encrypted', () => {
    expect(bucket).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  it('tells EventBridge of every change', () => {
    expect(bucket).toMatchObject({
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  it('stays when the stack goes, and stays TLS only', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']) {
      template.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: refTo(template, 'AWS::S3::Bucket'),
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('lets dated and replaced reports expire, and never a version of a policy', () => {
    const { LifecycleConfiguration } = bucket as { LifecycleConfiguration: { Rules: object[] } };
    const expiring = LifecycleConfiguration.Rules.filter((rule) =>
      /Expiration|Transition/.test(JSON.stringify(rule)),
    );
    expect(expiring).toEqual([
      {
        Id: 'replaced-reports',
        Prefix: 'reports/',
        NoncurrentVersionExpiration: { NoncurrentDays: 400 },
        ExpiredObjectDeleteMarker: true,
        Status: 'Enabled',
      },
      {
        Id: 'dated-reports',
        Prefix: 'reports/',
        TagFilters: [{ Key: 'policy-sync', Value: 'dated' }],
        ExpirationInDays: 400,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        Status: 'Enabled',
      },
    ]);
    const short = JSON.stringify(
      synthesize({ reportRetentionDays: 30 }).template.findResources('AWS::S3::Bucket'),
    );
    expect(short).toContain('"ExpirationInDays":30');
    expect(short).toContain('"NoncurrentDays":30');
  });

  it('is not made where one exists, which is watched and read instead', () => {
    everything.template.resourceCountIs('AWS::S3::Bucket', 0);
    everything.template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { bucket: { name: ['acme-policies'] } } },
    });
    everything.template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POLICY_BUCKET: 'acme-policies' } },
    });
  });
});

describe('the queue of what is lost', () => {
  it('is encrypted and keeps messages for two weeks', () => {
    expect(template.findResources('AWS::SQS::Queue')[lostId]?.Properties).toEqual({
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
  });

  it('is open to TLS alone, and takes what EventBridge could not hand over, from this rule alone', () => {
    expect(queuePolicy('Lost')).toEqual({
      Queues: [{ Ref: lostId }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Resource: queueArn,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Sid: expect.any(String),
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Resource: queueArn,
            Condition: { ArnEquals: { 'aws:SourceArn': arnOf(template, 'AWS::Events::Rule') } },
          },
        ],
      },
    });
  });

  it('takes runs that failed to the end, with their error', () => {
    expect(onlyProperties(template, 'AWS::Lambda::EventInvokeConfig')).toEqual({
      FunctionName: refTo(template, 'AWS::Lambda::Function'),
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 3600,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
  });
});

describe('the queue of a tick', () => {
  const ticksId = idOf(template, 'AWS::SQS::Queue', 'Ticks');
  const ticksArn = { 'Fn::GetAtt': [ticksId, 'Arn'] };

  it('keeps a message for one tick, for three tries of the longest run, then as lost', () => {
    expect(template.findResources('AWS::SQS::Queue')[ticksId]?.Properties).toEqual({
      MessageRetentionPeriod: 6 * 3600,
      VisibilityTimeout: 1000,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: queueArn, maxReceiveCount: 3 },
    });
  });

  it('and the function take other limits, where they are wanted', () => {
    const { template: other } = synthesize({ timeoutSeconds: 120, visibilitySeconds: 130, mostReceives: 5 });
    other.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 130,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    other.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 120,
      // A lease runs out with the longest run.
      Environment: { Variables: Match.objectLike({ FUNCTION_TIMEOUT_SECONDS: '120' }) },
    });
  });

  it('is open to TLS alone', () => {
    expect(queuePolicy('Ticks')).toEqual({
      Queues: [{ Ref: ticksId }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Resource: ticksArn,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('starts the function once for each message, ten at a time or as many as are wanted', () => {
    expect(onlyProperties(template, 'AWS::Lambda::EventSourceMapping')).toEqual({
      EventSourceArn: ticksArn,
      FunctionName: refTo(template, 'AWS::Lambda::Function'),
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    synthesize({ runsAtOnce: 2 }).template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('is read as soon as there is a role that may', () => {
    template.hasResource('AWS::Lambda::EventSourceMapping', {
      DependsOn: [idOf(template, 'AWS::IAM::Role', 'SyncRole')],
    });
  });
});

describe('an upload', () => {
  it('starts the function, when it comes or goes below policies/ of this bucket', () => {
    expect(onlyProperties(template, 'AWS::Events::Rule')).toEqual({
      Description: expect.any(String),
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [refTo(template, 'AWS::S3::Bucket')] },
          object: { key: [{ prefix: 'policies/' }] },
        },
      },
      Targets: [
        {
          Id: expect.any(String),
          Arn: functionArn,
          DeadLetterConfig: { Arn: queueArn },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
        },
      ],
    });
  });

  it('may start it: this rule, and nobody else', () => {
    expect(onlyProperties(template, 'AWS::Lambda::Permission')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(template, 'AWS::Events::Rule'),
    });
  });
});

describe('the tick', () => {
  const schedule = onlyProperties(template, 'AWS::Scheduler::Schedule');

  it('starts the function every six hours', () => {
    expect(schedule).toEqual({
      Description: expect.any(String),
      ScheduleExpression: 'rate(6 hours)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: functionArn,
        RoleArn: { 'Fn::GetAtt': [expect.stringContaining('TickRole'), 'Arn'] },
        Input: '{"source":"policy-sync.tick"}',
        DeadLetterConfig: { Arn: queueArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
      },
    });
  });

  it('has a role of its own, which may start this function and fill this queue', () => {
    expect(statementsOf(template, 'Lets the schedule')).toEqual([
      { Sid: 'StartFunction', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
      { Sid: 'KeepLostTicks', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn },
    ]);
  });

  it('has a role that only schedules of this account can take', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: Match.stringLikeRegexp('^Lets the schedule'),
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                'aws:SourceArn': {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':scheduler:',
                      { Ref: 'AWS::Region' },
                      ':',
                      { Ref: 'AWS::AccountId' },
                      ':schedule-group/default',
                    ],
                  ],
                },
              },
            },
          },
        ],
      },
    });
  });
});

describe('the whole template', () => {
  it('has these resources and no others: no Lambda of the CDK, no custom resource', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values<Resource>(template.toJSON().Resources)) {
      counts[Type] = (counts[Type] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'AWS::CloudWatch::Alarm': 10,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::Events::Rule': 1,
      'AWS::IAM::Role': 2,
      'AWS::Lambda::EventInvokeConfig': 1,
      'AWS::Lambda::EventSourceMapping': 1,
      'AWS::Lambda::Function': 1,
      'AWS::Lambda::Permission': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::Logs::QueryDefinition': 4,
      'AWS::S3::Bucket': 1,
      'AWS::S3::BucketPolicy': 1,
      'AWS::SQS::Queue': 2,
      'AWS::SQS::QueuePolicy': 2,
      'AWS::Scheduler::Schedule': 1,
    });
  });

  it.each(both)('gives no resource a name of its own, %s', (_, each) => {
    const resources = Object.entries<Resource>(each.template.toJSON().Resources);
    const named = resources.filter(([, { Type, Properties = {} }]) => {
      const kind = Type.split('::').at(-1);
      // CloudFormation makes no name of its own for it, and two may have the same.
      if (kind === 'QueryDefinition') return false;
      return 'Name' in Properties || `${kind}Name` in Properties;
    });
    expect(named.map(([id]) => id)).toEqual([]);
  });

  it.each(both)('writes no partition, region or account into an ARN, %s', (_, each) => {
    const text = JSON.stringify(each.template.toJSON());
    expect(text.replaceAll(kmsKey, '').replaceAll(topicArn, '').replace('sns.eu-west-1.', '')).not.toMatch(
      /arn:aws|eu-west-1|\d{12}:/,
    );
  });

  it.each(both)('grants no action by wildcard, %s', (_, each) => {
    const actions = ['What policy-sync may do', 'Lets the schedule']
      .flatMap((role) => statementsOf(each.template, role))
      .flatMap(({ Action }) => Action);
    expect(actions).toContain('lambda:InvokeFunction');
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it.each(both)('attaches no policy that AWS manages, %s', (_, each) => {
    for (const role of Object.values(each.template.findResources('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });
});

describe("AWS's own checks", () => {
  it.each(both)('find nothing that is not argued, %s', (_, { app }) => {
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it.each(both)('are argued with only where they find something, %s', (_, { app, stack }) => {
    const checks = new AwsSolutionsChecks(app);
    Object.defineProperty(checks, 'isAcknowledged', { value: () => false });
    const found = checks.validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(found).toContain('AwsSolutions-IAM5[Resource::*]');
    const argued = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data))
      .map((id) => id.replace(/^annotation::/i, ''))
      .filter((id) => id.startsWith('AwsSolutions-'));
    expect(new Set(argued)).toEqual(new Set(found));
  });
});

describe('a synthesis', () => {
  it('warns loudly of keys over plain http', () => {
    const { warnings } = synthesize({ allowInsecureLoopback: true });
    expect(warnings).toEqual([expect.stringContaining('KEYS MAY GO OVER PLAIN HTTP')]);
  });

  it.each(both)('warns of nothing else, %s', (_, { warnings }) => {
    expect(warnings).toEqual([]);
  });
});

describe('in a stack of somebody else', () => {
  it('stands twice, takes names that only a deployment knows, and shows what it made', () => {
    const made: PolicySync[] = [];
    const { stack, template: theirs } = synthesizeStack((app) => {
      const other = new Stack(app, 'Theirs');
      const existing = new Bucket(other, 'Existing');
      const vpc = {
        vpcId: importId('vpc'),
        subnetIds: [importId('subnet')],
        securityGroupIds: [importId('sg')],
      };
      const kmsKeys = [importId('key')];
      made.push(new PolicySync(other, 'One', { existingBucket: existing.bucketName, vpc, kmsKeys }));
      made.push(new PolicySync(other, 'Two', { alarmEmail: 'platform@acme.com' }));
      return other;
    });
    const [one, two] = made;
    theirs.resourceCountIs('AWS::Lambda::Function', 2);
    theirs.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POLICY_BUCKET: stack.resolve(one?.bucket.bucketName) } },
      VpcConfig: {
        SubnetIds: [{ 'Fn::ImportValue': 'subnet' }],
        SecurityGroupIds: [{ 'Fn::ImportValue': 'sg' }],
      },
    });
    expect(stack.resolve(two?.queue.queueArn)).not.toEqual(stack.resolve(one?.queue.queueArn));
    expect(stack.resolve(two?.function.functionName)).toEqual({ Ref: expect.stringMatching(/^TwoFunction/) });
    expect([one?.topic, two?.topic === undefined]).toEqual([undefined, false]);
    expect(two?.alarms).toHaveLength(10);
    expect([one?.deployment, two?.deployment]).toEqual(['Theirs', 'Theirs-Two']);
    expect(stack.resolve(two?.dashboard.dashboardName)).toEqual({
      Ref: expect.stringMatching(/^TwoDashboard/),
    });
  });

  it('refuses to be two deployments by one name, or to name a stack that is not ours', () => {
    const stack = new Stack(scratchApp(), 'Theirs');
    new PolicySync(stack, 'One', { deployment: 'acme' });
    expect(() => new PolicySync(stack, 'Two', { deployment: 'acme' })).toThrow(SettingsError);
    expect(() => new PolicySync(stack, 'Three', { stackName: 'Ours' })).toThrow('has a name of its own');
  });

  it('refuses wrong settings there, too', () => {
    expect(() => new PolicySync(new Stack(scratchApp()), 'PolicySync', { memoryMb: 1 })).toThrow(
      SettingsError,
    );
  });
});

function importId(name: string): string {
  return Fn.importValue(name);
}

function queuePolicy(name: string): object {
  const id = idOf(template, 'AWS::SQS::QueuePolicy', name);
  return template.findResources('AWS::SQS::QueuePolicy')[id]?.Properties;
}
