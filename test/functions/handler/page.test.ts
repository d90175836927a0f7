import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PageData } from '../../../functions/report/page/page-data.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

let world: Deployment;
const page = () => world.aws.s3.text(BUCKET, 'reports/fleet.html') ?? '';
const today = () => world.aws.s3.text(BUCKET, 'reports/today.md') ?? '';
const days = (policy = 'fleet') =>
  JSON.parse(world.aws.s3.text(BUCKET, `reports/${policy}/days.json`) ?? '') as {
    portals: Record<string, string>;
  };
const data = (): PageData =>
  JSON.parse(/<script type="application\/json" id="fleet">(.*?)<\/script>/s.exec(page())?.[1] ?? '');

beforeAll(async () => {
  world = await deploy([{ name: 'acme' }, { name: 'globex' }]);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('the page', () => {
  test('is there after an upload, with each field’s place in the text that was applied', async () => {
    await world.upload('policies/fleet.yaml', policyText(['acme', 'globex']));
    const { portals, fields, schedules, policies, unknown } = data();
    expect(policies).toMatchObject([{ name: 'fleet', ok: true, portals: 2, problems: [] }]);
    expect(portals.map(({ portal, action }) => [portal, action])).toEqual([
      ['acme', 'create'],
      ['globex', 'create'],
    ]);
    const schedule = schedules[portals[0]?.schedule ?? -1]?.map((place) => fields[place]);
    expect(schedule).toContainEqual([
      'backupsStored',
      expect.any(String),
      expect.stringMatching(/^fleet\.yaml:\d/),
    ]);
    expect(unknown).toEqual([]);
    expect(world.aws.s3.bucket(BUCKET).current('reports/fleet.html')?.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
    });
    expect(today()).toMatch(/^# All 2 portals are well\n/);
  });

  test('tells after a tick how each portal is protected, and remembers the day', async () => {
    world.put('policies/fleet.yaml', policyText(['acme', 'globex']));
    await world.tick();
    expect(data().portals.map(({ verdict, days }) => [verdict, days])).toEqual([
      ['never', 'p1'],
      ['never', 'p1'],
    ]);
    world.fleet.portal('globex').setSchedule(undefined);
    world.put('policies/fleet.yaml', `${policyText(['acme', 'globex'])}mode: detect\n`);
    await world.tick();
    expect(days().portals).toEqual({ acme: 'p1', globex: 'b1' });
    expect(today()).toMatch(/^# 1 of 2 portals needs you\n/);
  });

  test('names the policies of which nothing is known, and those that are none', async () => {
    await world.upload('policies/broken.yaml', 'version: 1\nportals:\n  acme: { backupStored: 1 }\n');
    world.put('policies/new.yaml', policyText(['globex']));
    await world.upload('policies/broken.yaml', 'version: 1\nportals:\n  acme: { backupStored: 1 }\n');
    expect(data().unknown).toEqual([{ what: 'new', why: 'has no report yet' }]);
    expect(data().policies[0]?.problems[0]).toContain('3:3: ');
    world.aws.s3.put(BUCKET, 'reports/new/latest.json', 'nonsense');
    await world.upload('policies/broken.yaml', 'version: 1\nportals:\n  acme: {}\n');
    expect(data().unknown).toEqual([{ what: 'new', why: 'its report is damaged, or none of ours' }]);
  });

  test.each(['nonsense', '{"schema":1,"until":"9999-12-31","portals":{"acme":"b400"}}', '{"schema":2}'])(
    'a memory of days that is %s is begun anew, and stops no run',
    async (text) => {
      world.put('policies/fleet.yaml', policyText(['acme']));
      world.aws.s3.put(BUCKET, 'reports/fleet/days.json', text);
      expect((await world.tick()).result).toMatchObject({ ok: true });
      expect(days().portals).toEqual({ acme: 'p1' });
    },
  );

  test('that can’t be written is told in the log, and is no reason for a run to fail', async () => {
    const denied = { service: 's3', status: 403, code: 'AccessDenied' } as const;
    world.aws.faults.add({ ...denied, operation: 'PutObject', key: 'reports/fleet.html' });
    const { result } = await world.upload('policies/fleet.yaml', policyText(['acme']));
    expect(result).toMatchObject({ ok: true });
    expect(world.log()).toContainEqual(expect.objectContaining({ message: 'the page could not be made' }));
  });

  test('is not made where nothing was reported', async () => {
    await world.fn.invoke({ source: 'somebody.else' });
    expect(page()).toBe('');
  });
});
