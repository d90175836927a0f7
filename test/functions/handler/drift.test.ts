import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli, writeFiles } from '../../cli/run-cli.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { ago, DAY, editReport, HOUR, storedAs } from '../protected-portals.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const PORTALS = ['acme', 'globex'];

let world: Deployment;
const policy = () => world.report('fleet').policies[0];
const outcomes = () => policy().portals;
const writes = () => world.fleet.requests.counts.write + world.fleet.requests.counts.delete;
const edit = (backupsStored = 3) =>
  world.fleet.portal('acme').setSchedule({ ...storedAs('acme'), backupsStored });

beforeAll(async () => {
  world = await deploy(
    PORTALS.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0' },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('drift', () => {
  test('is named where a portal changed and the policy did not', async () => {
    await world.upload(KEY, policyText(PORTALS));
    expect(outcomes().map(({ drift }) => drift)).toEqual([undefined, undefined]);
    edit();
    world.fleet.portal('globex').setSchedule(undefined);
    await world.tick();
    expect(outcomes()).toMatchObject([
      { action: 'update', status: 'done', drift: { kind: 'edited', fields: ['backupsStored'] } },
      { action: 'create', status: 'done', drift: { kind: 'deleted', fields: [] } },
    ]);
    await world.tick();
    expect(outcomes().map(({ drift }) => drift)).toEqual([undefined, undefined]);
  });

  test('is none where the policy changed its meaning', async () => {
    await world.upload(KEY, policyText(PORTALS));
    edit();
    await world.upload(KEY, policyText(PORTALS, 9));
    expect(outcomes().map(({ action, drift }) => [action, drift])).toEqual([
      ['update', undefined],
      ['update', undefined],
    ]);
  });

  test('is drift, though the text changed: description, approval and order mean nothing', async () => {
    await world.upload(KEY, policyText(PORTALS));
    edit();
    const text = policyText(PORTALS.toReversed()).replace('version: 1', 'version: 1\ndescription: other');
    await world.upload(KEY, `${text}approve: "0123456789abcdef"\n`);
    expect(outcomes()).toMatchObject([
      { portal: 'globex', action: 'none' },
      { portal: 'acme', action: 'update', drift: { kind: 'edited' } },
    ]);
  });

  test('outlives a run in which no portal had a turn', async () => {
    await world.upload(KEY, policyText(PORTALS));
    edit();
    await world.upload(KEY, 'version: 1\nnonsense: true\n');
    expect(policy()).toMatchObject({ portals: [], claims: PORTALS });
    await world.upload(KEY, policyText(PORTALS));
    expect(outcomes()).toMatchObject([{ drift: { kind: 'edited' } }, { action: 'none' }]);
  });
});

describe('a portal that was put right three times in seven days', () => {
  async function fight(): Promise<void> {
    await world.upload(KEY, policyText(PORTALS));
    for (let time = 0; time < 3; time++) {
      edit();
      await world.tick();
      expect(outcomes()).toMatchObject([{ action: 'update', status: 'done' }, { action: 'none' }]);
    }
    edit();
    world.fleet.requests.clear();
  }
  const CONTESTED = {
    status: 'skipped',
    action: 'update',
    drift: { kind: 'edited' },
    error: { code: 'CONTESTED', retryable: false },
  };

  test('is left alone, and told of at every tick, however old the repairs', async () => {
    await fight();
    for (let tick = 0; tick < 3; tick++) {
      await world.tick();
      expect(outcomes()).toMatchObject([CONTESTED, { action: 'none' }]);
      editReport(world, 'fleet', (outcome) => {
        if (outcome.repairs) outcome.repairs = [ago(9 * DAY).toISOString()];
      });
    }
    expect(writes()).toBe(0);
  });

  test('stays contested through a tick that can not read it, and an invalid upload', async () => {
    await fight();
    await world.tick();
    world.fleet.portal('acme').fault = { kind: 'status', status: 404, times: 1 };
    await world.tick();
    expect(outcomes()).toMatchObject([{ error: { code: 'NOT_FOUND' } }, {}]);
    await world.upload(KEY, 'nonsense');
    await world.tick();
    expect(policy()).toMatchObject({ appliedVersion: expect.any(String), portals: [CONTESTED, {}] });
    expect(writes()).toBe(0);
  });

  test.each<[string, (text: string) => string]>([
    ['a description', (text) => `${text}description: the same\n`],
    ['another portal', (text) => text.replace('globex: ', 'globex: { backupsStored: 9 }')],
    ['a portal less', (text) => text.replace(', globex: ', '')],
    ['the guard', (text) => text.replace('maxWeaken: 100%', 'maxWeaken: 50%')],
    ['the module’s case', (text) => text.replace('module: s3', 'module: S3')],
    [
      'the way in which it comes by its fields',
      (text) =>
        text
          .replace('acme: ', 'acme: { profile: p }')
          .replace('portals:', 'profiles: { p: { backupsStored: 7 } }\nportals:'),
    ],
  ])('stays contested when %s of its policy is edited', async (_, edited) => {
    await fight();
    await world.tick();
    await world.upload(KEY, edited(policyText(PORTALS)));
    expect(policy().errors).toEqual([]);
    expect(outcomes()[0]).toMatchObject(CONTESTED);
    await world.upload(KEY, edited(policyText(PORTALS)).replace('version: 1', 'version: 1\nmode: detect'));
    await world.upload(KEY, edited(policyText(PORTALS)));
    expect(outcomes()[0]).toMatchObject(CONTESTED);
    expect(world.fleet.portal('acme').counts.write).toBe(4);
  });

  test('is written again once its own target is another', async () => {
    await fight();
    await world.tick();
    const own = policyText(PORTALS).replace('acme: ', 'acme: { cronParams: { period: EveryDay, hour: 5 } }');
    await world.upload(KEY, own);
    expect(outcomes()).toMatchObject([{ status: 'done', action: 'update' }, { action: 'none' }]);
    expect(outcomes()[0]?.repairs).toBeUndefined();
  });

  test('is written again once the whole policy means something else', async () => {
    await fight();
    await world.tick();
    await world.upload(KEY, policyText(PORTALS, 8));
    expect(outcomes()).toMatchObject([{ status: 'done', action: 'update' }, { status: 'done' }]);
    edit();
    await world.tick();
    expect(outcomes()).toMatchObject([{ status: 'done', drift: { kind: 'edited' } }, {}]);
  });

  test('is looked after again once somebody has put it right by hand', async () => {
    await fight();
    await world.tick();
    const files = writeFiles({ 'fleet.yaml': policyText(PORTALS), keys: JSON.stringify(world.fleet.keys()) });
    const args = ['apply', files['fleet.yaml'], '--keys', files.keys, '--portal', 'acme'];
    expect(await runCli(args)).toMatchObject({ code: 0 });
    await world.tick();
    expect(outcomes()).toMatchObject([{ action: 'none', status: 'done' }, {}]);
    edit();
    await world.tick();
    expect(outcomes()).toMatchObject([{ action: 'update', status: 'done' }, {}]);
  });

  test('is no more than a portal that drifts now and then where a repair is older', async () => {
    await fight();
    editReport(world, 'fleet', (outcome) => {
      const [, ...repairs] = (outcome.repairs ?? []) as string[];
      if (repairs.length > 0) outcome.repairs = [ago(7 * DAY + HOUR).toISOString(), ...repairs];
    });
    await world.tick();
    expect(outcomes()).toMatchObject([{ action: 'update', status: 'done' }, {}]);
  });
});

describe('while the newest text is invalid', () => {
  test('ticks go on with the last valid one, and say so; an upload of it starts nothing', async () => {
    await world.upload(KEY, policyText(PORTALS));
    const valid = policy().version;
    edit();
    await world.upload(KEY, 'version: 1\nportals: [acme]\n');
    expect(policy()).toMatchObject({ portals: [], errors: [expect.anything()] });
    await world.tick();
    await world.tick();
    expect(world.report('fleet')).toMatchObject({ ok: false });
    expect(policy()).toMatchObject({ appliedVersion: valid, version: world.changes.at(-1)?.versionId });
    expect(policy().errors.length).toBeGreaterThan(0);
    expect(world.fleet.portal('acme').schedule?.backupsStored).toBe(7);
    const [first] = world.aws.s3.keys(BUCKET, 'reports/fleet/2').slice(-2);
    expect(JSON.parse(world.aws.s3.text(BUCKET, first ?? '') ?? '').policies[0].portals).toMatchObject([
      { action: 'update', status: 'done', drift: { kind: 'edited' } },
      { action: 'none' },
    ]);
    await world.upload(KEY, policyText(PORTALS, 9));
    expect(policy()).toMatchObject({ errors: [], totals: { update: 2 } });
    expect(policy().appliedVersion).toBeUndefined();
  });

  test('a version that is not there any more is no reason to fail', async () => {
    await world.upload(KEY, policyText(PORTALS));
    const { versionId } = world.changes[0] ?? {};
    await world.upload(KEY, 'nonsense');
    if (versionId) world.aws.s3.remove(BUCKET, KEY, { versionId });
    expect((await world.tick()).errorType).toBeUndefined();
    expect(policy()).toMatchObject({ portals: [], claims: PORTALS });
  });
});

describe('in a bucket without versions', () => {
  test('nothing is applied while the newest text is invalid', async () => {
    const plain = await deploy([{ name: 'acme' }], {}, { versioning: false });
    try {
      await plain.upload(KEY, policyText(['acme']));
      plain.fleet.portal('acme').setSchedule(undefined);
      await plain.upload(KEY, 'nonsense');
      expect((await plain.tick()).errorType).toBeUndefined();
      expect(plain.report('fleet').policies[0]).toMatchObject({ portals: [], unversioned: true });
      expect(plain.fleet.portal('acme').schedule).toBeUndefined();
    } finally {
      await plain.close();
    }
  });
});
