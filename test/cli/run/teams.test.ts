import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import '../../functions/patience.ts';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';

let aws: LocalAws;
let fleet: Fleet;
let folder: string;
const TEAMS = JSON.stringify({ red: 'docspace/red/', blue: 'docspace/blue/' });

/** Three portals that all go by the name of acme: the deployment's own, and one of each team. */
beforeEach(async () => {
  [aws, fleet] = await Promise.all([
    startAws(),
    startFleet([{ name: 'main' }, { name: 'red' }, { name: 'blue' }]),
  ]);
  aws.s3.createBucket('acme-policies');
  const { main, red, blue } = fleet.keys();
  aws.secrets.put('docspace/portals/acme', JSON.stringify(main));
  aws.secrets.put('docspace/red/acme', JSON.stringify(red));
  aws.secrets.put('docspace/blue/acme', JSON.stringify(blue));
  folder = dirname(writeFiles({ 'x.yaml': '' })['x.yaml']);
});
afterEach(() => Promise.all([aws.close(), fleet.close()]));

function file(path: string): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, policyText(['acme']));
  return whole;
}
const env = () => ({ ...aws.env(), TEAMS });
const asked = () => fleet.portals.filter(({ counts }) => counts.all > 0).map(({ name }) => name);

describe('with TEAMS set, a file’s keys are those of its team', () => {
  test.each([
    ['policies/red/fleet.yaml', 'red'],
    ['policies/blue/eu/fleet.yaml', 'blue'],
    ['policies/old/policies/red/fleet.yaml', 'red'],
    ['policies/fleet.yaml', 'main'],
    ['policies/green/fleet.yaml', 'main'],
    ['red/fleet.yaml', 'main'],
    ['policies/red.yaml', 'main'],
  ])('%s: %s', async (path, team) => {
    await runCli(['apply', file(path)], env());
    expect(asked()).toEqual([team]);
    expect(fleet.portal(team).counts.write).toBe(1);
  });

  test('wherever it is typed from, and in a bucket', async () => {
    file('policies/red/fleet.yaml');
    await runCli(['plan', relative(process.cwd(), join(folder, 'policies/red/fleet.yaml'))], env());
    aws.s3.put('acme-policies', 'policies/blue/policies/red/fleet.yaml', policyText(['acme']));
    await runCli(['audit', 's3://acme-policies/policies/blue/policies/red/fleet.yaml'], env());
    expect(asked()).toEqual(['red', 'blue']);
  });

  test('and files of several teams go each their own way in one command', async () => {
    const files = [file('policies/red/fleet.yaml'), file('policies/blue/fleet.yaml')];
    const { code, out } = await runCli(['apply', ...files, '--json'], env());
    expect(code).toBe(0);
    expect(JSON.parse(out).policies).toMatchObject([{ totals: { create: 1 } }, { totals: { create: 1 } }]);
    expect(asked()).toEqual(['red', 'blue']);
    const why = await runCli(['why', 'acme', ...files, '--json'], env());
    expect(JSON.parse(why.out)).toMatchObject({ ok: true, policies: [{}, {}] });
    const single = await runCli(['why', 'acme', ...files, '--json'], aws.env());
    expect(JSON.parse(single.out)).toMatchObject({ error: { code: 'CONFLICT' } });
  });

  test('adopt takes a team’s portals by their team', async () => {
    const { out } = await runCli(['adopt', '--portal', 'red/acme'], env());
    expect(out).toContain('acme');
    expect(asked()).toEqual(['red']);
    for (const names of [
      ['red/acme', 'acme'],
      ['acme', 'red/acme'],
      ['red/acme', 'blue/acme'],
      ['green/acme'],
    ]) {
      const args = names.flatMap((name) => ['--portal', name]);
      expect(await runCli(['adopt', ...args], env())).toMatchObject({ code: 1, out: '' });
    }
    expect(asked()).toEqual(['red']);
  });
});

test('with APPROVALS=bucket, approve in a policy lets nothing through here, and is warned of', async () => {
  const text = `${policyText(['acme'])}approve: 0123456789abcdef\n`;
  const files = writeFiles({ 'fleet.yaml': text });
  const { out } = await runCli(['plan', files['fleet.yaml'], '--json'], {
    ...aws.env(),
    APPROVALS: 'bucket',
  });
  expect(JSON.parse(out).policies[0].warnings).toMatchObject([{ code: 'APPROVE_IGNORED' }]);
  expect(
    JSON.parse((await runCli(['plan', files['fleet.yaml'], '--json'], aws.env())).out).policies[0].warnings,
  ).toEqual([]);
});
