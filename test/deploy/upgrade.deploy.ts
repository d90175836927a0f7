import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyMessage } from '../../functions/model/tick-event.ts';
import type { ScheduleSetup } from '../../local/docspace/portal-setup.ts';
import { DEPLOYMENT, type DeployedWorld, openDeployedWorld } from './deployed-world.ts';
import { describeFunction } from './describe-wires.ts';
import { hasPreviousRelease, unpackPreviousRelease } from './previous-release.ts';
import { stackHandle } from './stack-handle.ts';

const PORTALS = ['acme', 'globex', 'initech', 'waiting'];
/** From now on the test alone says when there is a tick. */
const SETTINGS = {
  ...DEPLOYMENT,
  // The release before took the module as it was written.
  allowedDestinations: 'DataStore,ThirdPartyConsumer:S3:acme-*',
  tick: 'rate(3 days)',
};

/** As policies were written then: the first two into the portal's own storage, the third with the module of then. */
const FLEET = `version: 1
defaults:
  storageType: DataStore
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
portals:
  acme:
  globex: { backupsStored: 9 }
  initech: { storageType: ThirdPartyConsumer, storageParams: { module: S3, bucket: acme-backups } }
`;
/** What a portal shows that had its schedule from a release before. */
const OF_THEN: ScheduleSetup = {
  storageType: 'ThirdPartyConsumer',
  storageParams: [
    { key: 'module', value: 'S3' },
    { key: 'bucket', value: 'acme-backups' },
  ],
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3 },
};
const WAITING = `version: 1
portals:
  waiting: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
`;

/** Needs the history of the repository: in a shallow clone it can't be told. */
describe.skipIf(!hasPreviousRelease())('an upgrade from the release before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-before-'));
  let opened: DeployedWorld | undefined;
  const world = (): DeployedWorld => {
    if (!opened) throw new Error('nothing is deployed');
    return opened;
  };
  const stack = stackHandle(world);
  const writes = () => PORTALS.map((name) => world().fleet.portal(name).counts.write);
  let before: object;

  beforeAll(async () => {
    const release = await unpackPreviousRelease(folder);
    opened = await openDeployedWorld(PORTALS, ({ cdk }) => cdk.deploy(SETTINGS, release));
    for (const [portal, entry] of Object.entries(opened.fleet.keys())) {
      const secret = { Name: `docspace/portals/${portal}`, SecretString: JSON.stringify(entry) };
      await opened.secrets.send(new CreateSecretCommand(secret));
    }
    opened.fleet.portal('initech').setSchedule(OF_THEN);
    await stack.reportOf('fleet', await stack.put('policies/fleet.yaml', FLEET));
    await stack.quiet('fleet');
    await holdLease(opened, 'waiting');
    before = await physicalIds(opened);
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins with portals that the release before has written', async () => {
    expect(writes()).toEqual([1, 1, 0, 0]);
    expect(await stack.report('fleet')).toMatchObject({ ok: true });
  });

  it('replaces no bucket, queue, log group, function or role, and takes none away', async () => {
    const updated = await world().cdk.deploy(SETTINGS);
    const { PolicyBucket, FunctionName, Queue } = world().outputs;
    expect(updated).toMatchObject({ PolicyBucket, FunctionName, Queue });
    expect(await physicalIds(world())).toEqual(before);
  });

  it('reads the reports of before on, and writes to no portal but those with the module of then', async () => {
    const { answer, threw } = await stack.invoke(policyMessage('fleet', new Date()));
    expect([threw, answer]).toMatchObject([false, { ok: true }]);
    const report = await stack.report('fleet');
    expect(report).toMatchObject({ ok: true, trigger: { kind: 'tick' } });
    const [acme, globex, initech] = writes();
    expect([acme, globex]).toEqual([1, 1]);
    expect(initech).toBeLessThanOrEqual(1);
    // Who reads no report of before takes all portals for new ones of its own.
    expect(report?.policies[0].attempt).toBe(1);
    const drifted = report?.policies[0].portals.filter(({ drift }) => drift).map(({ portal }) => portal);
    expect(drifted?.filter((portal) => portal !== 'initech')).toEqual([]);
    await stack.invoke(policyMessage('fleet', new Date()));
    expect(writes()).toEqual([acme, globex, initech, 0]);
  });

  it('leaves alone a policy whose lease a run of before holds', async () => {
    const version = await stack.put('policies/waiting.yaml', WAITING);
    const answer = await stack.invoke(stack.uploaded('policies/waiting.yaml', version));
    expect(answer).toMatchObject({ threw: false });
    await stack.logged('that the lease is held', (lines) =>
      lines.find(
        ({ message, policy }) => message === 'another run is at this policy' && policy === 'waiting',
      ),
    );
    expect(writes()[3]).toBe(0);
  });
});

/** As a run of before has it that works right now. */
async function holdLease({ s3, outputs }: DeployedWorld, policy: string): Promise<void> {
  const until = new Date(Date.now() + 900_000).toISOString();
  const lease = { holder: 'a run of before', token: 'a run of before, 1', until };
  await s3.send(
    new PutObjectCommand({
      Bucket: outputs.PolicyBucket,
      Key: `reports/${policy}/lease.json`,
      Body: JSON.stringify(lease),
    }),
  );
}

/** What keeps state, or is known by its name elsewhere. */
async function physicalIds(world: DeployedWorld): Promise<object> {
  const { FunctionArn, Role, LoggingConfig } = await describeFunction(world);
  return { FunctionArn, Role, LoggingConfig };
}
