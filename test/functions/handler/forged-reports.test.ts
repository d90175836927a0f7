import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import { ago, DAY, editReport, HOUR, storedAs } from '../protected-portals.ts';
import '../patience.ts';

/**
 * Nobody but the function may write reports: the bucket's policy says so. Where somebody can all the same, what they put
 * there must steer as little as can be, and never for longer than a day without a sign.
 */

const KEY = 'policies/fleet.yaml';
const LATEST = 'reports/fleet/latest.json';
const NEVER = '9999-12-31T23:59:59.000Z';

let world: Deployment;
const outcome = () => world.report('fleet').policies[0].portals[0];
const asked = (path: string) => world.fleet.requests.entries.filter((one) => one.path.includes(path)).length;
const copies = () => world.fleet.portal('acme').schedule?.backupsStored;
const drift = () => world.fleet.portal('acme').setSchedule({ ...storedAs('acme'), backupsStored: 3 });

/** What the newest report says of the portal, with this in it. */
function forge(more: object, observed: object = {}): void {
  editReport(world, 'fleet', (one) => {
    Object.assign(one, more, { observed: { ...(one.observed as object | undefined), ...observed } });
  });
}

function forgeReport(edit: (report: Record<string, unknown>) => void): void {
  const report = JSON.parse(world.aws.s3.text(BUCKET, LATEST) ?? '');
  edit(report);
  world.aws.s3.put(BUCKET, LATEST, JSON.stringify(report));
}

beforeAll(async () => {
  world = await deploy([{ name: 'acme', standalone: false, freeBackups: 2 }], { KEY_CACHE_SECONDS: '0' });
});
beforeEach(async () => {
  world.reset();
  world.fleet.portal('acme').archives = [];
  await world.upload(KEY, policyText(['acme']));
  world.fleet.requests.clear();
});
afterAll(() => world.close());

