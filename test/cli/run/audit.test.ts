import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { DAY, giveArchive, HOUR, run, storedAs } from '../../functions/protected-portals.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

type Outcome = {
  portal: string;
  status: string;
  requests: number;
  warnings: { code: string; message: string }[];
  protection: { verdict: string; byHand?: boolean };
};

async function start(names: readonly string[], keys: Record<string, object> = {}): Promise<void> {
  fleet = await startFleet(
    names.map((name) => {
      const schedule = storedAs(name);
      return {
        name,
        schedule,
        timezone: 'Asia/Kathmandu',
        ...(keys[name] && { keys: [{ key: `sk-${name}`, ...keys[name] }] }),
      };
    }),
  );
}

async function cli(verb: string, names: readonly string[]) {
  const files = writeFiles({
    'fleet.yaml': policyText(names).replace('hour: 0', 'hour: 3'),
    keys: keyFile(fleet),
  });
  const { code, out } = await runCli([verb, files['fleet.yaml'], '--keys', files.keys, '--json']);
  const report = JSON.parse(out);
  return { code, report, portals: report.policies[0].portals as Outcome[] };
}

test('an audit tells who is protected, and writes nothing', async () => {
  const names = ['proven', 'by-hand', 'claimed', 'late', 'never', 'unprotected', 'unknown', 'gone'];
  await start(names);
  const { portal } = fleet;
  run(portal('proven'), 2 * HOUR);
  giveArchive(portal('by-hand'), 2 * HOUR, { scheduled: false });
  portal('claimed').setSchedule(storedAs('claimed', 14 * HOUR));
  portal('by-hand').setSchedule(storedAs('by-hand', 20 * HOUR));
  giveArchive(portal('late'), 3 * DAY);
  // Its first slot is a day of the week that is neither today nor yesterday.
  const day = ((new Date().getUTCDay() + 3) % 7) + 1;
  portal('never').setSchedule({ ...storedAs('never'), cronParams: { period: 'EveryWeek', hour: 3, day } });
  portal('unprotected').setSchedule(undefined);
  portal('unknown').fault = { on: 'other', kind: 'status', status: 500 };
  portal('gone').suspended = true;
  const { code, report, portals } = await cli('audit', names);
  expect(code).toBe(1);
  expect(report).toMatchObject({ mode: 'audit', ok: false });
  expect(Object.fromEntries(portals.map(({ portal, protection }) => [portal, protection.verdict]))).toEqual({
    proven: 'proven',
    'by-hand': 'proven',
    claimed: 'claimed',
    late: 'late',
    never: 'never',
    unprotected: 'unprotected',
    unknown: 'unknown',
    gone: 'unknown',
  });
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(portals[0]?.protection).toEqual({ verdict: 'proven', lastBackup: iso, lastArchive: iso, due: iso });
  expect(portals[1]?.protection).toEqual({
    verdict: 'proven',
    lastBackup: iso,
    lastArchive: iso,
    due: iso,
    byHand: true,
  });
  expect(portals[7]?.protection).toEqual({
    verdict: 'unknown',
    lastBackup: null,
    lastArchive: null,
    due: null,
    bad: true,
  });
  expect(fleet.requests.counts).toMatchObject({ write: 0, delete: 0 });
});

test('an audit of a fleet that is all proven is all well, whatever a plan would change', async () => {
  await start(['one', 'two']);
  for (const portal of fleet.portals) run(portal, 2 * HOUR);
  fleet.portal('two').setSchedule({ ...storedAs('two', 2 * HOUR), backupsStored: 3 });
  const { code, report, portals } = await cli('audit', ['one', 'two']);
  expect(code).toBe(0);
  expect(report.ok).toBe(true);
  expect(portals.map(({ requests }) => requests)).toEqual([7, 7]);
  expect(portals[1]).toMatchObject({ status: 'planned', protection: { verdict: 'proven' } });
});

test('an audit warns of keys that are about to die, or that can not do their work', async () => {
  await start(['soon', 'very-soon', 'reader', 'stranger', 'fine'], {
    soon: { expiresAt: new Date(Date.now() + 29 * DAY) },
    'very-soon': { expiresAt: new Date(Date.now() + 6 * DAY) },
    reader: { permissions: ['*:read'] },
    stranger: { permissions: ['rooms:write'] },
    fine: { expiresAt: new Date(Date.now() + 31 * DAY) },
  });
  const { portals } = await cli('audit', ['soon', 'very-soon', 'reader', 'stranger', 'fine']);
  expect(portals.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
    ['KEY_EXPIRES_SOON'],
    ['KEY_EXPIRES_SOON'],
    ['KEY_READ_ONLY'],
    ['KEY_FOREIGN_SCOPE'],
    [],
  ]);
  expect(portals[0]?.warnings[0]?.message).toContain('within 30 days');
  expect(portals[1]?.warnings[0]?.message).toContain('within 7 days');
});

test('plan and apply ask for the schedule, and before a create for the storages, and for no more', async () => {
  await start(['same', 'bare']);
  fleet.portal('bare').setSchedule(undefined);
  expect((await cli('plan', ['same', 'bare'])).portals.map(({ requests }) => requests)).toEqual([1, 2]);
  const { portals } = await cli('apply', ['same', 'bare']);
  expect(portals.map(({ requests }) => requests)).toEqual([1, 4]);
  for (const outcome of portals) expect(outcome).not.toHaveProperty('protection');
  expect(fleet.requests.counts.other).toBe(2);
});
