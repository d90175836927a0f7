import { afterEach, describe, expect, test } from 'vitest';
import { rememberPortal, wasInPlaceAt } from '../../../functions/drift/remember-portal.ts';
import { contestedError } from '../../../functions/drift/repair-limit.ts';
import { DAY, HOUR } from '../../../functions/model/durations.ts';
import type { StoredOutcome } from '../../../functions/model/portal-memory.ts';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { type TreatOptions, treatOne, WANTED, WANTED_SETUP } from '../treat-one.ts';

let fleet: Fleet;
let last: StoredOutcome | undefined;
afterEach(() => fleet.close());

async function acme(setup: Partial<PortalSetup> = {}) {
  last = undefined;
  fleet = await startFleet([{ name: 'acme', ...setup }], { startAt: new Date('2026-03-04T12:00:00Z') });
  return fleet.portal('acme');
}

/** One run as the function makes it: with what the run before remembers, and remembering. */
async function run(verb: TreatOptions['verb'], target: Partial<PortalTarget> = {}): Promise<StoredOutcome> {
  const before = { last, target: 'the same', now: fleet.now() };
  const recalled = {
    ...{ observed: last?.observed, isSameTarget: true, wasInPlace: wasInPlaceAt(last) },
    since: last?.since === undefined ? undefined : new Date(last.since),
  };
  const gate = () => contestedError(before) ?? ('write' as const);
  const { outcome, observed } = await treatOne(fleet, 'acme', { verb, target, recalled, gate });
  last = rememberPortal(outcome, observed, before);
  return last;
}

const codes = ({ warnings }: StoredOutcome) => warnings.map(({ code }) => code);

describe('a write that is accepted and not shown', () => {
  test('is not sent again by a tick while nothing changes, for seven days, and is by an upload', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'forgets' }, standalone: true });
    expect(await run('tick')).toMatchObject({ status: 'failed', error: { code: 'NOT_VERIFIED' } });
    expect(last?.observed?.unverified).toEqual({
      wish: expect.stringMatching(/^[0-9a-f]{16}$/),
      shown: expect.stringMatching(/^[0-9a-f]{16}$/),
      at: '2026-03-04T12:00:00.000Z',
    });
    for (let tick = 1; tick < 28; tick++) {
      fleet.advanceBy(6 * HOUR);
      fleet.requests.clear();
      const outcome = await run('tick');
      expect(outcome).toMatchObject({ action: 'create', status: 'failed', error: { code: 'NOT_VERIFIED' } });
      expect(outcome.error?.message).toContain('not sent again before 2026-03-11');
      expect(fleet.requests.counts.read).toBe(1);
      expect(fleet.requests.entries.some(({ path }) => path.includes('storage'))).toBe(false);
    }
    expect(portal.counts.write).toBe(1);
    await run('apply');
    expect(portal.counts.write).toBe(2);
    fleet.advanceBy(7 * DAY);
    await run('tick');
    expect(portal.counts.write).toBe(3);
  });

  test('is sent again when what is wanted, or what is shown, is another', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'forgets' } });
    await run('tick');
    await run('tick', { schedule: { ...WANTED, backupsStored: 8 } });
    expect(portal.counts.write).toBe(2);
    portal.setSchedule({ ...WANTED_SETUP, backupsStored: 3 });
    await run('tick', { schedule: { ...WANTED, backupsStored: 8 } });
    expect(portal.counts.write).toBe(3);
  });

  test('of a portal that hides its copies is sent once', async () => {
    const portal = await acme({ hidesBackupsStored: true, schedule: WANTED_SETUP });
    for (let tick = 0; tick < 4; tick++) {
      expect(await run('tick')).toMatchObject({ status: 'failed', error: { code: 'NOT_VERIFIED' } });
      fleet.advanceBy(6 * HOUR);
    }
    expect(portal.counts.write).toBe(1);
  });

  test('counts as a repair: a fight ends', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'forgets' } });
    for (let copies = 1; copies <= 3; copies++) {
      portal.setSchedule({ ...WANTED_SETUP, backupsStored: copies });
      await run('tick');
      fleet.advanceBy(6 * HOUR);
    }
    portal.setSchedule({ ...WANTED_SETUP, backupsStored: 4 });
    expect(await run('tick')).toMatchObject({ status: 'skipped', held: true, error: { code: 'CONTESTED' } });
    expect(portal.counts.write).toBe(3);
  });

  test('is forgotten once the portal is as wanted', async () => {
    const portal = await acme({ fault: { on: 'write', kind: 'forgets', times: 1 } });
    await run('tick');
    portal.setSchedule(WANTED_SETUP);
    expect(await run('tick')).toMatchObject({ action: 'none', status: 'done' });
    expect(last?.observed).not.toHaveProperty('unverified');
  });
});

