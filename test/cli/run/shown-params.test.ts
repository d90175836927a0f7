import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

/** Another portal's key, which somebody has put where a folder's name belongs. */
const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;

function holds(params: Record<string, string>) {
  return {
    storageType: 'ThirdPartyConsumer',
    storageParams: Object.entries({ module: 's3', bucket: 'acme-backups', ...params }).map(
      ([key, value]) => ({
        key,
        value,
      }),
    ),
    backupsStored: 7,
    cronParams: { period: 'EveryDay', hour: 0 },
  };
}

test('a key in a param that is shown is in no form of a plan, nor in an adopted policy', async () => {
  fleet = await startFleet([{ name: 'acme', schedule: holds({ subdir: KEY, [KEY]: 'x' }) }]);
  const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys: keyFile(fleet) });
  for (const form of [[], ['--json'], ['--json=lines'], ['--markdown']]) {
    const { out, err } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, ...form]);
    expect(out).toContain('***');
    expect(out + err).not.toContain('sk-0123');
  }
  const adopted = await runCli(['adopt', '--keys', files.keys]);
  expect(adopted.out).toContain('portals: {}');
  expect(adopted.out + adopted.err).not.toContain('sk-0123');
});

test('a key anywhere in a policy stops it, and is in no form of the answer', async () => {
  const files = writeFiles({ 'fleet.yaml': `${policyText(['acme'])}# ${KEY}\n` });
  for (const form of [[], ['--json'], ['--markdown']]) {
    const { code, out, err } = await runCli(['validate', files['fleet.yaml'], ...form]);
    expect(code).toBe(1);
    expect(out).toContain("looks like a portal's API key");
    expect(out + err).not.toContain('sk-0123');
  }
});

test('a module in another case is put right, once, and what the settings page wrote is left alone', async () => {
  fleet = await startFleet([
    { name: 'acme', schedule: holds({ module: 'S3', subdir: 'acme' }) },
    { name: 'globex', schedule: holds({ subdir: 'globex', serviceurl: '', usehttp: 'false', region: '' }) },
  ]);
  const files = writeFiles({
    'fleet.yaml': policyText(['acme', 'globex']).replace('module: s3', 'module: S3'),
    keys: keyFile(fleet),
  });
  const applied = await runCli(['apply', files['fleet.yaml'], '--keys', files.keys, '--json']);
  const [{ portals }] = JSON.parse(applied.out).policies;
  expect(portals).toMatchObject([
    {
      ...{ portal: 'acme', action: 'update', status: 'done', effect: 'strengthen' },
      changes: [{ field: 'storageParams.module', from: 'S3', to: 's3' }],
    },
    { portal: 'globex', action: 'none', status: 'done', changes: [], requests: 1 },
  ]);
  expect((await runCli(['plan', files['fleet.yaml'], '--keys', files.keys])).code).toBe(0);
});
