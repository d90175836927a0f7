import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleFromWire, scheduleToWire } from '../../../functions/docspace/wire.ts';
import { type BackupSchedule, PERIODS, STORAGE_TYPES } from '../../../functions/model/schedule.ts';
import { isSameSchedule } from '../../../functions/portal/plan-portal.ts';
import { anySchedule } from '../arbitraries.ts';

const nightly: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 's3'],
    ['bucket', 'acme'],
    ['subdir', '007'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryWeek', hour: 3, day: 1 },
  dump: false,
};

/** As the server shows what it was posted: numbers for enums, an object of texts, additions of its own. */
function asServerShows(body: ReturnType<typeof scheduleToWire>): object {
  const posted = body as {
    storageType: BackupSchedule['storageType'];
    storageParams: { key: string; value: string }[];
    backupsStored: number;
    cronParams: { period: BackupSchedule['cronParams']['period']; hour: number; day?: number };
    dump: boolean;
  };
  const params = Object.fromEntries(posted.storageParams.map(({ key, value }) => [key, value]));
  const basePath = posted.storageType === 'DataStore' ? null : (params.folderId ?? '/base');
  return {
    storageType: STORAGE_TYPES.indexOf(posted.storageType),
    storageParams: {
      ...params,
      ...(posted.storageType !== 'ThirdPartyConsumer' && { folderId: basePath }),
      ...(posted.dump && { tenantId: '1' }),
    },
    backupsStored: posted.backupsStored,
    cronParams: {
      period: PERIODS.indexOf(posted.cronParams.period),
      hour: posted.cronParams.hour,
      day: posted.cronParams.day ?? 0,
    },
    lastBackupTime: '0001-01-01T00:00:00',
    dump: posted.dump,
  };
}

const wrap = (response: unknown) => ({ response, count: 1, links: [], status: 0, statusCode: 200 });

describe('a schedule on the wire', () => {
  test('is posted with names, an array of texts, and a day only where the period has one', () => {
    expect(scheduleToWire(nightly)).toEqual({
      storageType: 'ThirdPartyConsumer',
      storageParams: [
        { key: 'module', value: 's3' },
        { key: 'bucket', value: 'acme' },
        { key: 'subdir', value: '007' },
      ],
      backupsStored: 7,
      cronParams: { period: 'EveryWeek', hour: 3, day: 1 },
      dump: false,
    });
    const daily = { ...nightly, cronParams: { period: 'EveryDay', hour: 3, day: 0 } } as const;
    expect(scheduleToWire(daily)).toHaveProperty('cronParams', { period: 'EveryDay', hour: 3 });
  });

  test('reads back equal, whatever it is, through everything that the server does to it', () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        const answer = scheduleFromWire(wrap(asServerShows(scheduleToWire(schedule))), schedule.dump);
        expect(answer.kind).toBe('schedule');
        if (answer.kind === 'schedule') expect(isSameSchedule(answer.schedule, schedule)).toBe(true);
      }),
    );
  });

  test('takes numbers and booleans among the params for their texts, and drops nulls', () => {
    const shown = { ...asServerShows(scheduleToWire(nightly)), storageParams: { a: 7, b: true, c: null } };
    const answer = scheduleFromWire(wrap(shown), false);
    expect(answer.kind === 'schedule' && answer.schedule.storageParams).toEqual(
      new Map([
        ['a', '7'],
        ['b', 'true'],
      ]),
    );
  });

  test('has 0 copies where the portal does not say how many', () => {
    const { backupsStored: _, ...shown } = asServerShows(scheduleToWire(nightly)) as {
      backupsStored: number;
    };
    const answer = scheduleFromWire(wrap(shown), false);
    expect(answer.kind === 'schedule' && answer.schedule.backupsStored).toBe(0);
  });
});

describe('an answer without a schedule', () => {
  test.each([
    ['says so with count 0', { count: 0, links: [], status: 0, statusCode: 200 }, 'none'],
    ['says so with null', { response: null, count: 0, status: 0, statusCode: 200 }, 'none'],
    ['is an empty object', {}, 'foreign'],
    ['has no count', { statusCode: 200 }, 'foreign'],
    ['counts something', { statusCode: 200, count: 1 }, 'foreign'],
    ['has another statusCode', { statusCode: 500, count: 0 }, 'foreign'],
    ['is null', null, 'foreign'],
    ['is a list', [], 'foreign'],
    ['is a text', 'ok', 'foreign'],
    ['is true', wrap(true), 'foreign'],
    [
      'has a storage type nobody knows',
      wrap({ ...asServerShows(scheduleToWire(nightly)), storageType: 6 }),
      'foreign',
    ],
    [
      'has no hour',
      wrap({ ...asServerShows(scheduleToWire(nightly)), cronParams: { period: 0 } }),
      'foreign',
    ],
    ['is about the dump', wrap({ ...asServerShows(scheduleToWire(nightly)), dump: true }), 'foreign'],
    [
      'has thousands of params',
      wrap({ ...asServerShows(scheduleToWire(nightly)), storageParams: manyParams() }),
      'foreign',
    ],
  ])('that %s is told apart', (_, body, kind) => {
    expect(scheduleFromWire(body, false).kind).toBe(kind);
  });

  test('is never an exception, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, response) => {
        scheduleFromWire(body, false);
        scheduleFromWire(wrap(response), false);
      }),
    );
  });
});

function manyParams(): object {
  return Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`p${i}`, '']));
}
