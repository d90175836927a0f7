import { afterEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { storedAs } from '../protected-portals.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const NAMES = Array.from({ length: 100 }, (_, index) => `portal-${index}`);

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
afterEach(() => world.close());

/** The first so many keep more copies than the policy wants. */
async function start(weak: number, env: Record<string, string> = {}): Promise<void> {
  world = await deploy(
    NAMES.map((name, index) => ({
      name,
      schedule: { ...storedAs(name), backupsStored: index < weak ? 14 : 7 },
    })),
    env,
    { sharedPort: true },
  );
}
const DEFAULTS = policyText(NAMES).replace(/^guard: .*\n/m, '');
const policy = () => world.report('fleet').policies[0];
const writes = () => world.fleet.requests.counts.write + world.fleet.requests.counts.delete;

describe('a guard of the function', () => {
  test('holds 20 weakened portals of 100, lets them go once approved, and none that has moved on since', async () => {
    await start(20);
    const first = await world.upload(KEY, DEFAULTS);
    expect(first.errorType).toBeUndefined();
    expect(first.result).toMatchObject({ ok: false, totals: { none: 80, skipped: 20 } });
    const { guard } = policy();
    expect(guard).toMatchObject({
      approved: false,
      exceeded: [{ guard: 'maxWeaken', count: 20, limit: 10 }],
    });
    expect(policy().portals[0]).toMatchObject({ status: 'skipped', error: { code: 'GUARDED' } });
    expect(world.log()).toContainEqual(
      expect.objectContaining({ message: 'run', guard: expect.objectContaining({ digest: guard?.digest }) }),
    );

    await world.tick();
    expect(policy().guard).toEqual(guard);
    world.fleet.portal('portal-3').setSchedule({ ...storedAs('portal-3'), backupsStored: 21 });
    await world.upload(KEY, `${DEFAULTS}approve: "${guard?.digest}"\n`);
    expect(policy().guard).toMatchObject({ approved: false });
    expect(policy()).toMatchObject({ totals: { update: 19, skipped: 1, none: 80 } });
    expect(policy().portals[3]).toMatchObject({ error: { code: 'GUARDED' } });
    expect(writes()).toBe(19);

    await world.upload(KEY, `${DEFAULTS}approve: "${policy().guard?.digest}"\n`);
    expect(policy()).toMatchObject({ totals: { update: 1, none: 99 } });
    expect(writes()).toBe(20);
    await world.tick();
    expect(policy()).toMatchObject({ totals: { none: 100 } });
    expect(policy().guard).toBeUndefined();
  });

  test('with approvals in the bucket goes by these alone: who writes policies can not let a change through', async () => {
    await start(20, { APPROVALS: 'bucket' });
    await world.upload(KEY, DEFAULTS);
    const digest = policy().guard?.digest;
    await world.upload(KEY, `${DEFAULTS}approve: "${digest}"\n`);
    expect(policy().guard).toMatchObject({ approved: false });
    world.aws.s3.put(BUCKET, `approvals/other/${digest}`, '');
    world.aws.s3.put(BUCKET, 'approvals/fleet/0123456789abcdef', '');
    await world.tick();
    expect(writes()).toBe(0);
    world.aws.s3.put(BUCKET, `approvals/fleet/${digest}`, '');
    await world.tick();
    expect(policy()).toMatchObject({ guard: { approved: true }, totals: { update: 20, none: 80 } });
    expect(writes()).toBe(20);
  });

  test('is the stricter of the policy’s and the deployment’s', async () => {
    await start(3, { GUARD: '{"maxWeaken":"2"}' });
    await world.upload(KEY, policyText(NAMES));
    expect(policy().guard).toMatchObject({ exceeded: [{ guard: 'maxWeaken', limit: 2, count: 3 }] });
    await world.upload(KEY, policyText(NAMES).replace('maxWeaken: 100%', 'maxWeaken: 1'));
    expect(policy().guard).toMatchObject({ exceeded: [{ guard: 'maxWeaken', limit: 1, count: 3 }] });
    expect(writes()).toBe(0);
  });

  test('holds a removal of many portals by a slip', async () => {
    await start(0);
    const text = DEFAULTS.replaceAll(/portal-(\d): /g, 'portal-$1: { state: absent }').replaceAll(
      /portal-(\d\d): /g,
      'portal-$1: { state: absent }',
    );
    await world.upload(KEY, text);
    expect(policy()).toMatchObject({
      guard: { exceeded: [{ guard: 'maxRemove', count: 100 }] },
      totals: { skipped: 100 },
    });
    expect(writes()).toBe(0);
  });

  test('holds what a tick would weaken, and leaves what strengthens alone', async () => {
    await start(0);
    await world.upload(KEY, DEFAULTS);
    for (const name of NAMES.slice(0, 20))
      world.fleet.portal(name).setSchedule({ ...storedAs(name), backupsStored: 30 });
    world.fleet.portal('portal-50').setSchedule(undefined);
    expect((await world.tick()).errorType).toBeUndefined();
    expect(policy()).toMatchObject({ totals: { skipped: 20, create: 1, none: 79 } });
    expect(policy().portals[0]).toMatchObject({ drift: { kind: 'edited' }, error: { code: 'GUARDED' } });
    expect(writes()).toBe(1);
  });

  test('counts over all tries of an upload: what was held, or made, by the one before is not forgotten', async () => {
    await start(20);
    for (const name of NAMES.slice(8, 20))
      world.aws.secrets.setError(`docspace/portals/${name}`, 'ThrottlingException');
    const event = world.put(KEY, DEFAULTS);
    expect(await world.fn.invoke(event, SAME_RUN)).toMatchObject({ errorType: 'PortalsLeftError' });
    expect(writes()).toBe(8);
    for (const name of NAMES.slice(8, 20)) world.aws.secrets.setError(`docspace/portals/${name}`, undefined);
    expect((await world.fn.invoke(event, SAME_RUN)).errorType).toBeUndefined();
    expect(policy()).toMatchObject({ attempt: 2, guard: { exceeded: [{ count: 20 }] } });
    expect(writes()).toBe(8);
  });
});
