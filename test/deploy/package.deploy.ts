import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP, NODE16, openForeignApp } from '../package/foreign-app.ts';
import type { StackOutputs } from './cdk-app.ts';
import { DEPLOYMENT, type DeployedWorld, openDeployedWorld, timed } from './deployed-world.ts';
import { stackHandle } from './stack-handle.ts';

const POLICY = `version: 1
portals:
  acme: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
`;

/** An app of somebody else's, made with the package alone, in the account that the stack of this project is in. */
describe('the package, deployed by an app of its own beside this stack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-foreign-'));
  let opened: DeployedWorld | undefined;
  let outputs: StackOutputs | undefined;
  const world = (): DeployedWorld => {
    if (!opened) throw new Error('nothing is deployed');
    return opened;
  };
  const foreignWorld = (): DeployedWorld => {
    if (!outputs) throw new Error('the foreign app is not deployed');
    return { ...world(), outputs };
  };
  const ours = stackHandle(world);
  const theirs = stackHandle(foreignWorld);

  beforeAll(async () => {
    const app = await openForeignApp(folder);
    app.linkCdk();
    app.write({ 'app.ts': APP, 'cdk.json': '{ "app": "node out/app.js" }\n' });
    await app.compile(NODE16);
    opened = await openDeployedWorld(['acme'], ({ cdk }) =>
      cdk.deploy({ ...DEPLOYMENT, tick: 'rate(3 days)' }),
    );
    const { cdk, figures, secrets, fleet } = opened;
    outputs = await timed(figures, 'deploy of the foreign app', () => cdk.deploy({}, app.root));
    const SecretString = JSON.stringify(fleet.keys().acme);
    await secrets.send(new CreateSecretCommand({ Name: 'foreign/portals/acme', SecretString }));
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a bucket, a function and a queue of its own', () => {
    for (const name of ['PolicyBucket', 'FunctionName', 'Queue'])
      expect(outputs?.[name]).not.toBe(world().outputs[name]);
  });

  it('makes a portal what its policy says, and reports to its bucket alone', async () => {
    const version = await theirs.put('policies/fleet.yaml', POLICY);
    expect(await theirs.reportOf('fleet', version)).toMatchObject({ mode: 'apply', ok: true });
    expect(world().fleet.portal('acme').schedule?.backupsStored).toBe(7);
    expect(await ours.report('fleet')).toBeUndefined();
  });

  it('keeps to the keys below its own prefix', async () => {
    const version = await ours.put('policies/fleet.yaml', POLICY);
    const [{ portals }] = (await ours.reportOf('fleet', version)).policies;
    expect(portals.map(({ error }) => error?.code)).toEqual(['KEY_NOT_FOUND']);
    expect(world().fleet.portal('acme').counts.write).toBe(1);
  });

  it('lost nothing', async () => {
    expect([await theirs.lost(), await ours.lost()]).toEqual([[], []]);
  });
});
