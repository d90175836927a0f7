import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { planPortal } from '../../../functions/portal/plan-portal.ts';
import { anySchedule } from '../arbitraries.ts';

const NOON = new Date('2026-03-04T12:00:00Z'); // a Wednesday

const daily: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 'S3'],
    ['bucket', 'acme'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};

const target = (schedule: BackupSchedule | undefined): PortalTarget => ({
  portal: 'acme',
  mode: 'enforce',
  allowLateFirstRun: false,
  dump: false,
  schedule,
});

describe('a plan', () => {
  test('is empty against what the portal has after it was applied, whatever the schedule', () => {
    fc.assert(
      fc.property(anySchedule, fc.option(anySchedule, { nil: undefined }), (wanted, before) => {
        const plan = planPortal(target(wanted), before, NOON);
        expect(plan.action === 'none').toBe(plan.changes.length === 0);
        expect(planPortal(target(wanted), wanted, NOON)).toEqual({
          action: 'none',
          changes: [],
          warnings: [],
        });
      }),
    );
  });

  test('creates with every field from null', () => {
    expect(planPortal(target(daily), undefined, NOON)).toMatchObject({
      action: 'create',
      changes: [
        { field: 'storageType', from: null, to: 'ThirdPartyConsumer' },
        { field: 'storageParams.module', from: null, to: 'S3' },
        { field: 'storageParams.bucket', from: null, to: 'acme' },
        { field: 'backupsStored', from: null, to: 7 },
        { field: 'cronParams.period', from: null, to: 'EveryDay' },
        { field: 'cronParams.hour', from: null, to: 3 },
      ],
    });
  });

  test('updates with the fields that differ alone, days as numbers', () => {
    const weekly: BackupSchedule = { ...daily, cronParams: { period: 'EveryWeek', hour: 3, day: 1 } };
    expect(planPortal(target(weekly), daily, NOON)).toMatchObject({
      action: 'update',
      changes: [
        { field: 'cronParams.period', from: 'EveryDay', to: 'EveryWeek' },
        { field: 'cronParams.day', from: null, to: 1 },
      ],
    });
  });

  test('removes with every field to null, and has nothing to do where there is no schedule', () => {
    const plan = planPortal(target(undefined), daily, NOON);
    expect(plan.action).toBe('remove');
    expect(plan.changes.every(({ from, to }) => from !== null && to === null)).toBe(true);
    expect(plan.warnings).toEqual([]);
    expect(planPortal(target(undefined), undefined, NOON).action).toBe('none');
  });

  test('shows params that we know, and masks the values of others', () => {
    const secretive = {
      ...daily,
      storageParams: new Map([
        ['module', 'S3'],
        ['bucket', 'new'],
        ['acesskey', 'AKIA'],
      ]),
    };
    expect(planPortal(target(secretive), daily, NOON).changes).toEqual([
      { field: 'storageParams.bucket', from: 'acme', to: 'new' },
      { field: 'storageParams.acesskey', from: null, to: '***' },
    ]);
  });

  test('escapes what a portal may have hidden in the name of a param', () => {
    const odd = { ...daily, storageParams: new Map([...daily.storageParams, ['\u001b[2J\u202e', 'x']]) };
    expect(planPortal(target(daily), odd, NOON).changes).toEqual([
      { field: 'storageParams.\\u{1b}[2J\\u{202e}', from: '***', to: null },
    ]);
  });

  test('warns that archives go when fewer copies are kept than now', () => {
    const fewer = { ...daily, backupsStored: 6 };
    expect(planPortal(target(fewer), daily, NOON).warnings.map(({ code }) => code)).toContain(
      'DELETES_ARCHIVES',
    );
    const more = { ...daily, backupsStored: 8 };
    expect(planPortal(target(more), daily, NOON).warnings.map(({ code }) => code)).not.toContain(
      'DELETES_ARCHIVES',
    );
  });
});

describe('the warning that a write runs a backup at once', () => {
  const cron = (period: 'EveryDay' | 'EveryWeek' | 'EveryMonth', hour: number, day: number) => ({
    ...daily,
    cronParams: { period, hour, day },
  });
  test.each([
    ['daily, the hour has passed everywhere', cron('EveryDay', 0, 0), true],
    ['daily, 23:00 has passed in the far east', cron('EveryDay', 23, 0), true],
    ['weekly, today', cron('EveryWeek', 3, 4), true],
    ['weekly, tomorrow begins in the far east', cron('EveryWeek', 1, 5), true],
    ['weekly, tomorrow, but later than it is anywhere', cron('EveryWeek', 3, 5), false],
    ['weekly, another day', cron('EveryWeek', 0, 1), false],
    ['monthly, today', cron('EveryMonth', 3, 4), true],
    ['monthly, another day', cron('EveryMonth', 0, 20), false],
  ])('%s', (_, schedule, warned) => {
    const codes = planPortal(target(schedule), undefined, NOON).warnings.map(({ code }) => code);
    expect(codes.includes('RUNS_AT_ONCE')).toBe(warned);
  });
});
