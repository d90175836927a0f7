import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { PolicySyncProps } from '../../infra/policy-sync-props.ts';
import { projectRoot } from '../../infra/project-root.ts';
import { completeSettings } from '../../infra/settings.ts';
import { idOf, onlyProperties, refTo, synthesize } from './synthesize.ts';

const { template, stack } = synthesize();
const bucket = refTo(template, 'AWS::S3::Bucket');
const target = refTo(template, 'AWS::Lambda::Function');
const dashboard = refTo(template, 'AWS::CloudWatch::Dashboard');
const region = { Ref: 'AWS::Region' };

describe('the outputs', () => {
  const outputs = template.findOutputs('*');

  it.each([
    ['PolicyBucket', bucket],
    ['FunctionName', target],
    ['Queue', { Ref: idOf(template, 'AWS::SQS::Queue', 'Lost') }],
    ['TickQueue', { Ref: idOf(template, 'AWS::SQS::Queue', 'Ticks') }],
    ['RoleArn', { 'Fn::GetAtt': [idOf(template, 'AWS::IAM::Role', 'SyncRole'), 'Arn'] }],
    [
      'Dashboard',
      {
        'Fn::If': [
          'InAws',
          join(
            'https://',
            region,
            '.console.aws.amazon.com/cloudwatch/home?region=',
            region,
            '#dashboards/dashboard/',
            dashboard,
          ),
          dashboard,
        ],
      },
    ],
    [
      'Upload',
      join('aws s3 cp policies/first-look.yaml s3://', bucket, '/policies/first-look.yaml --region ', region),
    ],
    [
      'RunNow',
      join(
        `echo '{"source":"policy-sync.tick"}' | aws lambda invoke --function-name `,
        target,
        ' --invocation-type Event --payload fileb:///dev/stdin --region ',
        region,
        ' /dev/stdout',
      ),
    ],
  ])('tell %s', (name, value) => {
    expect(outputs[name]).toEqual({ Description: expect.any(String), Value: value });
  });

  it('are these and no others', () => {
    expect(Object.keys(outputs)).toHaveLength(9);
  });

  it('give the link of the dashboard only where there is that console', () => {
    expect(template.toJSON().Conditions.InAws).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] });
  });
});

describe('Upload', () => {
  it('names a file that is there, and that writes to no portal', () => {
    const text = JSON.stringify(template.findOutputs('Upload'));
    const [, path = ''] = /s3 cp (\S+) s3:/.exec(text) ?? [];
    expect(readFileSync(joinPath(projectRoot(), path), 'utf8')).toContain('\nmode: detect\n');
  });
});

describe('Settings', () => {
  const settingsOf = (settings: PolicySyncProps) =>
    JSON.parse(synthesize(settings).template.findOutputs('Settings').Settings?.Value);

  it('holds what a plan must know, by the names of the props', () => {
    expect(settingsOf({})).toEqual({
      secretsPrefix: 'docspace/portals/',
      teams: {},
      allowedHosts: ['*.onlyoffice.com'],
      allowedDestinations: ['Documents', 'DataStore'],
      allowedRanges: [],
      guard: {},
      approvals: 'policy',
      graceHours: 12,
      concurrency: 'auto',
      perAddress: 128,
      paused: false,
    });
  });

  it('is taken as settings again', () => {
    const given = { teams: { payroll: 'docspace/payroll/' }, allowedRanges: ['10.0.0.0/8'], paused: true };
    expect(completeSettings(settingsOf(given))).toMatchObject(given);
  });
});

describe('the stack', () => {
  it('is not to be deleted by a slip of the hand', () => {
    expect(stack.terminationProtection).toBe(true);
  });

  it('has the name that was asked for, and so have its metrics', () => {
    const own = synthesize({ stackName: 'PolicySyncEu' });
    expect([stack.stackName, own.stack.stackName]).toEqual(['PolicySync', 'PolicySyncEu']);
    expect(dimensionsOf(own.template)).toEqual(['PolicySyncEu']);
    expect(dimensionsOf(synthesize({ stackName: 'Other', deployment: 'acme' }).template)).toEqual(['acme']);
  });

  it('stands beside another in the account and region: no name of one is one of the other', () => {
    // No resource names itself (policy-sync.test.ts): what a template says of names is its metrics' dimension.
    const names = ['PolicySyncEu', 'PolicySyncUs'].map((stackName) => synthesize({ stackName }));
    const [eu = [], us = []] = names.map(({ template: each }) => dimensionsOf(each));
    expect(eu.filter((name) => us.includes(name))).toEqual([]);
    const told = names.map(
      ({ template: each }) => onlyProperties(each, 'AWS::Lambda::Function').Environment,
    ) as { Variables: { DEPLOYMENT: string } }[];
    expect(told.map(({ Variables }) => Variables.DEPLOYMENT)).toEqual(['PolicySyncEu', 'PolicySyncUs']);
  });
});

describe('RunNow', () => {
  it('sends what the clock sends', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: { Input: '{"source":"policy-sync.tick"}' },
    });
  });
});

function join(...parts: readonly unknown[]): unknown {
  return { 'Fn::Join': ['', parts] };
}

/** The values of the dimension Deployment in all alarms, each once. */
function dimensionsOf(each: Template): readonly string[] {
  const text = JSON.stringify(each.findResources('AWS::CloudWatch::Alarm'));
  return [
    ...new Set(
      [...text.matchAll(/"Name":"Deployment","Value":"([^"]*)"/g)].map(([, value]) => String(value)),
    ),
  ];
}
