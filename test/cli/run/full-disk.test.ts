import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { storedAs } from '../../functions/protected-portals.ts';
import { policyText } from '../../policy-text.ts';
import { FULL, keyFile, runCli, runCliInto, writeFiles } from '../run-cli.ts';

const NAMES = ['acme', 'globex'];
let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet(NAMES.map((name) => ({ name })));
});
afterEach(() => fleet.close());

const TOLD = 'policy-sync: the output could not be written (ENOSPC)\n';

test.each([
  ['validate', []],
  ['validate', ['--json']],
  ['plan', []],
  ['plan', ['--json']],
  ['plan', ['--json=lines']],
  ['plan', ['--markdown']],
  ['apply', []],
  ['apply', ['--json']],
  ['audit', []],
  ['audit', ['--json']],
])('what %s %s tells, and a full disk does not take, is exit 1 and told', async (verb, options) => {
  const files = writeFiles({ 'fleet.yaml': policyText(NAMES), keys: keyFile(fleet) });
  const keys = verb === 'validate' ? [] : ['--keys', files.keys];
  const args = [verb, files['fleet.yaml'], ...keys, ...options];
  expect(await runCliInto(FULL, args)).toMatchObject({ code: 1, err: TOLD });
  if (verb === 'apply') expect(fleet.requests.counts.write).toBe(2);
});

test('so is what status, why, adopt, --help and --version tell', async () => {
  fleet.portal('acme').setSchedule(storedAs('acme'));
  const files = writeFiles({ 'fleet.yaml': policyText(NAMES), keys: keyFile(fleet) });
  for (const args of [
    ['status', files['fleet.yaml'].replace(/[^/]+$/, ''), '--json'],
    ['why', 'acme', files['fleet.yaml']],
    ['why', 'acme', files['fleet.yaml'], '--json'],
    ['adopt', '--keys', files.keys, '--portal', 'acme'],
    ['--help'],
    ['--version'],
  ])
    expect(await runCliInto(FULL, args)).toMatchObject({ code: 1, err: TOLD });
});

test('a disk that gets full in the middle of a text is told, too', async () => {
  for (const name of NAMES) fleet.portal(name).setSchedule(storedAs(name));
  const files = writeFiles({ keys: keyFile(fleet), out: '' });
  const adopt = ['adopt', '--keys', files.keys];
  const whole = await runCliInto(files.out, adopt);
  expect(whole).toEqual({ code: 0, err: '', out: (await runCli(adopt)).out });
  const cut = await runCliInto(files.out, ['--help'], { mostBlocks: 1 });
  expect(cut).toMatchObject({ code: 1, err: expect.stringContaining('could not be written (EFBIG)') });
  expect(cut.out.length).toBeGreaterThan(0);
});

test('to a disk with room all ends as ever', async () => {
  const files = writeFiles({ 'fleet.yaml': policyText(NAMES), keys: keyFile(fleet), out: '' });
  const plan = await runCliInto(files.out, ['plan', files['fleet.yaml'], '--keys', files.keys, '--json']);
  expect(plan).toMatchObject({ code: 2, err: '' });
  expect(JSON.parse(plan.out).policies[0].totals).toMatchObject({ create: 2 });
  expect(await runCliInto('/dev/null', ['validate', files['fleet.yaml']])).toMatchObject({
    code: 0,
    err: '',
  });
});
