import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Notification, s3TestEvent } from '../../../local/aws/object-events.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const SPELLINGS = [
  { key: 'policies/fleet.yaml', policy: 'fleet' },
  { key: 'policies/my fleet.yml', policy: 'my fleet' },
  { key: 'policies/ünï/日本 🚀.yaml', policy: 'ünï/日本 🚀' },
  { key: 'policies/a+b.yaml', policy: 'a+b' },
  { key: 'policies/100%.yaml', policy: '100%' },
  { key: 'policies/50%20off.yaml', policy: '50%20off' },
  { key: 'policies/eu/de/fleet.yaml', policy: 'eu/de/fleet' },
  { key: "policies/a&b=c;d?e#f'(g)!~.yaml", policy: "a&b=c;d?e#f'(g)!~" },
  { key: 'policies/../up.yaml', policy: '../up' },
  { key: 'policies//twice.yaml', policy: '/twice' },
];

let world: Deployment;
beforeAll(async () => {
  world = await deploy(SPELLINGS.map((_, index) => ({ name: `p${index}` })));
});
afterAll(() => world.close());

function written(portal: string): number | undefined {
  return world.fleet.portal(portal).schedule?.backupsStored;
}

describe('an upload', () => {
  test.each(SPELLINGS.map((spelling, index) => ({ ...spelling, portal: `p${index}` })))(
    'of $key is understood in both forms of event',
    async ({ key, policy, portal }) => {
      const first = await world.upload(key, policyText([portal], 5));
      expect(first).toMatchObject({ result: { ok: true, policies: 1, totals: { create: 1 } } });
      expect(written(portal)).toBe(5);
      expect(world.report(policy).policies[0]).toMatchObject({ policy, file: `s3://${BUCKET}/${key}` });

      world.put(key, policyText([portal], 6));
      const second = await world.fn.invoke(s3Notification(world.changes.slice(-1)));
      expect(second).toMatchObject({ result: { ok: true, policies: 1, totals: { update: 1 } } });
      expect(written(portal)).toBe(6);
    },
  );

  test('of several policies in one notification runs each once, and tells what is none', async () => {
    world.put('policies/fleet.yaml', policyText(['p0'], 7));
    world.put('policies/fleet.yaml', policyText(['p0'], 8));
    world.put('policies/a+b.yaml', policyText(['p3'], 8));
    world.put('policies/notes of ours.txt', 'hello');
    const { result } = await world.fn.invoke(s3Notification(world.changes.slice(-4)));
    expect(result).toMatchObject({ ok: true, policies: 2, totals: { portals: 2, update: 2 } });
    expect([written('p0'), written('p3')]).toEqual([8, 8]);
    expect(world.log()).toContainEqual(
      expect.objectContaining({
        message: 'ignored: not a policy',
        count: 1,
        keys: ['policies/notes of ours.txt'],
      }),
    );
  });

  test('to another bucket is none of ours', async () => {
    const [change] = s3Notification(world.changes.slice(-1)).Records;
    const foreign = { ...change, s3: { bucket: { name: 'other' }, object: { key: 'policies/fleet.yaml' } } };
    const before = world.aws.calls.all.length;
    expect(await world.fn.invoke({ Records: [foreign] })).toMatchObject({
      result: { ok: true, policies: 0 },
    });
    expect(world.aws.calls.all.length).toBe(before);
  });
});

describe('what is no event of ours', () => {
  test.each([
    ['the test event', s3TestEvent(BUCKET), 's3:TestEvent'],
    ['nothing', null, 'an event that is no object'],
    ['a text', 'hello', 'an event that is no object'],
    ['an empty object', {}, 'an event of a kind that is not known'],
    ['no records', { Records: [] }, 'an event of a kind that is not known'],
    [
      'records of a queue',
      { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
      'an event of a kind that is not known',
    ],
    ['another source', { source: 'aws.ec2', detail: {} }, 'an event of a kind that is not known'],
  ])('%s is told and does nothing', async (_name, event, what) => {
    const before = world.aws.calls.all.length;
    expect(await world.fn.invoke(event)).toMatchObject({ result: { ok: true, policies: 0 } });
    expect(world.aws.calls.all.length).toBe(before);
    expect(world.log().findLast(({ message }) => message === 'ignored')).toMatchObject({ what });
  });
});

describe('keys that hold no policy', () => {
  test('are told by a tick, folders apart', async () => {
    world.put('policies/README.md', '# hello');
    world.put('policies/eu/', '');
    world.put('policies/.yaml', policyText(['p1']));
    world.put('policies/fleet.YAML', policyText(['p1']));
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { failed: 0, skipped: 0 } });
    expect(world.log().findLast(({ message }) => message === 'ignored: not a policy')).toMatchObject({
      count: 4,
      keys: ['policies/.yaml', 'policies/README.md', 'policies/fleet.YAML', 'policies/notes of ours.txt'],
    });
  });

  test('are told without the key of a portal that somebody has put into a name', async () => {
    const key = `sk-${'0123456789abcdef'.repeat(4)}`;
    const { result } = await world.upload(`policies/${key}.yaml`, policyText(['p1']));
    expect(result).toMatchObject({ ok: true, policies: 0 });
    expect(world.log().findLast(({ message }) => message === 'ignored: not a policy')).toMatchObject({
      keys: ['policies/***.yaml'],
    });
    world.remove(`policies/${key}.yaml`);
    expect(world.fn.lines.join('')).not.toContain('0123456789abcdef');
  });

  test('a .yml beside the .yaml of the same name is told, and does not count', async () => {
    const { result } = await world.upload('policies/fleet.yml', policyText(['p0'], 30));
    expect(result).toMatchObject({ ok: false, policies: 1 });
    expect(written('p0')).toBe(8);
    expect(world.report('fleet').policies[0].file).toBe(`s3://${BUCKET}/policies/fleet.yaml`);
    expect(world.log().findLast(({ message }) => message === 'ignored: not a policy')).toMatchObject({
      keys: ['policies/fleet.yml'],
    });
  });

  test('the .yml counts once the .yaml is gone', async () => {
    const event = world.remove('policies/fleet.yaml');
    expect((await world.fn.invoke(event)).result).toMatchObject({ ok: true, totals: { update: 1 } });
    expect(written('p0')).toBe(30);
  });
});
