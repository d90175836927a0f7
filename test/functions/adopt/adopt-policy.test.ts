import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adoptPolicy, type Holding } from '../../../functions/adopt/adopt-policy.ts';
import { type BackupSchedule, hasFolderId, STORAGE_TYPES } from '../../../functions/model/schedule.ts';
import { planPortal } from '../../../functions/portal/plan-portal.ts';
import { anyCron } from '../arbitraries.ts';
import { read } from '../policy/policy-text.ts';

const NOON = new Date('2026-03-04T12:00:00Z');

const daily: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 's3'],
    ['bucket', 'acme-backups'],
  ]),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};
const weekly: BackupSchedule['cronParams'] = { period: 'EveryWeek', hour: 2, day: 1 };

const holds = (portal: string, more: Partial<BackupSchedule> = {}): Holding => ({
  portal,
  kind: 'schedule',
  schedule: { ...daily, ...more },
});
const folder = (folderId: string): Partial<BackupSchedule> => ({
  storageType: 'Documents',
  storageParams: new Map([['folderId', folderId]]),
});
const inS3 = (more: Record<string, string>): Partial<BackupSchedule> => ({
  storageParams: new Map([...daily.storageParams, ...Object.entries(more)]),
});

/** The lines of the policy below its head, comments and all. */
const linesOf = (holdings: readonly Holding[]) => adoptPolicy(holdings).text.split('\n').slice(4, -1);

describe('an adopted policy', () => {
  test('has what most portals share as defaults, what some share as a profile, and the rest with its portal', () => {
    const holdings = [
      holds('acme'),
      holds('globex', { cronParams: weekly, backupsStored: 30 }),
      holds('hooli', { backupsStored: 5 }),
      holds('initech', { cronParams: weekly, backupsStored: 30 }),
      holds('umbrella'),
    ];
    expect(linesOf(holdings)).toEqual([
      'version: 1',
      'defaults:',
      '  storageType: ThirdPartyConsumer',
      '  storageParams: { module: s3, bucket: acme-backups }',
      '  backupsStored: 7',
      '  cronParams: { period: EveryDay, hour: 3 }',
      'profiles:',
      '  weekly-keep-30:',
      '    backupsStored: 30',
      '    cronParams: { period: EveryWeek, hour: 2, day: Sunday }',
      'portals:',
      '  acme:',
      '  globex:',
      '    profile: weekly-keep-30',
      '  hooli:',
      '    backupsStored: 5',
      '  initech:',
      '    profile: weekly-keep-30',
      '  umbrella:',
    ]);
  });

  test('shares what portals with folders of their own have in common', () => {
    const lines = linesOf([holds('acme', folder('12')), holds('globex', folder('13'))]);
    expect(lines).toEqual([
      'version: 1',
      'defaults:',
      '  storageType: Documents',
      '  backupsStored: 7',
      '  cronParams: { period: EveryDay, hour: 3 }',
      'portals:',
      '  acme:',
      '    storageParams: { folderId: 12 }',
      '  globex:',
      '    storageParams: { folderId: 13 }',
    ]);
  });

  test.each([
    ['a whole text', 'acme', 'globex', '"{portal}"'],
    ['a part of a path', 'eu/acme/x', 'eu/globex/x', '"eu/{portal}/x"'],
  ])('writes {portal} for a name that is %s, where portals share it', (_, one, other, written) => {
    const text = adoptPolicy([
      holds('acme', inS3({ subdir: one })),
      holds('globex', inS3({ subdir: other })),
    ]).text;
    expect(text).toContain(`  storageParams: { module: s3, bucket: acme-backups, subdir: ${written} }\n`);
  });

  test('leaves a word of the server’s own as it is, whatever the portals are called', () => {
    const { text } = adoptPolicy([
      holds('aes256', inS3({ sse: 'aes256' })),
      holds('awskms', inS3({ sse: 'awskms' })),
    ]);
    expect(text).not.toContain('{portal}');
  });

  test('leaves a name as it is where nobody shares the form with it', () => {
    const text = adoptPolicy([
      holds('acme', inS3({ bucket: 'acme' })),
      holds('globex', inS3({ bucket: 'acme' })),
      holds('hooli', inS3({ bucket: 'other' })),
    ]).text;
    expect(text).not.toContain('{portal}');
  });

  test('plans no deletion: a portal without a schedule is a comment', () => {
    const { text, leftOut } = adoptPolicy([{ portal: 'acme', kind: 'none' }]);
    expect(text).toContain('portals: {}');
    expect(text).toContain('# Without a schedule, and left alone:\n#   acme\n');
    expect(text).not.toContain('absent');
    expect(leftOut).toEqual([]);
  });

  test('tells a portal that could not be read as a comment with its code, in one line', () => {
    const { text, leftOut } = adoptPolicy([
      { portal: 'acme', kind: 'failed', code: 'NOT_FOUND', message: 'gone\nstate: absent' },
    ]);
    expect(text).toContain('#   acme: NOT_FOUND: gone\\u{a}state: absent\n');
    expect(leftOut).toEqual([{ portal: 'acme', reason: 'NOT_FOUND: gone\\u{a}state: absent' }]);
  });

  test.each([
    ['no copies kept', { backupsStored: 0 }, /keeps 0 copies/],
    ['too many copies', { backupsStored: 31 }, /keeps 31 copies/],
    ['an hour out of range', { cronParams: { period: 'EveryDay', hour: 24, day: 0 } }, /hour is 24/],
    ['a day out of range', { cronParams: { period: 'EveryWeek', hour: 1, day: 0 } }, /day is 0/],
    ['a credential', inS3({ secretaccesskey: 'canary' }), /"secretaccesskey" may be a credential/],
    ['an unknown param', inS3({ frob: 'canary' }), /"frob" may be a credential, or is unknown/],
    [
      'an API key in a text',
      inS3({ subdir: 'sk-canary-0123456789' }),
      /"subdir" holds what looks like an API/,
    ],
    ['a module that there is not', inS3({ module: 'S4' }), /"module" must be one of/],
    ['an address with a user', inS3({ serviceurl: 'https://u:p@x.com' }), /"serviceurl" holds what/],
    ['a path that leads upwards', inS3({ subdir: '../x' }), /"subdir" has a step/],
    ['a placeholder of another tool', inS3({ subdir: '##X##' }), /"subdir" has a placeholder/],
    ['a name that is nearly one', inS3({ acl: 'x', Bucket: 'y' }), /"Bucket" may be/],
    ['the placeholder itself', inS3({ subdir: 'canary/{portal}' }), /"subdir" holds "\{portal\}"/],
    ['half a character', inS3({ subdir: 'canary\ud800' }), /no text that a file can hold/],
    ['no folder', { ...folder(''), backupsStored: 1 }, /no "folderId"/],
    ['a folder that is no number', folder('canary'), /folderId is no number/],
    ['no bucket', { storageParams: new Map([['module', 's3']]) }, /no "bucket"/],
    ['no module', { storageParams: new Map([['bucket', 'canary']]) }, /no "module"/],
  ] as [string, Partial<BackupSchedule>, RegExp][])(
    'leaves out a schedule with %s, and says why without the value',
    (_, more, why) => {
      const { text, adopted, leftOut } = adoptPolicy([holds('acme', more), holds('globex')]);
      expect(leftOut).toEqual([{ portal: 'acme', reason: expect.stringMatching(why) }]);
      expect(text).toContain(`#   acme: ${leftOut[0]?.reason}\n`);
      expect(text).not.toContain('canary');
      expect(read(text).policy?.targets.map(({ portal }) => portal)).toEqual(['globex']);
      expect(adopted).toBe(1);
    },
  );

  test('leaves out a name that no policy takes', () => {
    expect(adoptPolicy([holds('Acme')]).leftOut).toEqual([
      { portal: 'Acme', reason: expect.stringMatching(/no portal name/) },
    ]);
  });

  test('is refused where it would be too big for a policy', () => {
    const long = 'x'.repeat(3 * 2 ** 20);
    const holdings = [holds('acme', inS3({ subdir: long })), holds('globex', inS3({ subdir: `${long}y` }))];
    expect(() => adoptPolicy(holdings)).toThrow(/bigger than 5 MiB.*--portal/);
  });
});

