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
    ['module', 's3'],
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
        { field: 'storageParams.module', from: null, to: 's3' },
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
    expect(plan.warnings.map(({ code }) => code)).toEqual(['MAY_DELETE_ARCHIVES']);
    expect(planPortal(target(undefined), undefined, NOON).action).toBe('none');
  });

  test('shows params that we know, and masks the values of others', () => {
    const secretive = {
      ...daily,
      storageParams: new Map([
        ['module', 's3'],
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

describe('schedules that the server takes for the same', () => {
  const SHARED = [
    'bucket',
    'region',
    'serviceurl',
    'ssekey',
    'subdir',
    'private_container',
    'public_container',
  ];
  const anyCase = (text: string) =>
    fc
      .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
      .map((upper) => [...text].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter)).join(''));
  const nothing = fc.constantFrom<(string | undefined)[]>(undefined, '');
  const off = fc.oneof(nothing, anyCase('false'));
  const noSse = fc.oneof(nothing, anyCase('none'));
  /** Params of one meaning in one of its spellings, in any order. */
  const spelling = (said: Record<string, string>) =>
    fc
      .tuple(
        fc.record({
          forcepathstyle: said.forcepathstyle ? anyCase('true') : off,
          usehttp: said.usehttp ? anyCase('true') : off,
          sse: said.sse ? anyCase(said.sse) : noSse,
          ...Object.fromEntries(SHARED.map((name) => [name, said[name] ? fc.constant(said[name]) : nothing])),
        }),
        fc.nat(),
      )
      .map(([params, turn]) => {
        const entries = Object.entries(params).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        );
        const at = turn % (entries.length + 1);
        return new Map([...entries.slice(at), ...entries.slice(0, at)]);
      });
  const said = fc.dictionary(
    fc.constantFrom(...SHARED, 'forcepathstyle', 'usehttp'),
    fc.constantFrom('acme', 'eu-west-1'),
  );
  const meaning = fc
    .tuple(said, fc.constantFrom(undefined, 'aes256', 'awskms', 'clientawskms'))
    .map(([params, sse]) => ({ ...params, ...(sse && { sse }) }));
  const pair = fc
    .tuple(fc.constantFrom('s3', 'googlecloud', 'rackspace', 'selectel'), meaning)
    .chain(([module, params]) => fc.tuple(fc.constant(module), spelling(params), spelling(params)));
  const withParams = (module: string, params: ReadonlyMap<string, string>): BackupSchedule => ({
    ...daily,
    storageParams: new Map([['module', module], ...params]),
  });

  test('are equal, whatever the module', () => {
    fc.assert(
      fc.property(pair, ([module, one, other]) => {
        expect(planPortal(target(withParams(module, one)), withParams(module, other), NOON)).toEqual({
          action: 'none',
          changes: [],
          warnings: [],
        });
      }),
      { numRuns: 500 },
    );
  });

  test('and are not, where one says something more', () => {
    const name = fc.constantFrom(...SHARED, 'forcepathstyle', 'usehttp', 'sse');
    fc.assert(
      fc.property(pair, name, ([module, one, other], more) => {
        const value =
          more === 'sse' ? 'clientawskms' : more.startsWith('use') || more.startsWith('force') ? 'true' : 'x';
        fc.pre(other.get(more)?.toLowerCase() !== value);
        const plan = planPortal(
          target(withParams(module, new Map([...one, [more, value]]))),
          withParams(module, other),
          NOON,
        );
        expect(plan.changes.map(({ field }) => field)).toEqual([`storageParams.${more}`]);
      }),
      { numRuns: 500 },
    );
  });

  test('a module in another case is no spelling of it: the server finds none', () => {
    const shown = withParams('S3', new Map([['bucket', 'acme']]));
    expect(planPortal(target(daily), shown, NOON)).toMatchObject({
      action: 'update',
      changes: [{ field: 'storageParams.module', from: 'S3', to: 's3' }],
    });
  });

  test('what the settings page of a portal writes is what its policy says', () => {
    const page = { bucket: 'acme', region: '', serviceurl: '', forcepathstyle: 'false', usehttp: 'False' };
    const shown = withParams('s3', new Map(Object.entries(page)));
    expect(planPortal(target(daily), shown, NOON).action).toBe('none');
    const wanted = withParams('s3', new Map(Object.entries({ bucket: 'acme', usehttp: 'true' })));
    expect(planPortal(target(wanted), shown, NOON).changes).toEqual([
      { field: 'storageParams.usehttp', from: 'False', to: 'true' },
    ]);
  });
});

describe('what a plan shows of a param', () => {
  const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;
  test.each([
    ['a key', KEY],
    ['a key in a path', `/x/${KEY}/y`],
    ['an AWS secret', 'wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY'],
    ['a token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['the user of an address', 'https://admin:hunter2@minio.acme.com'],
  ])('%s is not in it, on neither side', (_, secret) => {
    for (const name of ['bucket', 'subdir', 'serviceurl', 'ssekey', 'region', 'sse']) {
      const holds = { ...daily, storageParams: new Map([...daily.storageParams, [name, secret]]) };
      for (const [wanted, current] of [
        [daily, holds],
        [holds, daily],
        [holds, undefined],
        [undefined, holds],
      ]) {
        const text = JSON.stringify(planPortal(target(wanted), current, NOON));
        expect(text).toContain('***');
        expect(text.toLowerCase()).not.toMatch(/sk-0123|wjalr|eyjh|hunter2/);
      }
    }
  });
});

describe('what a plan warns of', () => {
  const codes = (current: BackupSchedule, wanted: BackupSchedule) =>
    planPortal(target(wanted), current, NOON)
      .warnings.map(({ code }) => code)
      .filter((code) => code !== 'RUNS_AT_ONCE');
  const inS3 = (params: Record<string, string>) => ({
    ...daily,
    storageParams: new Map([...daily.storageParams, ...Object.entries(params)]),
  });
  const local = (filePath: string): BackupSchedule => ({
    ...daily,
    storageType: 'Local',
    storageParams: new Map([['filePath', filePath]]),
  });

  test.each<[string, BackupSchedule, BackupSchedule, string[]]>([
    ['another bucket', daily, inS3({ bucket: 'other' }), ['MOVES_ARCHIVES']],
    ['another subdir', daily, inS3({ subdir: 'acme' }), ['MOVES_ARCHIVES']],
    ['another service', daily, inS3({ serviceurl: 'https://minio.acme.com' }), ['MOVES_ARCHIVES']],
    ['another module', daily, inS3({ module: 'googlecloud' }), ['MOVES_ARCHIVES']],
    ['another type', daily, local('/backups'), ['MOVES_ARCHIVES']],
    ['another path', local('/a'), local('/b'), ['MOVES_ARCHIVES']],
    ['the module in another case', inS3({ module: 'S3' }), daily, []],
    ['a subdir that says nothing', inS3({ subdir: '', region: 'eu-west-1' }), daily, []],
    ['another hour', daily, { ...daily, cronParams: { ...daily.cronParams, hour: 4 } }, []],
    ['fewer copies', { ...daily, backupsStored: 8 }, daily, ['DELETES_ARCHIVES']],
    ['fewer than may be kept', { ...daily, backupsStored: 0 }, daily, ['DELETES_ARCHIVES']],
    ['all that may be kept', { ...daily, backupsStored: 0 }, { ...daily, backupsStored: 30 }, []],
  ])('%s', (_, current, wanted, expected) => {
    expect(codes(current, wanted)).toEqual(expected);
  });

  test('a number that a portal hides is not told as 0 copies', () => {
    const [warning] = planPortal(target(daily), { ...daily, backupsStored: 0 }, NOON).warnings.filter(
      ({ code }) => code === 'DELETES_ARCHIVES',
    );
    expect(warning?.message).toMatch(/not known, 7 then/);
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