describe('a forged report', () => {
  test.each([
    ['three repairs to come', { repairs: [NEVER, NEVER, NEVER] }],
    ['a contest by anything but the word', { contested: 'yes' }],
    ['an accepted write to come', { observed: { unverified: { wish: 'x', shown: 'x', at: NEVER } } }],
  ])('with %s keeps nobody from putting a portal right', async (_, more) => {
    drift();
    forge(more);
    await world.tick();
    expect(outcome()).toMatchObject({ action: 'update', status: 'done' });
    expect(copies()).toBe(7);
  });

  test('with a contest is over as soon as the portal shows what is wanted', async () => {
    forge({ contested: true, repairs: [1, 2, 3].map((days) => ago(days * DAY).toISOString()) });
    await world.tick();
    expect(outcome()).toMatchObject({ action: 'none', status: 'done' });
    drift();
    await world.tick();
    expect(outcome()).toMatchObject({ action: 'update', status: 'done' });
  });

  test('with a contest of a portal that differs is told as held, and an upload that changes it ends it', async () => {
    drift();
    forge({ contested: true });
    await world.tick();
    expect(outcome()).toMatchObject({ status: 'skipped', error: { code: 'CONTESTED' } });
    expect(world.log().findLast((line) => 'HeldPortals' in line)).toMatchObject({ HeldPortals: 1 });
    await world.upload(KEY, policyText(['acme'], 8));
    expect(copies()).toBe(8);
  });

  test('with archives that are none is asked about, and never taken for proof', async () => {
    const archive = (createdOn: string) => [{ createdOn, expiresOn: null }];
    const forgeries = [
      { askedAt: NEVER, archives: archive(ago(HOUR).toISOString()) },
      { askedAt: ago(HOUR).toISOString(), archives: archive(NEVER) },
      { askedAt: ago(HOUR).toISOString(), archives: 'plenty' },
      { askedAt: ago(2 * DAY).toISOString(), archives: archive(ago(HOUR).toISOString()) },
      { askedAt: ago(HOUR).toISOString(), lastBackup: NEVER, archives: archive(ago(HOUR).toISOString()) },
      // The portal shows that a backup was started since: it is asked for its archives.
      {
        askedAt: ago(HOUR).toISOString(),
        lastBackup: ago(9 * DAY).toISOString(),
        archives: archive(ago(HOUR).toISOString()),
      },
    ];
    for (const [index, observed] of forgeries.entries()) {
      forge({}, { lastBackup: null, ...observed });
      await world.tick();
      expect(asked('getbackuphistory')).toBe(index + 1);
      expect(outcome()?.protection?.verdict).toBe('never');
    }
  });

  test('with a start to come of a schedule does not excuse it', async () => {
    await world.tick();
    forge({ since: ago(9 * DAY).toISOString() }, { writtenAt: NEVER });
    await world.tick();
    expect(outcome()?.protection?.verdict).toBe('late');
    expect(outcome()?.warnings).toContainEqual(expect.objectContaining({ code: 'SCHEDULE_STALLED' }));
    forge({ since: NEVER });
    await world.tick();
    expect(world.aws.s3.text(BUCKET, LATEST)).not.toContain('9999');
  });

  test('with another zone, plan or kind of server is put right when the portal is asked the next time', async () => {
    const quota = { free: 0, used: 9, paid: false, askedAt: NEVER };
    forge({}, { askedAt: NEVER, timezone: 'Asia/Tokyo', standalone: true, tenantStatus: 4, quota });
    await world.tick();
    const { observed } = (world.report('fleet').policies[0].portals[0] ?? {}) as { observed?: object };
    expect(observed).toMatchObject({ timezone: 'UTC', standalone: false, quota: { free: 2, used: 0 } });
    expect(observed).not.toMatchObject({ tenantStatus: 4 });
  });

  test.each([
    ['its own start', 'startedAt'],
    ['its own end', 'finishedAt'],
  ])('with %s in the year 9999 is replaced by the next run', async (_, member) => {
    forgeReport((report) => {
      report[member] = NEVER;
    });
    await world.tick();
    expect(world.aws.s3.text(BUCKET, LATEST)).not.toContain('9999');
    expect(world.report('fleet')).toMatchObject({ ok: true, trigger: { kind: 'tick' } });
  });

  test('that begins in the year 9999 does not put its policy behind all others', async () => {
    await world.upload('policies/other.yaml', policyText([]).replace('portals: {  }', 'portals: {}'));
    forgeReport((report) => {
      report.startedAt = NEVER;
    });
    world.fn.lines.length = 0;
    await world.tick();
    const runs = world.log().filter(({ message }) => message === 'run');
    expect(runs.map(({ policy }) => policy)).toEqual(['fleet', 'other']);
    expect(world.log().find((line) => 'OldestReportHours' in line)?.OldestReportHours).toBeLessThan(1);
  });

  test('that names other policies starts no run over what is none', async () => {
    const event = world.remove(KEY);
    await world.fn.invoke(event);
    forgeReport((report) => {
      const [policy] = report.policies as Record<string, unknown>[];
      if (policy) policy.concerned = ['ghost', '../../x', 'fleet'];
    });
    await world.fn.invoke(event);
    expect(world.aws.s3.keys(BUCKET, '').filter((key) => /ghost|(^|\/)\.\.\//.test(key))).toEqual([]);
  });

  test.each([
    ['versions that are none', { validVersion: '../../../etc/passwd', version: 'x' }],
    ['a huge attempt', { attempt: 1e300 }],
    ['claims of everything', { claims: Array.from({ length: 5_000 }, (_, index) => `p${index}`) }],
    ['an edition to come', { edition: 99 }],
    ['meanings, guards and names of any kind', { meaning: 'x', guard: 'no', released: 7, coverage: [] }],
  ])('with %s ends no run', async (_, entry) => {
    world.put(KEY, 'nonsense');
    forgeReport((report) => {
      report.edition = 99;
      Object.assign((report.policies as object[])[0] ?? {}, entry);
    });
    expect((await world.tick()).errorType).toBeUndefined();
    expect((await world.upload(KEY, policyText(['acme'], 9))).result).toMatchObject({ ok: true });
    expect(copies()).toBe(9);
  });

  test.each([
    ['no JSON', '{'],
    ['another JSON', '[]'],
    ['brackets alone', '['.repeat(200_000)],
    ['nothing', ''],
  ])('of %s is as if there were none', async (_, text) => {
    world.aws.s3.put(BUCKET, LATEST, text);
    drift();
    expect((await world.tick()).result).toMatchObject({ ok: true, totals: { update: 1 } });
  });

  test('that begins in the year 9999 is no report to status and why', async () => {
    forgeReport((report) => {
      report.startedAt = NEVER;
    });
    const env = world.aws.env();
    const status = await runCli(['status', `s3://${BUCKET}`], env);
    expect(status).toMatchObject({ code: 1, err: '' });
    expect(status.out).toContain('its last report says to be of the future (REPORT_UNREADABLE)');
    const place = ['--reports', `s3://${BUCKET}`];
    const why = await runCli(['why', 'acme', `s3://${BUCKET}/${KEY}`, ...place], env);
    expect(why.out + why.err).not.toContain('9999');
  });
});
