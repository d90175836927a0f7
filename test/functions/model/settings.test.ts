import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../../../functions/model/guard.ts';
import { DEFAULT_LIMITS } from '../../../functions/model/limits.ts';
import { readSettings, SettingsError, secretsPrefixOf } from '../../../functions/model/settings.ts';
import { functionEnvironment } from '../../../infra/function-environment.ts';
import { completeSettings } from '../../../infra/settings.ts';

describe('the environment that a deployment makes', () => {
  test('is read as the settings that it was made of', () => {
    const settings = completeSettings({
      secretsPrefix: 'keys/',
      allowedHosts: ['*.acme.com', 'docs.acme.org'],
      allowedDestinations: ['Documents', 'ThirdPartyConsumer:s3:acme-*'],
      allowedRanges: ['10.1.0.0/16'],
      concurrency: 12,
      guard: { maxWeaken: 3 },
      graceHours: 6,
      paused: true,
      teams: { red: 'docspace/red/' },
      allowInsecureLoopback: true,
    });
    expect(readSettings(functionEnvironment(settings, 'my-bucket'))).toEqual({
      bucket: 'my-bucket',
      deployment: 'PolicySync',
      secretsPrefix: 'keys/',
      allowedHosts: ['*.acme.com', 'docs.acme.org'],
      allowedDestinations: ['Documents', 'ThirdPartyConsumer:s3:acme-*'],
      allowedRanges: ['10.1.0.0/16'],
      concurrency: 12,
      perAddress: 128,
      approvals: 'policy',
      tickQueueUrl: undefined,
      paused: true,
      teams: { red: 'docspace/red/' },
      insecureLoopback: true,
      privateCaFile: undefined,
      guard: { ...NOTHING_SAID, maxWeaken: { kind: 'count', value: 3 } },
      graceHours: 6,
      limits: DEFAULT_LIMITS,
      leaseMs: 960_000,
      keyCacheMs: 300_000,
    });
  });

  test('tells whose approvals count, the queue of a tick, and limits that adapt', () => {
    const settings = completeSettings({ approvals: 'bucket', concurrency: 'auto', perAddress: 9 });
    const environment = functionEnvironment(settings, 'my-bucket', { TICK_QUEUE_URL: 'https://sqs/ticks' });
    expect(readSettings(environment)).toMatchObject({
      approvals: 'bucket',
      concurrency: 'auto',
      perAddress: 9,
      tickQueueUrl: 'https://sqs/ticks',
    });
  });

  test('tells where and when people are told', () => {
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:told';
    const messages = { topicArn, webhookSecret: 'chat', webhookHosts: ['hooks.slack.com'], heartbeat: true };
    const settings = completeSettings({ messages: { ...messages, digest: 'Monday 08:00' } });
    expect(readSettings(functionEnvironment(settings, 'my-bucket')).messages).toEqual({
      ...messages,
      digest: { weekday: 1, minutes: 480 },
    });
    const address = 'https://monitor.acme.com/beat/4711';
    const beating = functionEnvironment(completeSettings({ messages: { heartbeat: address } }), 'my-bucket');
    expect(readSettings(beating).messages?.heartbeat).toBe(address);
  });

  test('says the same as no environment at all, by default', () => {
    const { POLICY_BUCKET, ...rest } = functionEnvironment(completeSettings({}), 'my-bucket');
    expect(readSettings({ POLICY_BUCKET, ...rest })).toEqual(readSettings({ POLICY_BUCKET }));
  });
});

test.each([
  [{ POLICY_BUCKET: '' }, 'POLICY_BUCKET is missing'],
  [{ ALLOWED_RANGES: '10.1.0.0' }, 'ALLOWED_RANGES must be ranges such as 10.1.0.0/16'],
  [
    { ALLOWED_RANGES: '10.1.0.0/16,127.0.0.0/8' },
    'ALLOWED_RANGES: 127.0.0.0/8 has loopback or link-local addresses in it, which cannot be allowed: give the ranges of your portals alone',
  ],
  [
    { ALLOWED_HOSTS: '*.com' },
    'ALLOWED_HOSTS: *.com stands for hosts of anybody: name at least two labels after *., such as *.acme.com',
  ],
  [{ CONCURRENCY: '0' }, 'CONCURRENCY must be a whole number from 1 up'],
  [{ APPROVALS: 'both' }, 'APPROVALS must be policy or bucket'],
  [{ PER_ADDRESS: '0' }, 'PER_ADDRESS must be a whole number from 1 up'],
  [{ CONCURRENCY: '1.5' }, 'CONCURRENCY must be a whole number from 1 up'],
  [{ KEY_CACHE_SECONDS: '-1' }, 'KEY_CACHE_SECONDS must be a whole number from 0 up'],
  [{ FUNCTION_TIMEOUT_SECONDS: 'x' }, 'FUNCTION_TIMEOUT_SECONDS must be a whole number from 1 up'],
  [{ PORTAL_TIMEOUT_SECONDS: '1' }, 'PORTAL_TIMEOUT_SECONDS must be a whole number from 2 up'],
  [{ PAUSED: 'yes' }, 'PAUSED must be true or false'],
  [{ ALLOW_INSECURE_LOOPBACK: '1' }, 'ALLOW_INSECURE_LOOPBACK must be true or false'],
  [{ TEAMS: '{' }, 'TEAMS must be a JSON object of team folders and secrets prefixes'],
  [
    { TEAMS: '{"red": "keys/groups/"}' },
    'TEAMS: red: keys/groups/ is reserved: keys/groups/ is where groups of keys lie',
  ],
  [
    { TEAMS: '{"red": "docspace/portals/groups/red/"}' },
    'TEAMS: red: docspace/portals/groups/red/ is reserved: docspace/portals/groups/ is where groups of keys lie',
  ],
  [
    { SECRETS_PREFIX: 'red/groups/own/', TEAMS: '{"red": "red/"}' },
    'SECRETS_PREFIX: red/groups/own/ is reserved: red/groups/ is where groups of keys lie',
  ],
  [{ TEAMS: '{"red": 1}' }, 'TEAMS must be a JSON object of team folders and secrets prefixes'],
])('%j is refused', (env, message) => {
  expect(() => readSettings({ POLICY_BUCKET: 'b', ...env })).toThrow(
    new SettingsError(`the settings are wrong: ${message}`),
  );
});

test('everything that is wrong is told at once', () => {
  expect(() => readSettings({ PAUSED: 'x', CONCURRENCY: 'x' })).toThrow(/POLICY_BUCKET.*CONCURRENCY.*PAUSED/);
});

test.each([
  ['fleet', 'own/'],
  ['red', 'own/'],
  ['red/fleet', 'red-keys/'],
  ['red/eu/fleet', 'red-keys/'],
  ['reds/fleet', 'own/'],
  ['x/red/fleet', 'own/'],
  ['/red/fleet', 'own/'],
  ['constructor/fleet', 'own/'],
  ['__proto__/fleet', 'own/'],
])('a policy %s reaches secrets under %s', (policy, prefix) => {
  const env = { POLICY_BUCKET: 'b', SECRETS_PREFIX: 'own/', TEAMS: '{"red": "red-keys/"}' };
  expect(secretsPrefixOf(policy, readSettings(env))).toBe(prefix);
});
