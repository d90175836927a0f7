import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

let world: Deployment;
beforeAll(async () => {
  world = await deploy([{ name: 'acme' }, { name: 'globex' }]);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const KEY = 'policies/fleet.yaml';
const written = () => world.fleet.portal('acme').schedule?.backupsStored;

describe('the order of uploads does not matter', () => {
  test.each([
    ['as they came', (one: unknown, two: unknown) => [one, two]],
    ['the other way round', (one: unknown, two: unknown) => [two, one]],
    ['the older one twice, at the end', (one: unknown, two: unknown) => [two, one, one]],
  ])('two within a second, told %s, end with the newer text, written once', async (_name, order) => {
    const one = world.put(KEY, policyText(['acme'], 5));
    const two = world.put(KEY, policyText(['acme'], 6));
    for (const event of order(one, two)) {
      expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true });
    }
    expect(written()).toBe(6);
    expect(world.fleet.requests.counts.write).toBe(1);
  });

  test('two events at the same time end with the newer text, written once', async () => {
    const one = world.put(KEY, policyText(['acme'], 5));
    const two = world.put(KEY, policyText(['acme'], 6));
    const runs = await Promise.all([world.fn.invoke(one), world.fn.invoke(two)]);
    for (const { result } of runs) expect(result).toMatchObject({ ok: true });
    expect(written()).toBe(6);
    expect(world.fleet.requests.counts.write).toBe(1);
  });

  test.each([
    ['as they came', false],
    ['the other way round', true],
  ])('a deletion and an upload, told %s, end with the uploaded text', async (_name, reversed) => {
    await world.upload(KEY, policyText(['acme'], 5));
    const events = [world.remove(KEY), world.put(KEY, policyText(['acme'], 6))];
    for (const event of reversed ? events.reverse() : events) await world.fn.invoke(event);
    expect(written()).toBe(6);
    expect(world.report('fleet')).toMatchObject({ ok: true });
    expect(world.report('fleet').policies[0]).not.toHaveProperty('gone');
  });

  test('an event that Lambda sends again after everything was done asks no portal, and stores no report', async () => {
    const event = world.put(KEY, policyText(['acme', 'globex'], 5));
    const [first, again] = await world.retries(event);
    expect(first?.result).toMatchObject({ ok: true, totals: { create: 2 }, policies: 1 });
    expect(again?.result).toMatchObject({ ok: true, totals: { portals: 0 }, policies: 0 });
    expect(world.fleet.requests.counts.all).toBe(8);
    expect(world.aws.s3.keys(BUCKET, 'reports/fleet/2')).toHaveLength(1);
  });

  test('an event that is delivered twice looks at every portal, and tells no work of the first as its own', async () => {
    const event = world.put(KEY, policyText(['acme', 'globex'], 5));
    await world.fn.invoke(event);
    world.fleet.portal('globex').setSchedule(undefined);
    world.fleet.requests.clear();
    expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, totals: { none: 1, create: 1 } });
    // Nobody has asked for it anew: as at a tick, it is asked first whether the server deleted it for want of a quota.
    expect(world.fleet.requests.counts).toMatchObject({ all: 9, write: 1 });
    expect(world.report('fleet').policies[0].totals).toMatchObject({ none: 1, create: 1 });
  });

  test('the same text that comes again while it is applied is the version that the last report names', async () => {
    const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/fleet/latest.json' });
    const run = world.upload(KEY, policyText(['acme'], 5));
    await held.arrived;
    world.put(KEY, policyText(['acme'], 5));
    held.letGo();
    expect((await run).result).toMatchObject({ ok: true });
    expect(world.report('fleet').policies[0].version).toBe(world.changes.at(-1)?.versionId);
    expect(world.fleet.portal('acme').counts.write).toBe(1);
  });

  test('the same text uploaded again costs a read a portal, and no write', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    world.fleet.requests.clear();
    const { result } = await world.upload(KEY, policyText(['acme', 'globex'], 5));
    expect(result).toMatchObject({ ok: true, totals: { none: 2 } });
    expect(world.fleet.requests.counts).toMatchObject({ all: 2, read: 2 });
  });

  test('a lost event is made up for by the tick, which repairs what was changed behind our back, too', async () => {
    world.put(KEY, policyText(['acme', 'globex'], 5));
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { create: 2 } });
    world.fleet.portal('acme').setSchedule(undefined);
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { create: 1, none: 1 } });
    expect(written()).toBe(5);
  });
});

