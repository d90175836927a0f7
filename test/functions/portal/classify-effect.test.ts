import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../functions/model/effect.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { effectOf } from '../../../functions/portal/classify-effect.ts';
import { isSameSchedule } from '../../../functions/portal/plan-portal.ts';
import { anySchedule } from '../arbitraries.ts';

const NOW: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 's3'],
    ['bucket', 'acme'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryWeek', hour: 3, day: 2 },
  dump: false,
};
const daily = { period: 'EveryDay', hour: 3, day: 0 } as const;
const monthlyOn = (day: number) => ({ cronParams: { period: 'EveryMonth', hour: 3, day } as const });
const monthly = { period: 'EveryMonth', hour: 3, day: 1 } as const;

describe('a change', () => {
  it.each<[string, Partial<BackupSchedule>, Effect]>([
    ['nothing', {}, 'neutral'],
    ['more often', { cronParams: daily }, 'strengthen'],
    ['less often', { cronParams: monthly }, 'weaken'],
    ['more copies', { backupsStored: 8 }, 'strengthen'],
    ['fewer copies', { backupsStored: 6 }, 'weaken'],
    ['another hour', { cronParams: { ...NOW.cronParams, hour: 23 } }, 'neutral'],
    ['another day', { cronParams: { ...NOW.cronParams, day: 7 } }, 'neutral'],
    ['another bucket', { storageParams: new Map([['module', 's3']]) }, 'neutral'],
    ['another type', { storageType: 'Documents', storageParams: new Map([['folderId', '1']]) }, 'neutral'],
    ['to DataStore', { storageType: 'DataStore', storageParams: new Map() }, 'weaken'],
    ['more often, fewer copies', { cronParams: daily, backupsStored: 6 }, 'weaken'],
    ['less often, more copies', { cronParams: monthly, backupsStored: 30 }, 'weaken'],
    ['to DataStore, more often', { storageType: 'DataStore', cronParams: daily }, 'weaken'],
    ['another bucket, more copies', { storageParams: new Map(), backupsStored: 8 }, 'strengthen'],
    ['to CustomCloud', { storageType: 'CustomCloud', storageParams: new Map() }, 'weaken'],
    [
      'a module in another case',
      { storageParams: new Map([...NOW.storageParams, ['module', 'S3']]) },
      'weaken',
    ],
  ])('%s', (_, change, effect) => {
    expect(effectOf(NOW, { ...NOW, ...change })).toBe(effect);
  });

  it('from DataStore strengthens, unless something else weakens', () => {
    const short: BackupSchedule = { ...NOW, storageType: 'DataStore', storageParams: new Map() };
    expect(effectOf(short, NOW)).toBe('strengthen');
    expect(effectOf(short, { ...NOW, backupsStored: 1 })).toBe('weaken');
    expect(effectOf(short, { ...short, backupsStored: 8 })).toBe('strengthen');
  });

  it.each<[string, Partial<BackupSchedule>, Partial<BackupSchedule>, Effect]>([
    ['a day that all months have to one that some lack', monthlyOn(28), monthlyOn(29), 'weaken'],
    ['a day that one month lacks to one that five do', monthlyOn(30), monthlyOn(31), 'weaken'],
    ['a day that some months lack to one that all have', monthlyOn(31), monthlyOn(1), 'strengthen'],
    ['one day that February lacks to another', monthlyOn(29), monthlyOn(30), 'neutral'],
    ['an unknown number of copies to a known one', { backupsStored: 0 }, { backupsStored: 29 }, 'weaken'],
    ['an unknown number of copies to the most', { backupsStored: 0 }, { backupsStored: 30 }, 'neutral'],
    ['CustomCloud to anything', { storageType: 'CustomCloud' }, { storageType: 'DataStore' }, 'strengthen'],
    [
      'a module that no server finds to one',
      { storageParams: new Map([['module', 'S3']]) },
      {},
      'strengthen',
    ],
  ])('%s', (_, current, wanted, effect) => {
    expect(effectOf({ ...NOW, ...current }, { ...NOW, ...wanted })).toBe(effect);
  });

  it('from or to no schedule', () => {
    expect(effectOf(undefined, NOW)).toBe('strengthen');
    expect(effectOf(NOW, undefined)).toBe('remove');
    expect(effectOf(undefined, undefined)).toBe('neutral');
  });
});

describe('of any two schedules', () => {
  it('one way strengthens only if the other weakens, and is neutral only if the other is', () => {
    fc.assert(
      fc.property(anySchedule, anySchedule, (one, other) => {
        const [there, back] = [effectOf(one, other), effectOf(other, one)];
        if (there === 'strengthen') expect(back).toBe('weaken');
        if (there === 'neutral') expect(back).toBe('neutral');
        if (there === 'weaken') expect(['strengthen', 'weaken']).toContain(back);
        if (isSameSchedule(one, other)) expect(there).toBe('neutral');
      }),
    );
  });

  it('two steps that do not weaken do not weaken together', () => {
    fc.assert(
      fc.property(anySchedule, anySchedule, anySchedule, (one, two, three) => {
        fc.pre(effectOf(one, two) !== 'weaken' && effectOf(two, three) !== 'weaken');
        expect(effectOf(one, three)).not.toBe('weaken');
      }),
    );
  });
});
