import { GetBucketVersioningCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ScheduleSetup } from '../../local/docspace/portal-setup.ts';
import { DEPLOYMENT, type DeployedWorld, timed } from './deployed-world.ts';
import { FLEET } from './describe-uploads.ts';
import { describeTick } from './describe-wires.ts';
import type { StackHandle } from './stack-handle.ts';
import { until } from './until.ts';

const BY_HAND: ScheduleSetup = {
  storageType: 'DataStore',
  backupsStored: 1,
  cronParams: { period: 'EveryDay', hour: 22 },
};

/** What the clock does, and what becomes of it all when the stack is deployed anew. */
export function describeTicks(world: () => DeployedWorld, stack: StackHandle): void {
  const repaired = () =>
    until(
      'acme is as its policy says',
      () => (world().fleet.portal('acme').schedule?.backupsStored === 11 ? true : undefined),
      120_000,
    );

  describe('a tick', () => {
    it('of the Scheduler’s own making repairs what was changed by hand', async () => {
      world().fleet.portal('acme').setSchedule(BY_HAND);
      await timed(world().figures, 'wait for the Scheduler', repaired);
      await stack.quiet(FLEET);
      expect(await stack.report(FLEET)).toMatchObject({ ok: true, trigger: { kind: 'tick' } });
    });

    it('that is handed over as the Scheduler would repairs it, too', async () => {
      world().fleet.portal('acme').setSchedule(BY_HAND);
      const { Target } = await describeTick(world());
      await stack.start(JSON.parse(Target.Input));
      await repaired();
      await stack.quiet(FLEET);
    });
  });

  describe('a stack update', () => {
    it('keeps the bucket with all its versions, and everything connected', async () => {
      const { outputs, s3, cdk, figures } = world();
      const versions = async () => {
        const { Versions = [] } = await s3.send(
          new ListObjectVersionsCommand({ Bucket: outputs.PolicyBucket, Prefix: 'policies/' }),
        );
        return Versions.map(({ Key, VersionId }) => `${Key} ${VersionId}`);
      };
      const before = await versions();
      expect(before.length).toBeGreaterThan(0);
      // From now on the test alone says when there is a tick.
      const updated = await timed(figures, 'update', () =>
        cdk.deploy({ ...DEPLOYMENT, tick: 'rate(3 days)' }),
      );
      expect(updated).toEqual(outputs);
      expect((await describeTick(world())).ScheduleExpression).toBe('rate(3 days)');
      expect(await versions()).toEqual(before);
      const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket: outputs.PolicyBucket }));
      expect(versioning.Status).toBe('Enabled');
    });
  });
}
