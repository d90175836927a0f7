import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import '../../functions/patience.ts';
import { runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
let files: Record<'fleet.yaml' | 'other.yaml' | 'keys.json' | 'nokeys.json', string>;
const HEAD = [
  'version: 1',
  'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }',
  'profiles: { gold: { backupsStored: 30 } }',
];

beforeAll(async () => {
  fleet = await startFleet(['eu-1', 'eu-2', 'eu-3', 'us-1'].map((name) => ({ name })));
  const keys = fleet.keys();
  files = writeFiles({
    'fleet.yaml': [
      ...HEAD,
      'select:',
      '  - { match: "eu-*", tags: { tier: gold }, profile: gold }',
      '  - { match: ["*-2", "*-3"], mode: detect }',
      '  - match: asia-*',
      'portals: { us-1: { mode: detect } }',
      '',
    ].join('\n'),
    'other.yaml': [...HEAD, 'portals: { eu-3: }', ''].join('\n'),
    'keys.json': JSON.stringify({ ...keys, 'eu-1': { ...keys['eu-1'], tags: { tier: 'gold' } } }),
    'nokeys.json': '{',
  });
});
afterAll(() => fleet.close());

test('plan says which portals each selector brings, and each portal by which line', async () => {
  const args = ['plan', files['fleet.yaml'], files['other.yaml'], '--keys', files['keys.json']];
  const { out, code } = await runCli(args);
  expect(code).toBe(2);
  expect(out).toContain('line 5 (eu-*) selects 1 portal: eu-1');
  expect(out).toContain('line 6 (*-2 and 1 more) selects 1 portal: eu-2');
  expect(out).toContain('line 7 (asia-*) selects no portal');
  const json = JSON.parse((await runCli([...args, '--json'])).out);
  type Told = { portal: string; status: string; selected?: object; mode?: string };
  expect(
    json.policies.map(({ portals }: { portals: Told[] }) =>
      portals.map(({ portal, selected, mode }) => [portal, selected, mode]),
    ),
  ).toEqual([
    [
      ['us-1', undefined, 'detect'],
      ['eu-1', { line: 5 }, undefined],
      ['eu-2', { line: 6 }, 'detect'],
    ],
    [['eu-3', undefined, undefined]],
  ]);
  const verbose = (await runCli([...args, '--verbose', '--portal', 'eu-1'])).out;
  expect(verbose).toContain('selected by line 5');
  expect(verbose).toMatch(/backupsStored +30/);
});

test('validate checks selectors alone, and says that they bring more', async () => {
  const { out, code } = await runCli(['validate', files['fleet.yaml']]);
  expect(out).toContain('valid, 1 portal and what 3 selectors bring');
  expect(code).toBe(0);
});

test('keys that can not be read are the run’s own error', async () => {
  const { err, code, out } = await runCli([
    ...['plan', files['fleet.yaml'], '--json', '--keys', files['nokeys.json']],
  ]);
  expect([code, err]).toEqual([1, '']);
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
});

test('why tells of a portal that no entry names by which line it would be selected, and on what that hangs', async () => {
  const { out, err, code } = await runCli(['why', 'eu-9', files['fleet.yaml']]);
  expect(out).toMatch(/eu-9: policy fleet, .*fleet\.yaml:5:5, selected by line 5, profile gold/);
  expect(err).toContain('line 5 of');
  expect(err).toContain('selects it if it has a key with tier: gold');
  expect(code).toBe(1);
});