describe('a schedule that was made in the settings page of a portal', () => {
  const page = { region: 'eu-west-1', serviceurl: '', forcepathstyle: 'false', usehttp: 'false' };

  test('is taken over whole, without what says nothing', () => {
    const adopted = adoptPolicy([holds('acme', inS3(page))]);
    expect(adopted.text).toContain(
      'storageParams: { module: s3, bucket: acme-backups, region: eu-west-1 }\n',
    );
    expect(adopted).toMatchObject({ adopted: 1, leftOut: [], willChange: [] });
  });

  test('keeps the service and the encryption that somebody chose', () => {
    const serviceurl = 'https://minio.acme.com:9000';
    const ssekey = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const more = { ...page, serviceurl, forcepathstyle: 'true', sse: 'awskms', ssekey };
    const { text, leftOut } = adoptPolicy([holds('acme', inS3(more))]);
    expect(leftOut).toEqual([]);
    expect(read(text)).toMatchObject({ errors: [], warnings: [] });
    const [target] = read(text).policy?.targets ?? [];
    expect(Object.fromEntries(target?.schedule?.storageParams ?? [])).toEqual({
      ...{ module: 's3', bucket: 'acme-backups', region: 'eu-west-1' },
      ...{ serviceurl, forcepathstyle: 'true', sse: 'awskms', ssekey },
    });
  });

  test('that has a module which no server finds is mended, and the policy says so', () => {
    const adopted = adoptPolicy([holds('acme', inS3({ module: 'S3' })), holds('globex')]);
    expect(adopted.willChange.map(({ portal }) => portal)).toEqual(['acme']);
    expect(adopted.text).toContain('storageParams: { module: s3, bucket: acme-backups }\n');
    expect(adopted.text).toMatch(/^# .* changes nothing but what is told below\.\n/);
    expect(adopted.text).toMatch(/\n# Will change:\n# {3}acme: the server finds no storage module/);
  });
});

describe('planning an adopted policy', () => {
  // Few values, so that portals share some; and texts that YAML, or somebody's eye, could take for something else.
  const text = fc.oneof(
    fc.constantFrom(
      'acme',
      'eu-west-1',
      'https://acme',
      'none',
      'eu/a',
      'b',
      '007',
      'true',
      'null',
      '~',
      '1e3',
      '0x10',
      ' x ',
      '# no',
      'a: b',
      '- a',
      '',
    ),
    fc.constantFrom(
      '{portal}',
      'x/{portal}',
      '\u0085',
      'a\nb\n',
      '\u202e',
      '"\'\\',
      '*a',
      '\ud83d',
      '😀',
      '\u2028',
    ),
    fc.string({ unit: 'binary', maxLength: 120 }),
  );
  const params = fc
    .tuple(
      fc.constantFrom(
        { module: 's3', bucket: 'acme' },
        { module: 's3', bucket: 'b' },
        { module: 'googlecloud' },
        { module: 'GoogleCloud' },
        { module: 'S3', bucket: 'acme' },
        { module: 'S4', bucket: 'acme' },
        { module: 'rackspace', private_container: 'acme', region: 'LON' },
        { module: 's3', bucket: 'acme', serviceurl: '', forcepathstyle: 'false', usehttp: 'False' },
      ),
      fc.dictionary(
        fc.constantFrom(
          'subdir',
          'region',
          'serviceurl',
          'sse',
          'ssekey',
          'usehttp',
          'acl',
          'frob',
          'password',
        ),
        text,
        { maxKeys: 2 },
      ),
    )
    .map(([base, more]) => ({ ...base, ...more }));
  const schedule = fc
    .record({
      storageType: fc.constantFrom(...STORAGE_TYPES),
      params,
      folderId: fc.oneof(fc.constantFrom('12', '13', '007', '0', ''), text),
      backupsStored: fc.oneof(fc.constantFrom(7, 30), fc.integer({ min: -1, max: 32 })),
      cronParams: fc.oneof(
        fc.constantFrom(daily.cronParams, weekly),
        anyCron(),
        fc.record({
          period: fc.constantFrom('EveryWeek' as const, 'EveryMonth' as const),
          hour: fc.integer({ min: -1, max: 25 }),
          day: fc.integer({ min: 0, max: 32 }),
        }),
      ),
      dump: fc.boolean(),
    })
    .map(({ params: consumer, folderId, ...rest }): BackupSchedule => {
      const { storageType } = rest;
      const own = hasFolderId(storageType)
        ? { folderId }
        : storageType === 'Local'
          ? { filePath: folderId }
          : {};
      return {
        ...rest,
        storageParams: new Map(Object.entries(storageType === 'ThirdPartyConsumer' ? consumer : own)),
      };
    });
  const name = fc.oneof(
    fc.constantFrom('acme', 'a', 'b', '007', '12', 'true', 'null', '1e3', 'globex', 'none'),
    fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/),
  );
  const held = fc.oneof(
    { weight: 8, arbitrary: schedule },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('failed' as const) },
  );
  const fleets = fc
    .uniqueArray(fc.tuple(name, held), { selector: ([portal]) => portal, maxLength: 24 })
    .map((portals) =>
      portals.map(([portal, found]): Holding => {
        if (found === undefined) return { portal, kind: 'none' };
        if (found === 'failed') return { portal, kind: 'failed', code: 'TIMEOUT', message: 'too late' };
        return { portal, kind: 'schedule', schedule: found };
      }),
    );

  test('changes nothing, and every portal is in it or told, whatever the fleet', () => {
    let adoptedInAll = 0;
    fc.assert(
      fc.property(fleets, (holdings) => {
        const adopted = adoptPolicy(holdings);
        const reading = read(adopted.text);
        expect(reading.errors).toEqual([]);
        const targets = new Map(reading.policy?.targets.map((target) => [target.portal, target]));
        const leftOut = new Set(adopted.leftOut.map(({ portal }) => portal));
        for (const holding of holdings) {
          const target = targets.get(holding.portal);
          if (holding.kind !== 'schedule' || leftOut.has(holding.portal)) {
            expect(target).toBeUndefined();
            expect(adopted.text).toContain(`\n#   ${holding.portal}`);
            continue;
          }
          if (!target) throw new Error(`${holding.portal} is neither in the policy nor told`);
          expect(target.dump).toBe(holding.schedule.dump);
          const changed = planPortal(target, holding.schedule, NOON).changes.map(({ field }) => field);
          const isTold = adopted.willChange.some(({ portal }) => portal === holding.portal);
          expect(changed).toEqual(isTold ? ['storageParams.module'] : []);
          if (isTold) expect(adopted.text).toContain(`\n#   ${holding.portal}: `);
        }
        expect(targets.size).toBe(adopted.adopted);
        adoptedInAll += adopted.adopted;
      }),
      { numRuns: 400 },
    );
    expect(adoptedInAll).toBeGreaterThan(400);
  });
});
