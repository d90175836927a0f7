import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { editReport, storedAs } from '../protected-portals.ts';
import { type ReportOfBefore, reportOfBefore } from '../report/report-of-before.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const PORTALS = ['acme', 'globex'];

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    ['acme', 'globex', 'initech'].map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

/** The policy that the release's own tests put: modules as its documentation wrote them. */
const textOfBefore = (portals: readonly string[], copies = 7) =>
  policyText(portals, copies).replace('module: s3', 'module: S3');
const outcomes = (policy = 'fleet') => world.report(policy).policies[0].portals;
const startOf = (report: string) => JSON.parse(report).startedAt;
const writes = () => world.fleet.requests.counts.write + world.fleet.requests.counts.delete;

/** As that release left a portal: it wrote modules as policies had them. */
function leave(portal: string, copies = 7, module = 'S3'): void {
  const { storageParams = [], ...schedule } = storedAs(portal);
  const params = storageParams.map(({ key, value }) => ({ key, value: key === 'module' ? module : value }));
  world.fleet.portal(portal).setSchedule({ ...schedule, storageParams: params, backupsStored: copies });
}

const WITH_CONFLICT = expect.arrayContaining([expect.objectContaining({ code: 'CONFLICT' })]);

/** A deployment of that release, upgraded: its policy, its portals and its newest report. */
function upgraded(name: ReportOfBefore, policy = 'fleet', text = textOfBefore(PORTALS)): string {
  world.put(`policies/${policy}.yaml`, text);
  const report = reportOfBefore(name);
  world.aws.s3.put(BUCKET, `reports/${policy}/latest.json`, report);
  return report;
}

describe('after a report of before', () => {
  test('a contest goes on: at ticks, and at an upload that edits something else', async () => {
    upgraded('contest');
    leave('acme', 3);
    leave('globex', 7, 's3');
    for (let tick = 0; tick < 2; tick++) {
      await world.tick();
      expect(outcomes()).toMatchObject([
        { status: 'skipped', action: 'update', drift: { kind: 'edited' }, error: { code: 'CONTESTED' } },
        { action: 'none', status: 'done' },
      ]);
    }
    expect(world.report('fleet')).toMatchObject({ edition: 2 });
    expect(writes()).toBe(0);
  });

  test.each<ReportOfBefore>(['contest', 'contest-invalid'])(
    'a contest goes on at an upload that edits something else: %s',
    async (name) => {
      upgraded(name);
      leave('acme', 3);
      leave('globex', 7, 's3');
      await world.upload(KEY, `${textOfBefore(PORTALS)}description: of now\n`);
      expect(outcomes()).toMatchObject([{ error: { code: 'CONTESTED' } }, { action: 'none' }]);
      await world.upload(KEY, policyText(PORTALS));
      expect(outcomes()).toMatchObject([{ error: { code: 'CONTESTED' } }, { action: 'none' }]);
      expect(writes()).toBe(0);
    },
  );

  test('a contest ends as it does now: with the portal’s own target', async () => {
    upgraded('contest');
    leave('acme', 3);
    await world.tick();
    await world.upload(KEY, policyText(PORTALS).replace('acme: ', 'acme: { backupsStored: 8 }'));
    expect(outcomes()[0]).toMatchObject({ action: 'update', status: 'done' });
  });

  test('repairs go on: the third one counts with the two of before', async () => {
    upgraded('two-repairs');
    leave('acme', 3);
    leave('globex');
    await world.tick();
    expect(outcomes()).toMatchObject([
      { action: 'update', status: 'done', drift: { kind: 'edited' }, repairs: { length: 3 } },
      { action: 'update', status: 'done' },
    ]);
    world.fleet.portal('acme').setSchedule({ ...storedAs('acme'), backupsStored: 3 });
    await world.tick();
    expect(outcomes()[0]).toMatchObject({ status: 'skipped', error: { code: 'CONTESTED' } });
  });

  test('drift goes on, and that a module’s case is mended is none', async () => {
    upgraded('plain');
    leave('acme', 3);
    leave('globex');
    await world.tick();
    expect(outcomes()).toMatchObject([
      { action: 'update', status: 'done', drift: { kind: 'edited', fields: ['backupsStored'] } },
      { action: 'update', status: 'done', changes: [{ field: 'storageParams.module' }] },
    ]);
    expect(outcomes()[1]?.drift).toBeUndefined();
    expect(outcomes()[1]?.repairs).toBeUndefined();
  });

  test('a schedule that was in place and is gone was deleted, also where it could not be read', async () => {
    upgraded('unreachable');
    leave('globex', 7, 's3');
    await world.tick();
    expect(outcomes()).toMatchObject([{ action: 'create', drift: { kind: 'deleted' } }, { action: 'none' }]);
  });

  test('where there was to be no schedule, one that is there now was made by somebody', async () => {
    upgraded(
      'absent',
      'fleet',
      textOfBefore(['acme']).replace('acme: ', 'acme: , globex: { state: absent }'),
    );
    leave('acme', 7, 's3');
    leave('globex');
    await world.tick();
    expect(outcomes()).toMatchObject([{ action: 'none' }, { action: 'remove', drift: { kind: 'edited' } }]);
  });
});

