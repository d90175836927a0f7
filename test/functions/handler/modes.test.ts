import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const PORTALS = ['acme', 'globex'];

let world: Deployment;
const outcomes = () =>
  world.report('fleet').policies[0].portals.map(({ portal, action, status }) => [portal, action, status]);

describe('a deployment that is paused', () => {
  beforeAll(async () => {
    world = await deploy(
      PORTALS.map((name) => ({ name })),
      { PAUSED: 'true' },
    );
  });
  beforeEach(() => world.reset());
  afterAll(() => world.close());

  test('writes nothing, and says what it would have done', async () => {
    expect((await world.upload(KEY, policyText(PORTALS, 5))).result).toMatchObject({
      mode: 'plan',
      ok: true,
      totals: { create: 2 },
    });
    expect(world.fleet.requests.counts).toMatchObject({ all: 4, read: 2 });
    expect(world.report('fleet')).toMatchObject({ mode: 'plan', paused: true, ok: true });
    expect(outcomes()).toEqual([
      ['acme', 'create', 'planned'],
      ['globex', 'create', 'planned'],
    ]);
    expect(world.report('fleet').policies[0].portals[0]?.changes).toContainEqual({
      field: 'backupsStored',
      from: null,
      to: 5,
    });
    expect(world.log()).toContainEqual(
      expect.objectContaining({ message: 'portal', portal: 'acme', action: 'create', status: 'planned' }),
    );
    expect(world.log()).toContainEqual(expect.objectContaining({ WrittenPortals: 0, UnchangedPortals: 0 }));
  });

  test('takes nothing away, either, and reads again when the event comes again', async () => {
    world.fleet.portal('acme').setSchedule({ cronParams: { hour: 1 } });
    const event = world.put(KEY, 'version: 1\nportals: { acme: { state: absent } }\n');
    for (let run = 0; run < 2; run++) await world.fn.invoke(event);
    expect(outcomes()).toEqual([['acme', 'remove', 'planned']]);
    expect(world.fleet.requests.counts).toMatchObject({ all: 2, read: 2 });
    expect(world.fleet.portal('acme').schedule).toBeDefined();
  });
});

describe('mode: detect', () => {
  beforeAll(async () => {
    world = await deploy(PORTALS.map((name) => ({ name })));
  });
  beforeEach(() => world.reset());
  afterAll(() => world.close());

  test('of a policy writes nothing, and says what it would have done', async () => {
    const text = policyText(PORTALS, 5).replace('version: 1', 'version: 1\nmode: detect');
    expect((await world.upload(KEY, text)).result).toMatchObject({
      mode: 'apply',
      ok: true,
      totals: { create: 2 },
    });
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { create: 2 } });
    expect(world.fleet.requests.counts).toMatchObject({ read: 4, write: 0, delete: 0 });
    expect(outcomes()).toEqual([
      ['acme', 'create', 'planned'],
      ['globex', 'create', 'planned'],
    ]);
    expect(world.report('fleet')).not.toHaveProperty('paused');
  });

  test('of a portal spares that portal alone, and enforcing it later writes', async () => {
    const text = policyText(PORTALS, 5);
    await world.upload(KEY, text.replace('acme: ', 'acme: { mode: detect }'));
    expect(outcomes()).toEqual([
      ['acme', 'create', 'planned'],
      ['globex', 'create', 'done'],
    ]);
    expect(world.fleet.portal('acme').counts.write).toBe(0);
    expect(world.log()).toContainEqual(expect.objectContaining({ WrittenPortals: 1 }));
    await world.upload(KEY, text);
    expect(outcomes()).toEqual([
      ['acme', 'create', 'done'],
      ['globex', 'none', 'done'],
    ]);
  });
});