describe('a policy that an earlier release applied, and that a rule of this one refuses', () => {
  const OLD = policyText(['acme'], 5).replace('subdir: "{portal}"', 'subdir: "{customer}"');

  async function applyByEarlierRelease(): Promise<void> {
    await world.upload(KEY, OLD);
    const report = world.report('fleet');
    Object.assign(report.policies[0], {
      errors: [],
      claims: ['acme'],
      validVersion: report.policies[0].version,
    });
    world.aws.s3.put(BUCKET, 'reports/fleet/latest.json', JSON.stringify(report));
  }

  test('is refused as an upload', async () => {
    expect((await world.upload(KEY, OLD)).result).toMatchObject({ ok: false });
    expect(written()).toBeUndefined();
  });

  test('is still applied by ticks, with a warning', async () => {
    await applyByEarlierRelease();
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { create: 1 } });
    expect(written()).toBe(5);
    expect(world.report('fleet').policies[0]).toMatchObject({ errors: [], warnings: [{ code: 'NEW_RULE' }] });
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { none: 1 } });
  });
});

describe('a policy with errors', () => {
  const BROKEN = policyText(['acme'], 5).replace('backupsStored', 'backupStored');

  test('is reported with its lines and columns, and does not come again', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    world.fleet.requests.clear();
    const { result, errorType } = await world.upload(KEY, BROKEN);
    expect(errorType).toBeUndefined();
    expect(result).toMatchObject({ ok: false, totals: { portals: 0 } });
    const { ok, policies } = world.report('fleet');
    expect(ok).toBe(false);
    expect(policies[0].errors).toContainEqual({
      line: 6,
      column: 3,
      message: expect.stringContaining('backupsStored'),
    });
    expect(policies[0]).toMatchObject({ portals: [], claims: ['acme'], released: [] });
    expect(world.fleet.requests.counts.all).toBe(0);
  });

  test('is applied once it is mended', async () => {
    await world.upload(KEY, BROKEN);
    expect(written()).toBeUndefined();
    expect((await world.upload(KEY, policyText(['acme'], 6))).result).toMatchObject({ ok: true });
    expect(written()).toBe(6);
  });

  test('does not stop the others of a tick', async () => {
    world.put('policies/a.yaml', 'nonsense: [');
    world.put('policies/b.yaml', policyText(['acme'], 6));
    expect((await world.tick()).result).toMatchObject({ ok: false, policies: 2, totals: { create: 1 } });
    expect(written()).toBe(6);
  });

  test('keeps others off the portals that its last valid text named', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    await world.upload(KEY, BROKEN);
    world.fleet.requests.clear();
    const { result } = await world.upload('policies/other.yaml', policyText(['acme', 'globex'], 9));
    expect(result).toMatchObject({ ok: false, totals: { skipped: 1, create: 1 } });
    expect(world.report('other').policies[0].portals[0]).toMatchObject({ error: { code: 'CONFLICT' } });
    expect(written()).toBe(5);
    expect(world.fleet.portal('acme').counts.write).toBe(1);
  });

  test('is told when it is too big to be read', async () => {
    const { result } = await world.upload(KEY, `# ${'x'.repeat(5 * 2 ** 20)}\n${policyText(['acme'])}`);
    expect(result).toMatchObject({ ok: false });
    expect(world.report('fleet').policies[0].errors).toMatchObject([{ line: 1, column: 1 }]);
    expect(world.fleet.requests.counts.all).toBe(0);
  });
});

describe('a policy that is gone', () => {
  test('changes nothing, and its report says which portals are governed no more', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    world.fleet.requests.clear();
    const { result } = await world.fn.invoke(world.remove(KEY));
    expect(result).toMatchObject({ ok: true, totals: { portals: 0 } });
    expect(world.report('fleet').policies[0]).toMatchObject({
      gone: true,
      version: null,
      file: `s3://${BUCKET}/${KEY}`,
      claims: [],
      released: ['acme', 'globex'],
      portals: [],
    });
    expect(world.fleet.requests.counts.all).toBe(0);
    expect(written()).toBe(5);
  });

  test('is told once, however often its event comes', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    const event = world.remove(KEY);
    await world.fn.invoke(event);
    const reports = world.aws.s3.keys(BUCKET, 'reports/');
    expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, policies: 0 });
    expect(world.aws.s3.keys(BUCKET, 'reports/')).toEqual(reports);
    expect(world.report('fleet').policies[0].released).toEqual(['acme']);
  });

  test('that was never there gets no report', async () => {
    world.put('policies/never.yaml', policyText(['acme']));
    const event = world.remove('policies/never.yaml');
    expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, policies: 0 });
    expect(world.aws.s3.keys(BUCKET, 'reports/')).toEqual(['reports/never/lease.json']);
  });

  test('and comes back governs again', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    await world.fn.invoke(world.remove(KEY));
    expect((await world.upload(KEY, policyText(['acme'], 5))).result).toMatchObject({ totals: { none: 1 } });
    expect(world.report('fleet').policies[0]).toMatchObject({ claims: ['acme'], released: [] });
  });

  test('a portal taken out of the text is left alone, and told', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    await world.upload(KEY, policyText(['globex'], 6));
    expect(world.report('fleet').policies[0]).toMatchObject({ claims: ['globex'], released: ['acme'] });
    expect(written()).toBe(5);
  });
});
