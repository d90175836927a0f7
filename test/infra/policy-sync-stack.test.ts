import { describe, expect, it } from 'vitest';
import { onlyId, refTo, synthesize } from './synthesize.ts';

const { template } = synthesize();
const bucket = refTo(template, 'AWS::S3::Bucket');
const target = refTo(template, 'AWS::Lambda::Function');
const dashboard = refTo(template, 'AWS::CloudWatch::Dashboard');
const region = { Ref: 'AWS::Region' };

describe('the outputs', () => {
  const outputs = template.findOutputs('*');

  it.each([
    ['PolicyBucket', bucket],
    ['FunctionName', target],
    ['Queue', { Ref: onlyId(template, 'AWS::SQS::Queue') }],
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
    ['Upload', join('aws s3 cp policies/fleet.yaml s3://', bucket, '/policies/fleet.yaml --region ', region)],
    [
      'RunNow',
      join(
        'aws lambda invoke --function-name ',
        target,
        ' --invocation-type Event --cli-binary-format raw-in-base64-out --payload \'{"source":"policy-sync.tick"}\' --region ',
        region,
        ' /dev/stdout',
      ),
    ],
  ])('tell %s', (name, value) => {
    expect(outputs[name]).toEqual({ Description: expect.any(String), Value: value });
  });

  it('are these and no others', () => {
    expect(Object.keys(outputs)).toHaveLength(6);
  });

  it('give the link of the dashboard only where there is that console', () => {
    expect(template.toJSON().Conditions.InAws).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] });
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
