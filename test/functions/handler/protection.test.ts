import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { type Deployment, deploy, policyText } from '../deployment.ts';
import { askedLongAgo, DAY, giveArchive, HOUR, run, storedAs } from '../protected-portals.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const NAMES = ['proven', 'by-hand', 'claimed', 'late', 'bare', 'unreadable'];

let world: Deployment;
const verdicts = () =>
  Object.fromEntries(
    world.report('fleet').policies[0].portals.map(({ portal, protection }) => [portal, protection?.verdict]),
  );
const asked = (portal: string) => world.fleet.requests.entries.filter((one) => one.portal === portal);
const askedForMore = (portal: string) => asked(portal).filter(({ path }) => !path.includes('schedule'));
const writes = () => world.fleet.requests.counts.write + world.fleet.requests.counts.delete;

/** Everything is as the policy wants it, and nobody knows yet how it is protected. */
async function begin(portals = NAMES): Promise<void> {
  for (const name of portals) world.fleet.portal(name).setSchedule(storedAs(name));
  await world.upload(KEY, policyText(portals));
  world.fleet.requests.clear();
}

beforeAll(async () => {
  world = await deploy(
    NAMES.map((name): PortalSetup => ({ name, timezone: 'Europe/Berlin', standalone: true })),
    { KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => {
  world.reset();
  for (const portal of world.fleet.portals) portal.archives = [];
});
afterAll(() => world.close());

describe('a tick', () => {
  test('tells of every portal whether there is a backup to restore from', async () => {
    const portal = world.fleet.portal;
    const policy = policyText(NAMES);
    await begin();
    run(portal('proven'), 2 * HOUR);
    giveArchive(portal('by-hand'), 2 * HOUR, { scheduled: false });
    portal('by-hand').setSchedule(storedAs('by-hand', 40 * HOUR));
    portal('claimed').setSchedule(storedAs('claimed', 14 * HOUR));
    giveArchive(portal('late'), 3 * DAY);
    portal('bare').setSchedule(undefined);
    world.put(KEY, policy.replace('version: 1', 'version: 1\nmode: detect'));
    portal('unreadable').fault = { on: 'other', kind: 'status', status: 500 };
    await world.tick();
    expect(verdicts()).toEqual({
      proven: 'proven',
      'by-hand': 'proven',
      claimed: 'claimed',
      late: 'late',
      bare: 'unprotected',
      unreadable: 'unknown',
    });
    const [proven, byHand] = world.report('fleet').policies[0].portals;
    expect(byHand?.protection?.byHand).toBe(true);
    // At its slot, or at the next look of the server where that has just passed.
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00\.000Z$/);
    expect(proven?.protection).toEqual({
      verdict: 'proven',
      lastBackup: expect.any(String),
      lastArchive: expect.any(String),
      due: iso,
    });
    expect(writes()).toBe(0);
    const told = world.log().filter((line) => line.message === 'portal' && 'verdict' in line);
    expect(told.map(({ portal, level, verdict, code }) => ({ portal, level, verdict, code }))).toEqual(
      expect.arrayContaining([
        { portal: 'claimed', level: 'WARN', verdict: 'claimed', code: undefined },
        { portal: 'late', level: 'WARN', verdict: 'late', code: undefined },
        { portal: 'bare', level: 'WARN', verdict: 'unprotected', code: undefined },
        { portal: 'unreadable', level: 'WARN', verdict: 'unknown', code: undefined },
      ]),
    );
    expect(told.map(({ portal }) => portal)).not.toContain('proven');
    const since = world.report('fleet').policies[0].portals.map(({ needsSince }) => typeof needsSince);
    expect(since).toEqual(['undefined', 'undefined', 'string', 'string', 'string', 'string']);
    const unprotected = world.log().filter((line) => 'UnprotectedPortals' in line);
    expect(unprotected.at(-1)).toMatchObject({ UnprotectedPortals: 4 });
  });

  test('asks for more than the schedule once a day, or when a backup was started since; an upload never does', async () => {
    await begin(['proven', 'late']);
    run(world.fleet.portal('proven'), 2 * HOUR);
    await world.tick();
    expect(askedForMore('proven')).toHaveLength(3);
    for (const { path } of askedForMore('proven'))
      expect(path).toMatch(/getbackuphistory|\/settings|keys\/@self/);
    await world.tick();
    expect(askedForMore('proven')).toHaveLength(3);
    expect(asked('proven')).toHaveLength(3 + 2);

    run(world.fleet.portal('proven'), HOUR);
    await world.tick();
    expect(askedForMore('proven').slice(3)).toMatchObject([
      { path: expect.stringContaining('getbackuphistory') },
      { path: expect.stringContaining('/settings') },
    ]);
    expect(askedForMore('late')).toHaveLength(3);

    askedLongAgo(world, 'fleet');
    await world.upload(KEY, `${policyText(['proven', 'late'])}# the same\n`);
    expect(askedForMore('late')).toHaveLength(3);
    await world.tick();
    expect(askedForMore('late')).toHaveLength(6);
    expect(writes()).toBe(0);
  });

  test('is not fooled by what was true before: a history that can not be read is asked for again', async () => {
    await begin(['proven']);
    run(world.fleet.portal('proven'), 2 * HOUR);
    world.fleet.portal('proven').fault = { on: 'other', kind: 'status', status: 500, times: 3 };
    await world.tick();
    expect(verdicts()).toEqual({ proven: 'unknown' });
    expect(askedForMore('proven')).toHaveLength(3);
    await world.tick();
    expect(verdicts()).toEqual({ proven: 'proven' });
  });

  test('tells how a portal is protected after it was put right, and asks it once', async () => {
    await begin(['proven', 'bare']);
    run(world.fleet.portal('proven'), 2 * HOUR);
    world.fleet.portal('proven').setSchedule({ ...storedAs('proven', 2 * HOUR), backupsStored: 30 });
    world.fleet.portal('bare').setSchedule(undefined);
    await world.tick();
    expect(world.report('fleet').policies[0].portals).toMatchObject([
      {
        action: 'update',
        effect: 'weaken',
        status: 'done',
        protection: { verdict: 'proven', lastBackup: null },
      },
      { action: 'create', effect: 'strengthen', status: 'done', protection: { verdict: 'never' } },
    ]);
    // Guarded: read again before it is written, but not asked again.
    expect(asked('proven').filter(({ path }) => path.includes('history'))).toHaveLength(1);
    expect(askedForMore('proven')).toHaveLength(3);
    const [proven] = world.report('fleet').policies[0].portals;
    expect(proven?.protection?.byHand).toBeUndefined();
    expect(world.report('fleet').policies[0].portals[1]?.protection?.due).toEqual(expect.any(String));
  });

  test('counts a portal that got no turn as unknown', async () => {
    await world.upload('policies/other.yaml', policyText(['late']));
    await begin(['proven', 'late']);
    world.aws.secrets.remove('docspace/portals/proven');
    await world.tick();
    expect(verdicts()).toEqual({ proven: 'unknown', late: 'unknown' });
  });

  test.each([
    [
      'expires in 20 days',
      { expiresAt: new Date(Date.now() + 20 * DAY) },
      'KEY_EXPIRES_SOON',
      /within 30 days/,
    ],
    ['expires in 5 days', { expiresAt: new Date(Date.now() + 5 * DAY) }, 'KEY_EXPIRES_SOON', /within 7 days/],
    ['can only read', { permissions: ['*:read'] }, 'KEY_READ_ONLY', /can read, not write/],
    ['is for other things', { permissions: ['rooms:write'] }, 'KEY_FOREIGN_SCOPE', /do not reach backups/],
  ])('warns of a key that %s, and remembers it for a day', async (_, setup, code, message) => {
    const portal = world.fleet.portal('proven');
    await begin(['proven']);
    portal.keys = portal.keys.map(({ key }) => ({ key, ...setup }));
    for (let tick = 0; tick < 2; tick++) {
      await world.tick();
      const [outcome] = world.report('fleet').policies[0].portals;
      expect(outcome?.warnings).toContainEqual({ code, message: expect.stringMatching(message) });
    }
    expect(askedForMore('proven').filter(({ path }) => path.includes('@self'))).toHaveLength(1);
  });
});
