import {
  CreateBucketCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { policyText } from '../functions/deployment.ts';
import { type BareWorld, DEPLOYMENT, type DeployedWorld, openDeployedWorld } from './deployed-world.ts';
import { describeFunction } from './describe-wires.ts';
import { REGION } from './ministack.ts';
import { stackHandle } from './stack-handle.ts';
import { openTold, type Told } from './told-queue.ts';
import { until } from './until.ts';

const BUCKET = 'acme-policies-that-exist';
const NAME = 'PolicySyncEu';
const PORTALS = ['acme', 'red-one', 'blue-one'];
const TEAMS = { red: 'docspace/red/', blue: 'docspace/blue/' };

/** Another deployment than the plain one, in all that can be had: its bucket, key, name, teams, mail and approvals. */
describe('a deployment with settings of its own', () => {
  let opened: DeployedWorld | undefined;
  let settings: Record<string, string>;
  let told: Told;
  const world = (): DeployedWorld => {
    if (!opened) throw new Error('nothing is deployed');
    return opened;
  };
  const stack = stackHandle(world);
  const writes = () => PORTALS.map((name) => world().fleet.portal(name).counts.write);

  beforeAll(async () => {
    opened = await openDeployedWorld(PORTALS, async (bare) => {
      const kmsKey = await makeKey(bare);
      await makeBucket(bare, kmsKey);
      told = await openTold(bare);
      settings = {
        ...DEPLOYMENT,
        tick: 'rate(3 days)',
        stackName: NAME,
        existingBucket: BUCKET,
        bucketKmsKey: kmsKey,
        teams: JSON.stringify(TEAMS),
        alarmEmail: 'platform@acme.com',
        approvals: 'bucket',
        runsAtOnce: '2',
        messages: JSON.stringify({ topicArn: told.topicArn, heartbeat: told.heartbeat }),
      };
      return bare.cdk.deploy({ ...settings, paused: 'true' });
    });
    const prefixes = ['docspace/portals/', TEAMS.red, TEAMS.blue];
    for (const [at, portal] of PORTALS.entries()) {
      const SecretString = JSON.stringify(opened.fleet.keys()[portal]);
      await opened.secrets.send(new CreateSecretCommand({ Name: `${prefixes[at]}${portal}`, SecretString }));
    }
    // What the owner of the bucket is asked to add.
    const statement = JSON.parse(String(opened.outputs.BucketPolicyStatement));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await opened.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
  });
  afterAll(async () => {
    told?.close();
    await opened?.close();
  });

  it('uses the bucket that was there, and tells the metrics by its own name', async () => {
    expect(world().outputs.PolicyBucket).toBe(BUCKET);
    const { Environment } = await describeFunction(world());
    expect(Environment.Variables).toMatchObject({ DEPLOYMENT: NAME, APPROVALS: 'bucket', PAUSED: 'true' });
    expect(Environment.Variables.TICK_QUEUE_URL).toBe(world().outputs.TickQueue);
  });

  it('takes two policies of a tick at once, one a run', async () => {
    const { body } = await world().call({
      service: 'lambda',
      method: 'GET',
      path: `/2015-03-31/event-source-mappings?FunctionName=${world().outputs.FunctionName}`,
    });
    expect((body as { EventSourceMappings: object[] }).EventSourceMappings).toMatchObject([
      { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
    ]);
  });

  it('writes nothing while it is paused', async () => {
    const version = await stack.put('policies/fleet.yaml', policyText(['acme']));
    expect(await stack.reportOf('fleet', version)).toMatchObject({ mode: 'plan' });
    expect(writes()).toEqual([0, 0, 0]);
  });

  it('writes when it is not, and nothing of it is replaced by that', async () => {
    const before = await describeFunction(world());
    const updated = await world().cdk.deploy(settings);
    expect(updated).toEqual({ ...world().outputs, Settings: expect.stringContaining('"paused":false') });
    expect((await describeFunction(world())).Role).toBe(before.Role);
    const version = await stack.put('policies/fleet.yaml', policyText(['acme'], 8));
    expect(await stack.reportOf('fleet', version)).toMatchObject({ mode: 'apply', ok: true });
    expect(writes()).toEqual([1, 0, 0]);
  });

  it('reaches the portals of a team by that team’s policies alone', async () => {
    const red = await stack.put('policies/red/fleet.yaml', policyText(['red-one', 'blue-one']));
    const [{ portals }] = (await stack.reportOf('red/fleet', red)).policies;
    expect(portals.map(({ portal, status, error }) => [portal, status, error?.code])).toEqual([
      ['red-one', 'done', undefined],
      ['blue-one', 'failed', 'KEY_NOT_FOUND'],
    ]);
    expect(writes()).toEqual([1, 1, 0]);
  });

  it('tells people of a portal that fails, by their own topic', async () => {
    const [mail] = await until('a message in the mailbox', async () => {
      const mails = await told.receive();
      return mails.length > 0 ? mails : undefined;
    });
    expect(mail?.Subject).toBe(`policy-sync ${NAME}: 1 failed`);
    expect(mail?.Message).toContain('red/fleet, KEY_NOT_FOUND: blue-one');
    expect(mail?.Message).toContain(`/s3/object/${BUCKET}?region=${REGION}&prefix=reports/fleet.html`);
  });

  it('tells a monitor when a whole tick has ended, and people nothing that they know', async () => {
    expect(told.beats()).toBe(0);
    await stack.start(TICK_EVENT);
    // While a policy has no report since the tick, what comes last waits for a minute.
    await until('a heartbeat', () => (told.beats() > 0 ? true : undefined), 200_000);
    expect(await told.receive()).toEqual([]);
  }, 240_000);

  it('encrypts its reports with the key of the bucket, and marks those that expire', async () => {
    const { s3 } = world();
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'reports/fleet/' }),
    );
    const dated = Contents.map(({ Key }) => String(Key)).filter((key) => /\/2\d{3}-/.test(key));
    expect(dated.length).toBeGreaterThan(0);
    for (const Key of dated) {
      const { ServerSideEncryption } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
      expect(ServerSideEncryption).toBe('aws:kms');
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key }));
      expect(TagSet).toEqual([{ Key: 'policy-sync', Value: 'dated' }]);
    }
    const latest = { Bucket: BUCKET, Key: 'reports/fleet/latest.json' };
    expect((await s3.send(new GetObjectTaggingCommand(latest))).TagSet).toEqual([]);
  });

  it('mails its alarms, by a topic that they may publish to', async () => {
    const { body } = await world().call({
      service: 'monitoring',
      target: 'GraniteServiceVersion20100801.DescribeAlarms',
      headers: { 'content-type': 'application/x-amz-json-1.0' },
    });
    const { MetricAlarms } = body as { MetricAlarms: { AlarmActions: string[]; OKActions: string[] }[] };
    expect(MetricAlarms.length).toBeGreaterThan(0);
    const topics = MetricAlarms.flatMap(({ AlarmActions, OKActions }) => [...AlarmActions, ...OKActions]);
    expect(new Set(topics).size).toBe(1);
    expect(topics).toHaveLength(2 * MetricAlarms.length);
  });
});

async function makeKey({ call }: BareWorld): Promise<string> {
  const { body } = await call({ service: 'kms', target: 'TrentService.CreateKey' });
  return (body as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
}

/** As its owner has it: with versions, encrypted, and telling EventBridge. */
async function makeBucket({ s3 }: BareWorld, kmsKey: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const encryption = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKey } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: BUCKET,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: encryption }] },
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: BUCKET,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
}
