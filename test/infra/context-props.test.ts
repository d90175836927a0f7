import { describe, expect, it } from 'vitest';
import { contextProps } from '../../infra/context-props.ts';
import { scratchApp } from './synthesize.ts';

describe('the context of the CDK', () => {
  it('gives the settings, and leaves the rest to whom it belongs', () => {
    const context = {
      memoryMb: '1024',
      '@aws-cdk/core:flag': true,
      'availability-zones:account': ['a'],
      owner: 'me',
    };
    expect(contextProps(scratchApp(context).node)).toEqual({ memoryMb: '1024' });
  });

  it.each([
    ['ticks', 'tick'],
    ['alowedHosts', 'allowedHosts'],
    ['allowed_hosts', 'allowedHosts'],
    ['memoryMB', 'memoryMb'],
    ['secretPrefix', 'secretsPrefix'],
    ['tean', undefined],
    ['vpx', 'vpc'],
    ['vp', undefined],
    ['ticking', undefined],
    ['existingBucketName', 'existingBucket'],
    ['alertEmail', 'alarmEmail'],
    ['alarmMail', 'alarmEmail'],
    ['vpcId', 'vpc'],
    ['subnetIds', 'vpc'],
    ['bucketName', 'existingBucket'],
    ['tickInterval', 'tick'],
    ['encryption_key_arn', 'encryptionKey'],
    ['alarmsTopic', 'alarms'],
    ['vpc-provider:account=1:filter.vpc-id=vpc-1', undefined],
    ['owner', undefined],
    ['costCenter', undefined],
  ])('with the key %s means %s', (key, meant) => {
    const read = () => contextProps(scratchApp({ [key]: 'x' }).node);
    if (meant === undefined) expect(read()).toEqual({});
    else expect(read).toThrow(`\n  ${key}: did you mean ${meant}?`);
  });
});