describe('a portal counts as governed since the start of a report of before', () => {
  test.each<ReportOfBefore>([
    'plain',
    'contest',
    'contest-invalid',
    'two-repairs',
    'unreachable',
    'absent',
    'held',
  ])('%s: a second policy does not get it', async (name) => {
    const report = upgraded(name);
    leave('acme');
    leave('globex');
    await world.upload('policies/new.yaml', policyText(['acme', 'initech'], 6));
    expect(outcomes('new')).toMatchObject([
      { portal: 'acme', error: { code: 'CONFLICT', message: expect.stringContaining('"fleet" governs it') } },
      { portal: 'initech', status: 'done' },
    ]);
    await world.tick();
    expect(outcomes().map(({ portal, governedSince }) => [portal, governedSince])).toEqual(
      PORTALS.map((portal) => [portal, startOf(report)]),
    );
    expect(outcomes('new')[0]).toMatchObject({ error: { code: 'CONFLICT' } });
  });

  test('where a second policy had stopped the care for it, the first one takes it up again', async () => {
    upgraded('conflict-newcomer', 'b', textOfBefore(['globex'], 6));
    const report = upgraded('conflict-governor', 'a');
    leave('acme');
    leave('globex');
    await world.tick();
    expect(outcomes('a')).toMatchObject([
      { portal: 'acme', status: 'done' },
      { portal: 'globex', status: 'done', governedSince: startOf(report), warnings: WITH_CONFLICT },
    ]);
    expect(outcomes('b')).toMatchObject([{ portal: 'globex', error: { code: 'CONFLICT' } }]);
    expect(outcomes('b')[0]?.governedSince).toBeUndefined();
    expect(world.fleet.portal('globex').schedule?.backupsStored).toBe(7);
  });

  test('where neither policy had ever reached it, it stays nobody’s', async () => {
    upgraded('conflict-both-a', 'a');
    upgraded('conflict-both-b', 'b', textOfBefore(['globex'], 6));
    leave('acme');
    await world.tick();
    expect(outcomes('a')).toMatchObject([{ status: 'done' }, { error: { code: 'CONFLICT' } }]);
    expect(outcomes('b')).toMatchObject([{ error: { code: 'CONFLICT' } }]);
    expect(world.fleet.portal('globex').counts.all).toBe(0);
  });
});

test('a report of before remembers no write as unverified: it is sent', async () => {
  upgraded('plain');
  leave('globex', 7, 's3');
  world.fleet.portal('acme').fault = { kind: 'forgets', on: 'write' };
  await world.tick();
  expect(outcomes()[0]).toMatchObject({ error: { code: 'NOT_VERIFIED' } });
  const { write } = world.fleet.portal('acme').counts;
  const key = 'reports/fleet/latest.json';
  const { edition, ...report } = JSON.parse(world.aws.s3.text(BUCKET, key) ?? '');
  expect(edition).toBe(2);
  world.aws.s3.put(BUCKET, key, JSON.stringify(report));
  await world.tick();
  expect(world.fleet.portal('acme').counts.write).toBe(write + 1);
  await world.tick();
  expect(world.fleet.portal('acme').counts.write).toBe(write + 1);
  editReport(world, 'fleet', () => {}); // the report of this edition, put as it is
  await world.tick();
  expect(world.fleet.portal('acme').counts.write).toBe(write + 1);
});
