import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { PolicySync } from '../../infra/policy-sync.ts';
import type { PolicySyncProps } from '../../infra/policy-sync-props.ts';
import { SettingsError } from '../../infra/settings.ts';
import { idOf, onlyProperties, scratchApp, statementsOf } from './synthesize.ts';

/** A stack of somebody else's, with a PolicySync that is given things of it. */
function inAStack(give: (stack: Stack) => PolicySyncProps) {
  const stack = new Stack(scratchApp(), 'Acme');
  const policySync = new PolicySync(stack, 'PolicySync', give(stack));
  return { stack, policySync, template: Template.fromStack(stack) };
}
const statement = (template: Template, sid: string) =>
  statementsOf(template, 'What policy-sync may do').find(({ Sid }) => Sid === sid);

describe('PolicySync with what an app has in hand', () => {
  it('uses its bucket and the key that the bucket tells, and keeps others from its reports', () => {
    const { template, policySync } = inAStack((stack) => ({
      existingBucket: new Bucket(stack, 'Policies', { versioned: true, encryption: BucketEncryption.KMS }),
    }));
    const bucket = idOf(template, 'AWS::S3::Bucket', 'Policies');
    expect(Object.keys(template.findResources('AWS::S3::Bucket'))).toEqual([bucket]);
    expect(policySync.bucket.node.path).toBe('Acme/Policies');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POLICY_BUCKET: { Ref: bucket } } },
    });
    expect(statement(template, 'UseBucketKey')?.Resource).toEqual({
      'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key', 'Policies'), 'Arn'],
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Sid: 'OnlyPolicySyncWritesReports' })]),
      },
    });
  });

  it('leaves the policy of a bucket in another stack alone, and gives the statement for it', () => {
    const app = scratchApp();
    const owner = new Stack(app, 'Owner');
    const existingBucket = new Bucket(owner, 'Policies');
    const stack = new Stack(app, 'Acme');
    const { reportsStatement } = new PolicySync(stack, 'PolicySync', { existingBucket });
    Template.fromStack(owner).resourceCountIs('AWS::S3::BucketPolicy', 0);
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
    expect(reportsStatement.toStatementJson()).toMatchObject({
      Effect: 'Deny',
      Sid: 'OnlyPolicySyncWritesReports',
    });
  });

  it('encrypts with its key, and lets AWS use it, each service for its own purpose', () => {
    const { template } = inAStack((stack) => ({
      encryptionKey: new Key(stack, 'Key'),
      kmsKeys: [new Key(stack, 'SecretsKey')],
      alarmEmail: 'platform@acme.com',
    }));
    const key = 'Key961B73FD';
    const arn = { 'Fn::GetAtt': [key, 'Arn'] };
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: arn });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: arn });
    const statements = template.findResources('AWS::KMS::Key')[key]?.Properties.KeyPolicy.Statement;
    expect(statements.map(({ Sid }: { Sid?: string }) => Sid).filter(Boolean)).toEqual([
      'QueueKeyForEvents',
      'TopicKeyForAlarms',
      'LogKeyForLogs',
    ]);
    const secretsKey = { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key', 'SecretsKey'), 'Arn'] };
    expect(statement(template, 'DecryptKeys')?.Resource).toEqual([secretsKey, arn]);
  });

  it('joins its VPC, in its own security group or in those that are given', () => {
    const { template, policySync } = inAStack((stack) => ({ vpc: new Vpc(stack, 'Vpc') }));
    const own = idOf(template, 'AWS::EC2::SecurityGroup', 'PolicySync');
    const inPrivate = template.findResources('AWS::EC2::Subnet', {
      Properties: { MapPublicIpOnLaunch: false },
    });
    expect(onlyProperties(template, 'AWS::Lambda::Function').VpcConfig).toEqual({
      SecurityGroupIds: [{ 'Fn::GetAtt': [own, 'GroupId'] }],
      SubnetIds: Object.keys(inPrivate).map((Ref) => ({ Ref })),
    });
    expect(statement(template, 'JoinVpc')).toBeDefined();
    policySync.function.connections.allowToAnyIpv4(Port.tcp(443));

    const given = inAStack((stack) => {
      const vpc = new Vpc(stack, 'Vpc');
      const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })];
      return {
        vpc: { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, securityGroups },
        allowedRanges: ['10.0.0.0/16'],
      };
    });
    const group = idOf(given.template, 'AWS::EC2::SecurityGroup', 'Group');
    expect(onlyProperties(given.template, 'AWS::Lambda::Function').VpcConfig).toMatchObject({
      SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }],
    });
  });

  it('tells its alarms to a topic that is given, whose policy it leaves alone, and mails them from it', () => {
    const { template, policySync } = inAStack((stack) => ({
      alarmTopic: new Topic(stack, 'OnCall'),
      alarmEmail: 'platform@acme.com',
    }));
    const topic = { Ref: idOf(template, 'AWS::SNS::Topic', 'OnCall') };
    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.resourceCountIs('AWS::SNS::TopicPolicy', 0);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topic], OKActions: [topic] });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: topic,
      Endpoint: 'platform@acme.com',
    });
    expect(policySync.topic?.node.path).toBe('Acme/OnCall');
  });

  it('takes times as Durations, and numbers and texts that only the deployment knows', () => {
    const { template } = inAStack((stack) => {
      const number = (id: string) =>
        new CfnParameter(stack, id, { type: 'Number', default: 900 }).valueAsNumber;
      return {
        graceHours: number('Grace'),
        concurrency: number('Concurrency'),
        memoryMb: number('Memory'),
        runsAtOnce: number('Runs'),
        alarms: { failed: number('Failed') },
        logRetentionDays: Duration.days(30),
        reportRetentionDays: Duration.hours(48),
        tick: Duration.hours(1),
        timeoutSeconds: Duration.minutes(10),
        visibilitySeconds: Duration.minutes(12),
        secretsPrefix: new CfnParameter(stack, 'Prefix').valueAsString,
      };
    });
    expect(onlyProperties(template, 'AWS::Lambda::Function')).toMatchObject({
      MemorySize: { Ref: 'Memory' },
      Timeout: 600,
      Environment: {
        Variables: {
          GRACE_HOURS: { Ref: 'Grace' },
          CONCURRENCY: { Ref: 'Concurrency' },
          SECRETS_PREFIX: { Ref: 'Prefix' },
        },
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: { Ref: 'Runs' } },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: { Ref: 'Failed' } });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 2 })]) },
    });
  });

  it('gives its metrics, as its own alarms read them', () => {
    const { policySync, stack } = inAStack(() => ({ deployment: 'acme-eu' }));
    const metric = policySync.metric('HeldPortals', { period: Duration.minutes(15), statistic: 'Maximum' });
    expect(stack.resolve(metric.toMetricConfig().metricStat)).toMatchObject({
      namespace: 'PolicySync',
      metricName: 'HeldPortals',
      dimensions: [
        { name: 'Deployment', value: 'acme-eu' },
        { name: 'service', value: 'policy-sync' },
      ],
      statistic: 'Maximum',
    });
    expect(policySync.dashboard.dashboardName).toBeDefined();
    expect(policySync.topic).toBeUndefined();
  });

  it.each<[string, (stack: Stack) => unknown, string]>([
    [
      'a topic for a bucket',
      (stack) => ({ existingBucket: new Topic(stack, 'Topic') }),
      'the construct Acme/Topic is not a text',
    ],
    [
      'a bucket for a key',
      (stack) => ({ encryptionKey: new Bucket(stack, 'B') }),
      'the construct Acme/B is not a text',
    ],
    [
      'ids beside a VPC',
      (stack) => ({ vpc: { vpc: new Vpc(stack, 'Vpc'), subnetIds: [] } }),
      'has no member subnetIds',
    ],
    [
      'a time that only the deployment knows, where others are counted from it',
      (stack) => ({ timeoutSeconds: new CfnParameter(stack, 'Time', { type: 'Number' }).valueAsNumber }),
      'must be known when the stack is made',
    ],
    ['half hours', () => ({ graceHours: Duration.minutes(90) }), '1.5 is no whole number of hours'],
    [
      'days that CloudWatch does not know',
      () => ({ logRetentionDays: Duration.days(31) }),
      'does not know 31 days',
    ],
  ])('refuses %s', (_, give, message) => {
    const build = () => inAStack((stack) => give(stack) as PolicySyncProps);
    expect(build).toThrow(SettingsError);
    expect(build).toThrow(message);
  });
});
