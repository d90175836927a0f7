import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const YAML = 'policies/eu/fleet.yaml';
const YML = 'policies/eu/fleet.yml';

let world: Deployment;
const written = () => world.fleet.portal('acme').schedule?.backupsStored;
const policy = () => world.report('eu/fleet').policies[0];
const said = () => ({ ok: world.report('eu/fleet').ok, file: policy().file, shadowed: policy().shadowed });
const OF_YAML = `s3://${BUCKET}/${YAML}`;
const TWO = { ok: false, file: OF_YAML, shadowed: [YML] };

beforeAll(async () => {
  world = await deploy([{ name: 'acme' }]);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

test('a .yml that comes later has no effect, and reports are not ok until it is gone', async () => {
  await world.upload(YAML, policyText(['acme'], 7));
  expect(said()).toEqual({ ok: true, file: OF_YAML, shadowed: undefined });
  expect((await world.upload(YML, policyText(['acme'], 9))).result).toMatchObject({ ok: false });
  expect(said()).toEqual(TWO);
  expect((await world.tick()).result).toMatchObject({ ok: false });
  expect(said()).toEqual(TWO);
  expect(written()).toBe(7);
  expect((await world.fn.invoke(world.remove(YML))).result).toMatchObject({ ok: true });
  expect(said()).toEqual({ ok: true, file: OF_YAML, shadowed: undefined });
});

test('a .yml that was there first counts until the .yaml comes, and again when that is gone', async () => {
  await world.upload(YML, policyText(['acme'], 9));
  expect(said()).toEqual({ ok: true, file: `s3://${BUCKET}/${YML}`, shadowed: undefined });
  await world.upload(YAML, policyText(['acme'], 7));
  expect(said()).toEqual(TWO);
  expect(written()).toBe(7);
  await world.fn.invoke(world.remove(YAML));
  expect(said()).toEqual({ ok: true, file: `s3://${BUCKET}/${YML}`, shadowed: undefined });
  expect(written()).toBe(9);
});

test('a .yml that comes while the .yaml is applied is told by the run that is at it', async () => {
  const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/eu/fleet/latest.json' });
  const run = world.upload(YAML, policyText(['acme'], 7));
  await held.arrived;
  await world.upload(YML, policyText(['acme'], 9));
  held.letGo();
  await run;
  expect(said()).toEqual(TWO);
});

test('log and metrics tell it', async () => {
  await world.upload(YAML, policyText(['acme'], 7));
  await world.upload(YML, policyText(['acme'], 9));
  expect(world.log().findLast(({ message }) => message === 'run')).toMatchObject({ shadowed: [YML] });
  expect(world.log().findLast((line) => 'InvalidPolicies' in line)).toMatchObject({ InvalidPolicies: 1 });
});

test('status and why tell it', async () => {
  await world.upload(YAML, policyText(['acme'], 7));
  await world.upload(YML, policyText(['acme'], 9));
  const env = world.aws.env();
  const line = `${YML} never counts beside ${YAML}`;
  for (const more of [[], ['--verbose'], ['--markdown']]) {
    const status = await runCli(['status', `s3://${BUCKET}`, ...more], env);
    expect(status).toMatchObject({ code: 1, out: expect.stringContaining(line) });
  }
  const json = await runCli(['status', `s3://${BUCKET}`, '--json'], env);
  expect(JSON.parse(json.out).policies).toMatchObject([{ ok: false, shadowed: [YML] }]);

  const why = ['why', 'acme', OF_YAML, '--reports', `s3://${BUCKET}`];
  expect(await runCli(why, env)).toMatchObject({ code: 1, out: expect.stringContaining(line) });
  const told = await runCli([...why, '--json'], env);
  expect(JSON.parse(told.out)).toMatchObject({ ok: false, policies: [{ history: { shadowed: [YML] } }] });
});

test('a copy of a report that has anything else there is told without it', async () => {
  await world.upload(YAML, policyText(['acme'], 7));
  const report = world.report('eu/fleet');
  const odd = { ...report, policies: [{ ...report.policies[0], shadowed: { a: 1 } }] };
  world.aws.s3.put(BUCKET, 'reports/eu/fleet/latest.json', JSON.stringify(odd));
  const { code, err } = await runCli(['status', `s3://${BUCKET}`], world.aws.env());
  expect({ code, err }).toEqual({ code: 0, err: '' });
});