describe('a schedule that the server deleted because the free backups are used up', () => {
  const saas = { freeBackups: 2, paidService: false };
  async function untilDeleted() {
    const portal = await acme(saas);
    await run('apply');
    await run('tick');
    for (let day = 0; day < 4 && portal.schedule; day++) fleet.advanceBy(DAY);
    expect(portal.schedule).toBeUndefined();
    return portal;
  }

  test('is not put back by ticks in that month, and is in the next', async () => {
    const portal = await untilDeleted();
    const writes = portal.counts.write;
    for (let tick = 0; tick < 4; tick++) {
      expect(await run('tick')).toMatchObject({
        ...{ action: 'create', status: 'skipped', held: true, drift: { kind: 'deleted' } },
        error: { code: 'QUOTA_EXHAUSTED', retryable: false },
      });
      fleet.advanceBy(6 * HOUR);
    }
    expect(portal.counts.write).toBe(writes);
    fleet.advanceTo(new Date('2026-04-01T12:00:00Z'));
    expect(await run('tick')).toMatchObject({ action: 'create', status: 'done' });
  });

  test('is put back by an upload, or by hand, with a warning', async () => {
    await untilDeleted();
    await run('tick');
    const outcome = await run('apply');
    expect(outcome).toMatchObject({ action: 'create', status: 'done' });
    expect(codes(outcome)).toContain('QUOTA_DELETES');
  });

  test('is put back once the service is paid for', async () => {
    const portal = await untilDeleted();
    portal.paidService = true;
    const outcome = await run('tick');
    expect(outcome).toMatchObject({ action: 'create', status: 'done' });
    expect(codes(outcome)).toContain('QUOTA_COSTS');
  });
});

describe('what a plan gives', () => {
  const weekly = { cronParams: { period: 'EveryWeek' as const, hour: 3, day: 1 } };
  test.each<[string, Partial<PortalSetup>, Partial<PortalTarget>, string | undefined]>([
    ['less than a day’s backups need, unpaid', { freeBackups: 2 }, {}, 'QUOTA_DELETES'],
    ['less, paid', { freeBackups: 2, paidService: true }, {}, 'QUOTA_COSTS'],
    ['enough', { freeBackups: 31 }, {}, undefined],
    ['less than a week’s', { freeBackups: 4 }, { schedule: { ...WANTED, ...weekly } }, 'QUOTA_DELETES'],
    ['enough for a week’s', { freeBackups: 5 }, { schedule: { ...WANTED, ...weekly } }, undefined],
    ['one’s own server, which has none', { freeBackups: 2, standalone: true }, {}, undefined],
  ])('%s', async (_, setup, target, code) => {
    await acme(setup);
    for (const verb of ['tick', 'audit'] as const)
      expect(codes(await run(verb, target)).filter((one) => one.startsWith('QUOTA'))).toEqual(
        code === undefined ? [] : [code],
      );
  });

  test('is asked for once a day, and told of all the time', async () => {
    await acme({ freeBackups: 2 });
    for (let tick = 0; tick < 6; tick++) {
      expect(codes(await run('tick'))).toContain('QUOTA_DELETES');
      fleet.advanceBy(6 * HOUR);
    }
    const quotas = fleet.requests.entries.filter(({ path }) => path.includes('payment/quota'));
    expect(quotas).toHaveLength(2);
    const message = last?.warnings.find(({ code }) => code === 'QUOTA_DELETES')?.message;
    expect(message).toMatch(/up to 31 backups a month, 2 are free/);
  });
});

describe('a schedule that is deleted and put back, again and again', () => {
  test('is late, not never: a repair starts no new time', async () => {
    const portal = await acme({ standalone: true });
    const weekly = { schedule: { ...WANTED, cronParams: { period: 'EveryWeek' as const, hour: 3, day: 1 } } };
    await run('apply', weekly);
    for (let week = 0; week < 3; week++) {
      fleet.advanceTo(new Date(Date.parse('2026-03-07T12:00:00Z') + week * 7 * DAY));
      portal.setSchedule(undefined);
      fleet.advanceBy(2 * DAY);
      await run('tick', weekly);
    }
    expect(last).toMatchObject({
      action: 'create',
      status: 'done',
      protection: { verdict: 'late', bad: true },
    });
  });

  test('that was put back after it had run is not told as stalled', async () => {
    const portal = await acme({ standalone: true });
    await run('apply');
    fleet.advanceBy(3 * DAY);
    await run('tick');
    portal.setSchedule(undefined);
    await run('tick');
    fleet.advanceBy(2 * HOUR);
    expect(codes(await run('tick'))).toEqual([]);
  });
});

describe('a portal in which nothing runs', () => {
  test('is told of: its schedule has not run for two periods, and it is not active', async () => {
    const portal = await acme({ standalone: true });
    await run('apply');
    fleet.advanceBy(DAY);
    expect(codes(await run('tick'))).toEqual([]);
    portal.plan = 'overdue';
    fleet.advanceBy(DAY);
    expect(codes(await run('tick'))).toEqual([]);
    fleet.advanceBy(DAY);
    expect(codes(await run('tick'))).toEqual(['SCHEDULE_STALLED']);
  });

  test('says so where it refuses to show its schedule, and is told with its own number', async () => {
    const portal = await acme({ standalone: true });
    await run('apply');
    portal.status = 'restoring';
    const outcome = await run('tick');
    expect(outcome).toMatchObject({ status: 'failed', protection: { verdict: 'unknown', bad: true } });
    expect(codes(outcome)).toEqual(['PORTAL_NOT_ACTIVE']);
    expect(outcome.warnings[0]?.message).toContain('tenantStatus 4: being restored');
    // Of all that a 403 may mean, this is what it was.
    expect(outcome.error?.message).toContain(
      '403: the portal is not active (tenantStatus 4: being restored)',
    );
  });
});
