import { afterEach, describe, expect, test } from 'vitest';
import { startAws } from '../../../local/aws/endpoints.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { type PageForm, writtenByVendorPage } from '../../../local/docspace/vendor-page.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function startWith(portals: readonly PortalSetup[]): Promise<Fleet> {
  const fleet = await startFleet(portals);
  opened.push(fleet);
  return fleet;
}

const s3 = (subdir: string) => [
  { key: 'module', value: 's3' },
  { key: 'bucket', value: 'acme-backups' },
  { key: 'subdir', value: subdir },
];
const schedule = (more: object = {}): PortalSetup['schedule'] => ({
  storageType: 'ThirdPartyConsumer',
  storageParams: s3('b'),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3 },
  ...more,
});

describe('adopt', () => {
  test('writes a policy that plans no change, with one read a portal and no write', async () => {
    const fleet = await startWith([
      { name: 'acme', schedule: schedule({ storageParams: s3('acme') }) },
      { name: 'globex', schedule: schedule({ storageParams: s3('globex') }) },
      { name: '007', schedule: schedule({ cronParams: { period: 'EveryMonth', hour: 0, day: 31 } }) },
      {
        name: 'initech',
        folderId: 12,
        schedule: schedule({ storageType: 0, storageParams: [{ key: 'folderId', value: '12' }] }),
      },
      { name: 'bare' },
    ]);
    const files = writeFiles({ 'keys.json': keyFile(fleet) });
    const keys = ['--keys', files['keys.json']];
    const adopt = await runCli(['adopt', ...keys]);
    expect(adopt).toMatchObject({ code: 0, err: '' });
    expect(adopt.out).toContain('subdir: "{portal}"');
    expect(adopt.out).toContain('#   bare\n');
    expect(fleet.requests.counts).toMatchObject({ all: 5, read: 5 });

    const { 'fleet.yaml': policy } = writeFiles({ 'fleet.yaml': adopt.out });
    const plan = await runCli(['plan', policy, ...keys, '--json']);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.out).policies[0]).toMatchObject({ totals: { portals: 4, none: 4 } });
  });

  test('says how portals that come later are selected, and that those named here are not any more', async () => {
    const named = ['acme', 'globex'].map((name) => ({ name, schedule: schedule() }));
    const fleet = await startWith([...named, { name: 'later' }]);
    const { acme, globex, later } = fleet.keys();
    const files = writeFiles({
      'before.json': JSON.stringify({ acme, globex }),
      'after.json': JSON.stringify({ acme, globex, later }),
    });
    const { out } = await runCli(['adopt', '--keys', files['before.json']]);
    expect(out).toContain('# A portal that is named here leaves the policy that selects it.');
    const select = /^# (select: \[.*?\])/m.exec(out)?.[1] ?? '';
    const policies = writeFiles({
      'adopted.yaml': out,
      'grown.yaml': `${out}${select}\n`,
      'selecting.yaml': out.replace(/^portals:[\s\S]*/m, `${select}\n`),
    });
    const plan = async (...names: (keyof typeof policies)[]) => {
      const args = ['plan', ...names.map((name) => policies[name]), '--keys', files['after.json'], '--json'];
      const { policies: told } = JSON.parse((await runCli(args)).out);
      type Told = { portal: string; action: string; mode?: string };
      return told.map(({ portals }: { portals: Told[] }) =>
        portals.map(({ portal, action, mode }) => [portal, action, mode]),
      );
    };
    const asNamed = ['acme', 'globex'].map((portal) => [portal, 'none', undefined]);
    const selected = ['later', 'create', 'detect'];
    expect(await plan('grown.yaml')).toEqual([[...asNamed, selected]]);
    expect(await plan('selecting.yaml', 'adopted.yaml')).toEqual([[selected], asNamed]);
  });

  test('takes over whatever the vendor’s own page can make, and planning it changes nothing', async () => {
    const region = 'eu-west-1';
    const forms: PageForm['to'][] = [
      { module: 's3', bucket: 'acme-backups', region },
      { module: 's3', bucket: 'acme-backups', region, serviceurl: 'https://minio.acme.com' },
      { module: 's3', bucket: 'acme-backups', region, sse: 'aes256' },
      { module: 's3', bucket: 'acme-backups', region, sse: 'awskms', ssekey: 'alias/backups' },
      { module: 'googlecloud', bucket: 'acme' },
      { module: 'rackspace', private_container: 'a', public_container: '', region: 'IAD' },
      { folderId: 77 },
      { providerFolderId: 'box-1' },
    ];
    const periods = [
      { period: 'EveryDay' },
      { period: 'EveryWeek', day: 2 },
      { period: 'EveryMonth', day: 31 },
    ] as const;
    const setups = forms.flatMap((form, place) =>
      periods.map((when, index) => {
        // Ids of folders are one sequence over a whole server.
        const folderId = 100 + 10 * place + index;
        const to = 'folderId' in form ? { folderId } : form;
        const schedule = writtenByVendorPage({ to, backupsStored: 7, hour: 3, ...when });
        return { name: `p${place}-${index}`, folderId, providerFolders: ['box-1'], schedule };
      }),
    );
    const fleet = await startWith(setups);
    const files = writeFiles({ 'keys.json': keyFile(fleet) });
    const keys = ['--keys', files['keys.json']];
    const adopt = await runCli(['adopt', ...keys]);
    expect(adopt).toMatchObject({ code: 0, err: '' });
    const { 'fleet.yaml': policy } = writeFiles({ 'fleet.yaml': adopt.out });
    const plan = await runCli(['plan', policy, ...keys, '--json']);
    expect(JSON.parse(plan.out).policies[0]).toMatchObject({ totals: { portals: 24, none: 24 } });
    expect(plan.code).toBe(0);
    expect(fleet.requests.counts.write).toBe(0);
  });

  test('tells what it could not read or write down, leaves it out, and exits with 1', async () => {
    const fleet = await startWith([
      { name: 'acme', schedule: schedule() },
      { name: 'globex', suspended: true },
      {
        name: 'hooli',
        schedule: schedule({ storageParams: [...s3('x'), { key: 'secretaccesskey', value: 'canary' }] }),
      },
      { name: 'initech', hidesBackupsStored: true, schedule: schedule() },
      {
        name: 'leaky',
        apiKey: 'canary-of-the-older-kind',
        schedule: schedule({ storageParams: s3('canary-of-the-older-kind') }),
      },
    ]);
    const files = writeFiles({ 'keys.json': keyFile(fleet) });
    const { code, out, err } = await runCli(['adopt', '--keys', files['keys.json'], '--concurrency', '2']);
    expect(code).toBe(1);
    for (const [portal, why] of [
      ['globex', 'NOT_FOUND'],
      ['hooli', 'its storage param "secretaccesskey" may be a credential'],
      ['initech', 'it keeps 0 copies'],
      ['leaky', 'a storage param holds the portal’s own key'],
    ]) {
      expect(out).toContain(`#   ${portal}: ${why}`);
      expect(err).toContain(`policy-sync: not in the policy: ${portal}: ${why}`);
    }
    expect(err).toContain('1 of 5 schedules are in the policy');
    expect(out + err).not.toContain('canary');
    const { 'fleet.yaml': policy } = writeFiles({ 'fleet.yaml': out });
    expect(await runCli(['plan', policy, '--keys', files['keys.json']])).toMatchObject({ code: 0 });
  });

  test('reads the portals named alone, also with keys from AWS', async () => {
    const fleet = await startWith([
      { name: 'acme', schedule: schedule() },
      { name: 'globex', schedule: schedule() },
    ]);
    const aws = await startAws();
    opened.push(aws);
    for (const [portal, entry] of Object.entries(fleet.keys()))
      aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
    const { code, out, err } = await runCli(['adopt', '--portal', 'globex', '--portal', 'nobody'], aws.env());
    expect(code).toBe(1);
    expect(out).toContain('  globex:\n');
    expect(out).toContain('#   nobody: KEY_NOT_FOUND');
    expect(err).toContain('nobody: KEY_NOT_FOUND');
    expect(fleet.portal('acme').counts.all).toBe(0);
  });

  test('takes patterns of the key file’s names, and none where only AWS knows the names', async () => {
    const fleet = await startWith(['eu-1', 'eu-2', 'us-1'].map((name) => ({ name, schedule: schedule() })));
    const { keys } = writeFiles({ keys: keyFile(fleet) });
    const { code, out } = await runCli(['adopt', '--keys', keys, '--portal', 'eu-*']);
    expect(code).toBe(0);
    expect(out).toMatch(/eu-1[\s\S]*eu-2/);
    expect(out).not.toContain('us-1');
    const none = await runCli(['adopt', '--keys', keys, '--portal', 'asia-*']);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toContain('no name of the key file fits --portal asia-*');
    expect((await runCli(['adopt', '--portal', 'eu-*'])).err).toContain('takes names, and no patterns');
  });

  test('writes nothing where the keys cannot be read', async () => {
    const result = await runCli(['adopt', '--keys', 'nowhere.json']);
    expect(result).toMatchObject({ code: 1, out: '', err: expect.stringContaining('KEYS_UNREADABLE') });
  });

  test.each([
    ['no names for keys from AWS', ['adopt'], /--portal NAME/],
    ['a file', ['adopt', 'fleet.yaml', '--keys', 'k'], /takes no file/],
    ['an option that it does not take', ['adopt', '--keys', 'k', '--json'], /adopt takes no --json/],
  ])('refuses %s, on stderr alone', async (_, args, message) => {
    expect(await runCli(args)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(message) });
  });
});
