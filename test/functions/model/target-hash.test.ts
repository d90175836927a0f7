import { describe, expect, it } from 'vitest';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { targetHash } from '../../../functions/model/target-hash.ts';

const SCHEDULE: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 's3'],
    ['bucket', 'acme'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};
const TARGET: PortalTarget = {
  portal: 'acme',
  mode: 'enforce',
  dump: false,
  schedule: SCHEDULE,
  allowLateFirstRun: false,
};

const withSchedule = (more: Partial<BackupSchedule>) => ({ ...TARGET, schedule: { ...SCHEDULE, ...more } });
const withParams = (...params: [string, string][]) => withSchedule({ storageParams: new Map(params) });

describe('what stands for a target', () => {
  it('is of 16 hex digits', () => {
    expect(targetHash(TARGET)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, PortalTarget]>([
    ['params in another order', withParams(['bucket', 'acme'], ['module', 's3'])],
    ['the module in another case', withParams(['module', 'S3'], ['bucket', 'acme'])],
    ['params that say nothing', withParams(['module', 's3'], ['bucket', 'acme'], ['sse', 'none'])],
    ['a portal that is only watched', { ...TARGET, mode: 'detect' }],
    ['a late first run that is risked', { ...TARGET, allowLateFirstRun: true }],
    ['another name', { ...TARGET, portal: 'globex' }],
  ])('is the same with %s', (_, target) => {
    expect(targetHash(target)).toBe(targetHash(TARGET));
  });

  it.each<[string, PortalTarget]>([
    ['another number kept', withSchedule({ backupsStored: 8 })],
    ['another hour', withSchedule({ cronParams: { ...SCHEDULE.cronParams, hour: 4 } })],
    ['another bucket', withParams(['module', 's3'], ['bucket', 'other'])],
    ['another case of what is no module', withParams(['module', 's3'], ['bucket', 'acme'], ['subdir', 'A'])],
    ['no schedule at all', { ...TARGET, schedule: undefined }],
    ['the server-wide schedule', { ...TARGET, dump: true }],
  ])('is another one with %s', (_, target) => {
    expect(targetHash(target)).not.toBe(targetHash(TARGET));
  });

  it('tells the two schedules of a server apart where none is wanted', () => {
    const none = { ...TARGET, schedule: undefined };
    expect(targetHash({ ...none, dump: true })).not.toBe(targetHash(none));
  });
});
