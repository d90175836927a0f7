import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import '../../functions/patience.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

const NAMES = Array.from({ length: 100 }, (_, i) => `portal-${i}`);
const WEAK = NAMES.slice(0, 20);

/** What `policyText` wants, with more copies: to go back to 7 is to weaken. */
function strong(name: string) {
  const storageParams = Object.entries({ module: 's3', bucket: 'acme-backups', subdir: name }).map(
    ([key, value]) => ({ key, value }),
  );
  return {
    storageType: 'ThirdPartyConsumer',
    storageParams,
    backupsStored: 14,
    cronParams: { period: 'EveryDay', hour: 0 },
  };
}

/** Twenty portals that the policy would weaken, ten to create, the others as wanted. */
async function startHundred(): Promise<void> {
  fleet = await startFleet(
    NAMES.map((name, i) => {
      if (i < 20) return { name, schedule: strong(name) };
      return i < 30 ? { name } : { name, schedule: { ...strong(name), backupsStored: 7 } };
    }),
    { sharedPort: true, ownAddresses: true },
  );
}

type Outcome = {
  portal: string;
  status: string;
  action: string;
  effect?: string;
  held?: boolean;
  requests: number;
  error?: { code: string; message: string };
};

test('a policy that would weaken 20 of 100 portals weakens none, all 20 once approved, and none with a stale approval', async () => {
  await startHundred();
  const text = policyText(NAMES);
  const run = async (verb: string, policy: string) => {
    const files = writeFiles({ 'fleet.yaml': policy, keys: keyFile(fleet) });
    const { code, out } = await runCli([verb, files['fleet.yaml'], '--keys', files.keys, '--json']);
    const [{ portals, guard }] = JSON.parse(out).policies;
    return { code, portals: portals as Outcome[], guard };
  };

  const plan = await run('plan', text);
  expect(plan.code).toBe(1);
  expect(plan.portals.map(({ portal }) => portal)).toEqual(NAMES);
  expect(plan.guard).toEqual({
    approved: false,
    approval: 'none',
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    changes: Object.fromEntries(WEAK.map((name) => [name, expect.stringMatching(/^[0-9a-f]{16}$/)])),
    used: [],
    exceeded: [{ guard: 'maxWeaken', limit: 10, count: 20, portals: WEAK }],
  });

  expect(plan.portals.filter(({ held }) => held).map(({ portal }) => portal)).toEqual(WEAK);
  expect(plan.portals[0]).toMatchObject({ status: 'planned', held: true });

  const held = await run('apply', text);
  expect(held.code).toBe(1);
  expect(held.portals.map(({ portal }) => portal)).toEqual(NAMES);
  for (const outcome of held.portals.slice(0, 20)) {
    expect(outcome).toMatchObject({
      status: 'skipped',
      action: 'update',
      effect: 'weaken',
      requests: 1,
      held: true,
      error: { code: 'GUARDED' },
    });
  }
  expect(held.portals[0]?.error?.message).toContain(`approve: ${plan.guard.digest}`);
  for (const outcome of held.portals.slice(20, 30)) {
    expect(outcome).toMatchObject({ status: 'done', action: 'create', effect: 'strengthen', requests: 4 });
  }
  expect(fleet.requests.counts.write).toBe(10);

  for (const { held: isHeld } of held.portals.slice(20)) expect(isHeld).toBeUndefined();

  expect((await run('apply', `${text}approve: "0123456789abcdef"\n`)).guard).toMatchObject({
    approved: false,
    approval: 'foreign',
  });
  fleet.portal('portal-3').setSchedule({ ...strong('portal-3'), backupsStored: 21 });
  const stale = await run('apply', `${text}approve: ${plan.guard.digest}\n`);
  expect(stale.guard).toMatchObject({ approved: false });
  expect(fleet.requests.counts.write).toBe(10);

  const letThrough = await run('plan', `${text}approve: ${stale.guard.digest}-3\n`);
  expect(letThrough.code).toBe(2);
  expect(letThrough.portals.some(({ held }) => held)).toBe(false);

  const approved = await run('apply', `${text}approve: ${stale.guard.digest}\n`);
  expect(approved.code).toBe(0);
  for (const outcome of approved.portals.slice(0, 20))
    expect(outcome).toMatchObject({ status: 'done', effect: 'weaken', requests: 4 });
  expect(fleet.requests.counts.write).toBe(30);
  expect(await run('plan', text)).toMatchObject({ code: 0 });
});

test('a portal that changes between count and write is left alone', async () => {
  fleet = await startFleet([{ name: 'acme', schedule: strong('acme') }]);
  const acme = fleet.portal('acme');
  const takeFault = acme.takeFault.bind(acme);
  let reads = 0;
  acme.takeFault = (kind) => {
    if (kind === 'read' && ++reads === 2) acme.setSchedule({ ...strong('acme'), backupsStored: 30 });
    return takeFault(kind);
  };
  const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys: keyFile(fleet) });
  const { out } = await runCli(['apply', files['fleet.yaml'], '--keys', files.keys, '--json']);
  expect(JSON.parse(out).policies[0].portals).toMatchObject([
    { status: 'skipped', error: { code: 'GUARDED', retryable: true } },
  ]);
  expect(acme.schedule?.backupsStored).toBe(30);
});

test('a guard of the policy holds every change where maxChange is below all', async () => {
  fleet = await startFleet(
    NAMES.slice(0, 12).map((name) => ({ name })),
    { sharedPort: true, ownAddresses: true },
  );
  const names = NAMES.slice(0, 12);
  const files = writeFiles({
    'fleet.yaml': `${policyText(names)}guard: { maxChange: 3 }\n`,
    keys: keyFile(fleet),
  });
  const args = [files['fleet.yaml'], '--keys', files.keys];
  const plan = await runCli(['plan', ...args]);
  expect(plan.code).toBe(1);
  expect(plan.out).not.toContain('make it so');
  const { code, out } = await runCli(['apply', ...args]);
  expect(code).toBe(1);
  expect(out).toContain('GUARDED: maxChange lets 3 through, 12 are planned: portal-0, ');
  expect(fleet.requests.counts.write).toBe(0);
});
