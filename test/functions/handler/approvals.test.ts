import { afterEach, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { storedAs } from '../protected-portals.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const NAMES = Array.from({ length: 40 }, (_, index) => `portal-${index}`);
const FIRST = NAMES.slice(0, 10);
/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };
const TEXT = policyText(NAMES).replace(/^guard: .*\n/m, '');

let world: Deployment;
afterEach(() => world.close());

/** Forty portals, of which four may be weakened at once; the first ten keep more copies than the policy wants. */
async function start(env: Record<string, string> = {}): Promise<void> {
  world = await deploy(
    NAMES.map((name, index) => ({
      name,
      schedule: { ...storedAs(name), backupsStored: index < 10 ? 14 : 7 },
    })),
    { KEY_CACHE_SECONDS: '0', ...env },
    { sharedPort: true },
  );
}

const policy = () => world.report('fleet').policies[0];
const writes = () => world.fleet.requests.counts.write;
const approving = (digest = '') => `${TEXT}approve: "${digest}"\n`;
const held = () =>
  policy().portals.flatMap(({ portal, error }) => (error?.code === 'GUARDED' ? [portal] : []));
function strengthen(...names: string[]): void {
  for (const name of names) world.fleet.portal(name).setSchedule({ ...storedAs(name), backupsStored: 14 });
}
function setKeys(error: string | undefined, names: readonly string[]): void {
  for (const name of names) world.aws.secrets.setError(`docspace/portals/${name}`, error);
}

test('an approval lets the rest of its set go in later runs, and not what has joined it', async () => {
  await start();
  await world.upload(KEY, TEXT);
  const told = policy().guard;
  expect(told).toMatchObject({ approved: false, approval: 'none', used: [] });
  expect(Object.keys(told?.changes ?? {}).sort()).toEqual([...FIRST].sort());
  expect(Object.values(told?.changes ?? {})).toEqual(
    FIRST.map(() => expect.stringMatching(/^[0-9a-f]{16}$/)),
  );

  // Six of the ten can't be reached in the run that is approved.
  setKeys('ThrottlingException', FIRST.slice(4));
  await world.upload(KEY, approving(told?.digest));
  expect(writes()).toBe(4);
  setKeys(undefined, FIRST.slice(4));
  strengthen('portal-20');
  await world.tick();
  expect(writes()).toBe(10);
  expect(held()).toEqual(['portal-20']);
  expect(policy().guard).toMatchObject({ approved: false, used: [told?.digest] });
  expect(Object.keys(policy().guard?.changes ?? {})).toEqual(['portal-20']);
  expect(policy().guard?.digest).not.toBe(told?.digest);
});

test('an approval that was used lets no equal set through later, also after the policy was away', async () => {
  await start();
  await world.upload(KEY, TEXT);
  const digest = policy().guard?.digest;
  await world.upload(KEY, approving(digest));
  expect(policy().guard).toMatchObject({ approved: true, digest, used: [digest] });
  expect(writes()).toBe(10);
  await world.tick();
  expect(policy().guard).toBeUndefined();

  strengthen(...FIRST);
  await world.tick();
  expect(policy().guard).toMatchObject({ approved: false, approval: 'used', digest: `${digest}-2` });
  expect(policy().portals[0]?.error?.message).toContain('used up');
  await world.fn.invoke(world.remove(KEY));
  await world.upload(KEY, approving(digest));
  expect(policy().guard).toMatchObject({ approval: 'used', digest: `${digest}-2` });
  expect(writes()).toBe(10);
  await world.upload(KEY, approving(`${digest}-2`));
  expect(policy().guard).toMatchObject({ approved: true });
  expect(writes()).toBe(20);
});

test('what was approved at a terminal, and made there, is used up as well', async () => {
  await start();
  await world.upload(KEY, TEXT);
  const digest = policy().guard?.digest;
  for (const name of FIRST) world.fleet.portal(name).setSchedule(storedAs(name));
  world.aws.s3.put(BUCKET, 'reports/fleet/latest.json', '{}');
  await world.upload(KEY, approving(digest));
  strengthen(...FIRST);
  await world.tick();
  expect(policy().guard).toMatchObject({ approval: 'used', digest: `${digest}-2` });
  expect(writes()).toBe(0);
});

test('a run that died between its writes and its report has used its approval all the same', async () => {
  await start();
  await world.upload(KEY, TEXT);
  const digest = policy().guard?.digest;
  const puts = { service: 's3', operation: 'PutObject' } as const;
  world.aws.faults.add({ ...puts, until: Promise.resolve(), times: 2 }); // the lease, which is there
  const store = world.hold(puts);
  const event = world.put(KEY, approving(digest));
  const run = world.fn.invoke(event, SAME_RUN);
  await store.arrived;
  world.fn.kill();
  await run;
  store.letGo();
  expect(writes()).toBe(10);
  strengthen(...FIRST.slice(0, 5));
  await world.fn.invoke(event, SAME_RUN);
  expect(writes()).toBe(15);
  strengthen(...FIRST);
  await world.tick();
  expect(policy().guard).toMatchObject({ approval: 'used', digest: `${digest}-2` });
  expect(writes()).toBe(15);
});

test('with approvals in the bucket approve in a policy is warned of, and a used object counts no more', async () => {
  await start({ APPROVALS: 'bucket' });
  await world.upload(KEY, approving('0123456789abcdef'));
  expect(policy().warnings).toMatchObject([{ code: 'APPROVE_IGNORED', line: TEXT.split('\n').length }]);
  expect(policy().guard).toMatchObject({ approval: 'none' });
  const digest = policy().guard?.digest;
  expect(policy().portals[0]?.error?.message).toContain(`approvals/<policy>/${digest}`);
  world.aws.s3.put(BUCKET, 'approvals/fleet/fedcba9876543210', '');
  world.aws.s3.put(BUCKET, `approvals/fleet/below/${digest}`, '');
  await world.tick();
  expect(policy().guard).toMatchObject({ approval: 'foreign' });
  world.aws.s3.put(BUCKET, `approvals/fleet/${digest}`, '');
  await world.tick();
  expect(policy().guard).toMatchObject({ approved: true, used: [digest] });
  expect(writes()).toBe(10);
  strengthen(...FIRST);
  await world.tick();
  expect(policy().guard).toMatchObject({ approved: false, digest: `${digest}-2` });
  world.aws.s3.put(BUCKET, `approvals/fleet/${digest}-2`, '');
  await world.tick();
  expect(writes()).toBe(20);
});

test('a digest that an earlier release told, without its set, has to fit all that is planned', async () => {
  await start();
  await world.upload(KEY, TEXT);
  const report = world.report('fleet');
  const digest = policy().guard?.digest;
  const old = { ...report, policies: [{ ...policy(), guard: { exceeded: [], digest, approved: false } }] };
  strengthen('portal-20');
  world.aws.s3.put(BUCKET, 'reports/fleet/latest.json', JSON.stringify(old));
  await world.upload(KEY, approving(digest));
  expect(policy().guard).toMatchObject({ approved: false, approval: 'foreign' });
  expect(writes()).toBe(0);
  world.fleet.portal('portal-20').setSchedule(storedAs('portal-20'));
  world.aws.s3.put(BUCKET, 'reports/fleet/latest.json', JSON.stringify(old));
  await world.tick();
  expect(policy().guard).toMatchObject({ approved: true, used: [digest] });
  expect(writes()).toBe(10);
});
