import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { Duration, Fn } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { completeSettings, SETTING_NAMES, SettingsError } from '../../infra/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'policy-sync-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const certificate = String(rootCertificates[0]);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const files = {
  good: write('good.pem', `# our CA\n${certificate}\n${String(rootCertificates[1])}\n`),
  broken: write('broken.pem', certificate.replace(/[A-Za-z0-9]{30}/, '!')),
  empty: write('empty.pem', 'nothing here\n'),
  secret: write('secret.pem', `${certificate}\n${privateKey.export({ type: 'pkcs8', format: 'pem' })}`),
};
const vpc = {
  vpcId: 'vpc-01234567',
  subnetIds: ['subnet-0123456789abcdef0'],
  securityGroupIds: ['sg-01234567'],
};
const defaultThresholds = {
  failed: 0,
  failedPercent: 5,
  held: 0,
  planned: null,
  unprotected: 0,
  invalid: 0,
  newUngoverned: 0,
  oldestReportHours: 13,
};
const kmsKey = 'arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234abcd';

describe('settings', () => {
  it('have these names, as context and as props', () => {
    expect([...SETTING_NAMES].sort()).toEqual(
      'alarmEmail alarms allowInsecureLoopback allowedDestinations allowedHosts allowedRanges approvals bucketKmsKey concurrency deployment encryptionKey existingBucket graceHours guard kmsKeys logKmsKey logRetentionDays memoryMb messages mostReceives paused perAddress privateCa queueKmsKey reportRetentionDays runsAtOnce secretsPrefix stackName teams tick timeoutSeconds topicKmsKey visibilitySeconds vpc'.split(
        ' ',
      ),
    );
  });

  it('have defaults', () => {
    expect(completeSettings({})).toEqual({
      deployment: undefined,
      stackName: undefined,
      encryptionKey: undefined,
      bucketKmsKey: undefined,
      queueKmsKey: undefined,
      topicKmsKey: undefined,
      logKmsKey: undefined,
      perAddress: 128,
      runsAtOnce: 10,
      timeoutSeconds: 900,
      visibilitySeconds: 1000,
      mostReceives: 3,
      reportRetentionDays: 400,
      approvals: 'policy',
      alarms: defaultThresholds,
      messages: {},
      existingBucket: undefined,
      secretsPrefix: 'docspace/portals/',
      kmsKeys: [],
      allowedHosts: ['*.onlyoffice.com'],
      allowedDestinations: ['Documents', 'DataStore'],
      allowedRanges: [],
      guard: {},
      graceHours: 12,
      tick: Duration.hours(6),
      memoryMb: 512,
      concurrency: 'auto',
      logRetentionDays: 90,
      alarmEmail: undefined,
      vpc: undefined,
      privateCa: undefined,
      paused: false,
      teams: {},
      allowInsecureLoopback: false,
    });
  });

  it.each([
    ['existingBucket', 'acme-policies', 'acme-policies'],
    ['existingBucket', '', undefined],
    ['secretsPrefix', 'keys/eu/', 'keys/eu/'],
    ['kmsKeys', kmsKey, [kmsKey]],
    ['kmsKeys', [kmsKey], [kmsKey]],
    ['allowedHosts', '*.acme.com, DOCS.acme.org', ['*.acme.com', 'docs.acme.org']],
    ['allowedHosts', '["10.1.2.3"]', ['10.1.2.3']],
    ['allowedHosts', null, ['*.onlyoffice.com']],
    ['allowedDestinations', 'ThirdPartyConsumer:s3:acme-*', ['ThirdPartyConsumer:s3:acme-*']],
    ['allowedDestinations', ['Local', 'ThirdPartyDocuments'], ['Local', 'ThirdPartyDocuments']],
    ['allowedRanges', '10.20.0.0/16,fd00::/8', ['10.20.0.0/16', 'fd00::/8']],
    ['allowedRanges', [], []],
    ['guard', '{"maxWeaken": "10%"}', { maxWeaken: '10%' }],
    ['guard', { maxRemove: 0, maxChange: '100%' }, { maxRemove: 0, maxChange: '100%' }],
    ['guard', { maxRunAtOnce: '3' }, { maxRunAtOnce: '3' }],
    ['guard', {}, {}],
    ['guard', '', {}],
    ['graceHours', '24', 24],
    ['graceHours', 0, 0],
    ['graceHours', 720, 720],
    ['deployment', 'acme-eu', 'acme-eu'],
    ['stackName', 'PolicySyncEu', 'PolicySyncEu'],
    ['concurrency', 'auto', 'auto'],
    ['concurrency', 900, 900],
    ['perAddress', '16', 16],
    ['runsAtOnce', '2', 2],
    ['timeoutSeconds', '90', 90],
    ['visibilitySeconds', 900, 900],
    ['visibilitySeconds', '43200', 43_200],
    ['mostReceives', 1, 1],
    ['runsAtOnce', 1000, 1000],
    ['reportRetentionDays', '30', 30],
    ['approvals', 'bucket', 'bucket'],
    ['alarms', '{"failed": 10, "planned": 0}', { ...defaultThresholds, failed: 10, planned: 0 }],
    ['alarms', { held: null, failedPercent: 2.5 }, { ...defaultThresholds, held: null, failedPercent: 2.5 }],
    ['alarms', {}, defaultThresholds],
    ['messages', { digest: 'Monday 08:00', heartbeat: true }, { digest: 'Monday 08:00', heartbeat: true }],
    [
      'messages',
      { heartbeat: 'https://monitor.acme.com/beat/4711' },
      { heartbeat: 'https://monitor.acme.com/beat/4711' },
    ],
    [
      'messages',
      '{"webhookSecret": "docspace/hook", "webhookHosts": "Hooks.slack.com"}',
      { webhookSecret: 'docspace/hook', webhookHosts: ['hooks.slack.com'] },
    ],
    [
      'messages',
      { topicArn: 'arn:aws:sns:eu-west-1:123456789012:told' },
      { topicArn: 'arn:aws:sns:eu-west-1:123456789012:told' },
    ],
    ['bucketKmsKey', kmsKey, kmsKey],
    ['tick', 'rate(1 day)', Duration.days(1)],
    ['tick', 'rate(15 minutes)', Duration.minutes(15)],
    ['tick', Duration.minutes(90), Duration.minutes(90)],
    ['memoryMb', '1024', 1024],
    ['memoryMb', 10_240, 10_240],
    ['concurrency', '1', 1],
    ['logRetentionDays', '365', 365],
    ['alarmEmail', 'platform@acme.com', 'platform@acme.com'],
    ['vpc', JSON.stringify(vpc), vpc],
    [
      'vpc',
      { ...vpc, subnetIds: 'subnet-01234567,subnet-89abcdef' },
      { ...vpc, subnetIds: ['subnet-01234567', 'subnet-89abcdef'] },
    ],
    ['paused', 'true', true],
    ['paused', false, false],
    ['teams', '{"payroll": "docspace/payroll/"}', { payroll: 'docspace/payroll/' }],
    ['allowInsecureLoopback', true, true],
  ])('take %s as %j', (name, given, taken) => {
    expect(completeSettings({ [name]: given })).toHaveProperty(name, taken);
  });

  it('take the certificates of a private CA', () => {
    expect(completeSettings({ privateCa: files.good }).privateCa).toContain(certificate);
  });

  it('take one key for everything, and another where one is given', () => {
    const other = kmsKey.replace('mrk-', 'mrk-ff');
    expect(completeSettings({ encryptionKey: kmsKey, logKmsKey: other })).toMatchObject({
      bucketKmsKey: kmsKey,
      queueKmsKey: kmsKey,
      topicKmsKey: kmsKey,
      logKmsKey: other,
      kmsKeys: [],
    });
  });

  it('wait for two ticks and an hour before a report is old, unless something else is said', () => {
    const oldest = (settings: object) => completeSettings(settings).alarms.oldestReportHours;
    expect(oldest({ tick: 'rate(90 minutes)' })).toBe(4);
    expect(oldest({ tick: 'rate(3 days)', alarms: { failed: 1 } })).toBe(145);
    expect(oldest({ alarms: { oldestReportHours: 30 } })).toBe(30);
  });

  it('have no share of failures in a test environment, unless it is asked for', () => {
    const share = (settings: object) =>
      completeSettings({ allowInsecureLoopback: true, ...settings }).alarms.failedPercent;
    expect(share({})).toBeNull();
    expect(share({ alarms: { failedPercent: 5 } })).toBe(5);
  });

  it('take names that only a deployment knows', () => {
    const later = Fn.importValue('later');
    const ids = { vpcId: later, subnetIds: [later], securityGroupIds: [later] };
    const tokens = { existingBucket: later, kmsKeys: [later], alarmEmail: later, vpc: ids };
    expect(completeSettings(tokens)).toMatchObject(tokens);
  });

  it.each([
    ['existingBucket', 's3://acme-policies', 'give the name alone'],
    ['existingBucket', 7, 'is not a text'],
    ['secretsPrefix', 'docspace/portals', 'with a slash at the end'],
    ['secretsPrefix', 'docspace/*/', 'is no prefix of secrets'],
    ['secretsPrefix', '/', 'is no prefix of secrets'],
    ['kmsKeys', 'alias/acme', 'an alias can'],
    ['allowedHosts', 'https://acme.com', 'without https://, port or path'],
    ['allowedHosts', 'acme.com:8443', 'without https://, port or path'],
    ['allowedHosts', '*', 'is no host name'],
    ['allowedHosts', 'docs.*.com', 'is no host name'],
    ['allowedHosts', [], 'give at least one host'],
    ['allowedHosts', { host: 'acme.com' }, 'is not a list'],
    ['allowedHosts', '["acme.com"', 'is not JSON'],
    ['allowedDestinations', 'S3:acme', 'is no destination; give one of Documents'],
    ['allowedDestinations', 'ThirdPartyConsumer:', 'is no destination'],
    ['allowedDestinations', [], 'give at least one destination'],
    ['allowedRanges', '10.0.0.0', 'is no address range'],
    ['allowedRanges', '10.0.0.0/33', 'is no address range'],
    ['allowedRanges', '0.0.0.0/0', 'narrower than /0'],
    ['allowedRanges', 'fd00::/129', 'is no address range'],
    ['guard', '10%', 'is not JSON; give {"maxWeaken": "10%"}'],
    ['guard', ['10%'], 'is not an object; give {"maxWeaken": "10%"}'],
    ['guard', { maxWeakn: '10%' }, '"maxWeakn" is no guard; there are maxWeaken, maxRemove, maxChange'],
    ['guard', '{"__proto__": 1}', '"__proto__" is no guard'],
    ['guard', { maxWeaken: '10 %' }, 'maxWeaken must be a whole number, or a percent'],
    ['guard', { maxWeaken: '101%' }, 'maxWeaken must be'],
    ['guard', { maxRemove: -1 }, 'maxRemove must be'],
    ['guard', { maxRemove: 0.1 }, 'not 0.1'],
    ['guard', { maxChange: null }, 'not null'],
    ['guard', { maxChange: true }, 'not true'],
    ['guard', { maxWeaken: '10%', maxRunAtOnce: ['1'] }, 'maxRunAtOnce must be'],
    ['graceHours', 'a day', 'is no whole number of hours; give one from 0 to 720'],
    ['graceHours', -1, 'give one from 0 to 720'],
    ['graceHours', 721, 'give one from 0 to 720'],
    ['graceHours', 1.5, 'no whole number of hours'],
    ['tick', 'often', 'give one such as rate(6 hours)'],
    ['tick', 'cron(0 3 * * ? *)', 'is no rate'],
    ['tick', 'rate(4 days)', 'from 1 minute to 3 days'],
    ['tick', 'rate(0 minutes)', 'out of range'],
    ['tick', Duration.seconds(90), 'whole minutes'],
    ['memoryMb', 'lots', 'is no whole number of MB; give one from 128 to 10240'],
    ['memoryMb', 127, 'give one from 128'],
    ['memoryMb', 512.5, 'no whole number'],
    ['concurrency', 0, 'give one from 1 to 900'],
    ['concurrency', 901, 'give one from 1 to 900'],
    ['concurrency', 'much', 'give one from 1 to 900'],
    ['perAddress', 0, 'give one from 1 to 900'],
    ['runsAtOnce', 1, 'give one from 2 to 1000'],
    ['timeoutSeconds', 901, 'give one from 90 to 900'],
    ['timeoutSeconds', 60, 'give one from 90 to 900'],
    ['visibilitySeconds', 899, 'give one from 900 to 43200'],
    ['mostReceives', 0, 'give one from 1 to 1000'],
    ['runsAtOnce', 1001, 'give one from 2 to 1000'],
    ['reportRetentionDays', 0, 'give one from 1'],
    ['approvals', 'both', 'neither policy nor bucket'],
    ['deployment', 'acme eu', 'is no name of a deployment'],
    ['deployment', 'größe', 'is no name of a deployment'],
    ['stackName', 'policy_sync', 'is no name of a stack'],
    ['stackName', '1st', 'with a letter first'],
    ['encryptionKey', 'alias/acme', 'an alias can'],
    ['bucketKmsKey', [kmsKey], 'is not a text'],
    ['alarms', { fail: 1 }, '"fail" is no alarm; there are failed, failedPercent'],
    ['alarms', { failed: -1 }, 'a number from 0 up, or null'],
    ['alarms', { failed: '1' }, 'failed must be a number'],
    ['alarms', { failedPercent: 101 }, 'from 0 to 100'],
    ['alarms', 5, 'is not an object'],
    ['messages', { digest: 'Mondays at 8' }, 'weekday and time'],
    ['messages', { topicArn: 'told' }, 'is no ARN of a topic'],
    ['messages', { webhookSecret: 'hook' }, 'needs webhookHosts'],
    ['messages', { webhookSecret: 'hook', webhookHosts: ['*.com'] }, 'that anybody can have'],
    ['messages', { digest: 'Funday 08:00' }, 'weekday and time'],
    ['messages', { heartbeat: 'yes' }, 'give true or false'],
    ['messages', { heartbeat: 'http://monitor.acme.com/beat' }, 'give an https address'],
    ['messages', { heartbeat: 'https://me:secret@monitor.acme.com/beat' }, 'give an https address'],
    ['messages', { mail: 'me' }, 'it has no member mail'],
    ['allowedHosts', '*.com', 'takes in names that anybody can have'],
    ['allowedHosts', '*.co.uk', 'takes in names that anybody can have'],
    ['allowedRanges', '127.0.0.0/8', 'takes in loopback'],
    ['allowedRanges', '126.0.0.0/7', 'takes in loopback'],
    ['allowedRanges', '169.254.169.254/32', 'link-local or metadata'],
    ['allowedRanges', 'fe80::/64', 'link-local'],
    ['allowedRanges', '::/1', 'takes in loopback'],
    ['allowedRanges', '::ffff:127.0.0.1/128', 'takes in loopback'],
    ['allowedRanges', 'fd00:ec2::254/128', 'metadata'],
    ['logRetentionDays', 100, 'CloudWatch does not know 100 days; give one of 1, 3, 5'],
    ['alarmEmail', 'platform', 'is no e-mail address'],
    ['alarmEmail', 'a@acme.com,b@acme.com', 'give one address'],
    ['vpc', 'vpc-01234567', 'is not JSON; give {"vpcId"'],
    ['vpc', { ...vpc, vpcId: 'sg-01234567' }, 'give vpc-...'],
    ['vpc', { ...vpc, subnetIds: [] }, 'give at least one subnet'],
    ['vpc', { ...vpc, securityGroupIds: undefined }, 'is not a list'],
    ['vpc', { ...vpc, zones: ['a'] }, 'it has no member zones'],
    ['privateCa', join(folder, 'absent.pem'), 'cannot read'],
    ['privateCa', files.empty, 'holds no certificate'],
    ['privateCa', files.broken, 'holds a broken certificate'],
    ['privateCa', files.secret, 'holds a private key'],
    ['paused', 'yes', 'neither true nor false'],
    ['teams', ['payroll'], 'is not an object'],
    ['teams', { 'Pay roll': 'docspace/payroll/' }, 'is no team name'],
    ['teams', { payroll: 'docspace/portals/' }, 'has the prefix of policies of no team'],
    ['teams', { a: 'docspace/portals/groups/' }, 'where groups of keys lie'],
    ['teams', { a: 'x/groups/' }, 'where groups of keys lie'],
    ['teams', { a: 'x/', b: 'x/groups/y/' }, 'b: x/groups/y/ is reserved'],
    ['teams', { a: 'x/', b: 'x/' }, 'has the prefix of a'],
    ['teams', { a: 'x' }, 'with a slash at the end'],
    ['allowInsecureLoopback', 1, 'neither true nor false'],
    ['memory', 512, 'there is no such setting'],
  ])('refuse %s as %j', (name, given, message) => {
    expect(() => completeSettings({ [name]: given })).toThrow(SettingsError);
    expect(() => completeSettings({ [name]: given })).toThrow(`\n  ${name}: `);
    expect(() => completeSettings({ [name]: given })).toThrow(message);
  });

  it('tell all that is wrong at once', () => {
    const wrong = { memoryMb: 'lots', tick: 'often', paused: 'yes' };
    expect(() => completeSettings(wrong)).toThrow(
      /^3 settings are wrong .*\n {2}tick: .*\n {2}memoryMb: .*\n {2}paused: .*$/,
    );
  });

  it('never tell what is in a file that holds a private key', () => {
    const body = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).split('\n')[1];
    let told = '';
    try {
      completeSettings({ privateCa: files.secret });
    } catch (error) {
      told = String(error);
    }
    expect(told).toContain('secret.pem');
    expect(told).not.toContain(body);
  });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
