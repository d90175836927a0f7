import { describe, expect, it } from 'vitest';
import { NOTHING_SAID } from '../../../functions/model/guard.ts';
import { fileError, readPolicy } from '../../../functions/policy/read-policy.ts';
import { DEFAULTS, onlyTarget, read, readPortals, say } from './policy-text.ts';

const FLEET = `version: 1
description: nightly backups, Europe
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
profiles:
  gold:
    backupsStored: 30
portals:
  acme:                        # nothing said: the defaults as they are
  globex:
    profile: gold
    cronParams: { period: EveryWeek, day: Sunday, hour: 2 }
  initech:
    storageType: Documents
    storageParams: { folderId: 1234 }
  umbrella: { state: absent }
`;

describe('a valid policy', () => {
  it('becomes complete targets in the order of the file', () => {
    const reading = read(FLEET);
    expect(say(reading.errors)).toEqual([]);
    expect(reading.warnings).toEqual([]);
    expect(reading.claims).toEqual(['acme', 'globex', 'initech', 'umbrella']);
    const s3 = (subdir: string) =>
      new Map(Object.entries({ module: 's3', bucket: 'acme-backups', region: 'eu-west-1', subdir }));
    const common = { mode: 'enforce', dump: false, allowLateFirstRun: false };
    expect(reading.policy).toEqual({
      description: 'nightly backups, Europe',
      guard: NOTHING_SAID,
      selectors: [],
      approve: undefined,
      targets: [
        {
          ...common,
          portal: 'acme',
          schedule: {
            storageType: 'ThirdPartyConsumer',
            storageParams: s3('acme'),
            backupsStored: 7,
            cronParams: { period: 'EveryDay', hour: 3, day: 0 },
            dump: false,
          },
        },
        {
          ...common,
          portal: 'globex',
          schedule: {
            storageType: 'ThirdPartyConsumer',
            storageParams: s3('globex'),
            backupsStored: 30,
            cronParams: { period: 'EveryWeek', hour: 2, day: 1 },
            dump: false,
          },
        },
        {
          ...common,
          portal: 'initech',
          schedule: {
            storageType: 'Documents',
            storageParams: new Map([['folderId', '1234']]),
            backupsStored: 7,
            cronParams: { period: 'EveryDay', hour: 3, day: 0 },
            dump: false,
          },
        },
        { ...common, portal: 'umbrella', schedule: undefined },
      ],
    });
  });

  it.each([
    ['no portals at all', 'version: 1\nportals: {}\n'],
    ['empty defaults, profiles and a null profile', 'version: 1\ndefaults:\nprofiles:\n  a:\nportals: {}\n'],
    ['a %YAML 1.2 line', '%YAML 1.2\n---\nversion: 1\nportals: {}\n'],
    ['document marks', '---\nversion: 1\nportals: {}\n...\n# the end\n'],
    ['flow style', '{version: 1, portals: {}}'],
    ['JSON', '{"version": 1, "portals": {}}'],
    ['CR LF line ends', 'version: 1\r\nportals: {}\r\n'],
    ['a byte-order mark', '\ufeffversion: 1\nportals: {}\n'],
    ['another spelling of 1', 'version: 0x1\nportals: {}\n'],
    ['an explicit scalar key', '? version\n: 1\n? portals\n: {}\n'],
  ])('may have %s', (_, text) => {
    expect(say(read(text).errors)).toEqual([]);
  });

  it('shares one schedule among portals that say nothing', () => {
    const { policy } = readPortals('  a:', '  b: {}', '  c: ~');
    const [a, b, c] = policy?.targets ?? [];
    expect(a?.schedule).toBeDefined();
    expect(b?.schedule).toBe(a?.schedule);
    expect(c?.schedule).toBe(a?.schedule);
  });

  it('takes portal names from the source text', () => {
    const { policy } = readPortals('  007:', '  1e3:', '  true:', '  null:', '  0x1f:', '  "2.0":');
    expect(policy?.targets.map(({ portal }) => portal)).toEqual([
      '007',
      '1e3',
      'true',
      'null',
      '0x1f',
      '2.0',
    ]);
  });

  it('takes profile names from the source text', () => {
    const text = `version: 1\n${DEFAULTS}\nprofiles:\n  007: { backupsStored: 9 }\nportals:\n  acme: { profile: 007 }\n`;
    expect(onlyTarget(read(text)).schedule?.backupsStored).toBe(9);
  });
});

describe('values', () => {
  it.each([
    ['storageType: 0\n    storageParams: {folderId: 1}', 'Documents'],
    ['storageType: ThirdPartyDocuments\n    storageParams: {folderId: a-1}', 'ThridpartyDocuments'],
    ['storageType: ThridpartyDocuments\n    storageParams: {folderId: a-1}', 'ThridpartyDocuments'],
    ['storageType: 1\n    storageParams: {folderId: a-1}', 'ThridpartyDocuments'],
    ['storageType: 4', 'DataStore'],
    ['storageType: "DataStore"', 'DataStore'],
  ])('%s is %s', (fields, type) => {
    expect(onlyTarget(readPortals('  acme:', `    ${fields}`)).schedule?.storageType).toBe(type);
  });

  it.each([
    ['period: EveryDay, hour: 0', { period: 'EveryDay', hour: 0, day: 0 }],
    ['period: 0, hour: 23, day: 0', { period: 'EveryDay', hour: 23, day: 0 }],
    ['period: 1, hour: 2, day: Saturday', { period: 'EveryWeek', hour: 2, day: 7 }],
    ['period: EveryWeek, hour: 2, day: 1', { period: 'EveryWeek', hour: 2, day: 1 }],
    ['period: 2, hour: 2, day: 28', { period: 'EveryMonth', hour: 2, day: 28 }],
    ['period: EveryDay, hour: -0', { period: 'EveryDay', hour: 0, day: 0 }],
  ])('cronParams { %s } are read', (fields, cron) => {
    expect(onlyTarget(readPortals(`  acme: { cronParams: { ${fields} } }`)).schedule?.cronParams).toEqual(
      cron,
    );
  });

  it('storage params are the text of the source', () => {
    const target = onlyTarget(
      readPortals(
        '  acme:',
        '    storageType: ThirdPartyConsumer',
        '    storageParams:',
        '      module: Rackspace',
        '      a: 007',
        '      b: true',
        '      c: 1e3',
        '      d: 0x1F',
        '      e: "x\\ty"',
        "      f: 'it''s'",
        '      g: ""',
        '      h: "{portal}/x/{portal}"',
        '      i: |-',
        '        two',
        '        lines',
        '      "{portal}": k',
      ),
    );
    expect(Object.fromEntries(target.schedule?.storageParams ?? [])).toEqual({
      module: 'rackspace',
      a: '007',
      b: 'true',
      c: '1e3',
      d: '0x1F',
      e: 'x\ty',
      f: "it's",
      g: '',
      h: 'acme/x/acme',
      i: 'two\nlines',
      '{portal}': 'k',
    });
  });
});

describe('merging', () => {
  const merge = (top: string, defaults: string, profile: string, portal: string) =>
    onlyTarget(
      read(
        [
          'version: 1',
          top,
          `defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: 0, hour: 3 }, ${defaults} }`
            .replace(/storageType: DataStore, (.*storageType)/, '$1')
            .replace(', }', ' }'),
          `profiles: { p: { ${profile} } }`,
          `portals: { acme: { profile: p, ${portal} } }`.replace(', }', ' }'),
        ].join('\n'),
      ),
    );

  it.each([
    ['', '', '', '', 'enforce'],
    ['mode: detect', '', '', '', 'detect'],
    ['mode: detect', 'mode: enforce', '', '', 'enforce'],
    ['', 'mode: enforce', 'mode: detect', '', 'detect'],
    ['', '', 'mode: detect', 'mode: enforce', 'enforce'],
  ])(
    'top {%s} < defaults {%s} < profile {%s} < portal {%s} makes mode %s',
    (top, defaults, profile, portal, mode) => {
      expect(merge(top, defaults, profile, portal).mode).toBe(mode);
    },
  );

  it.each([
    ['', '', 7],
    ['backupsStored: 8', '', 8],
    ['backupsStored: 8', 'backupsStored: 9', 9],
  ])('profile {%s} < portal {%s} makes backupsStored %i', (profile, portal, copies) => {
    expect(merge('', '', profile, portal).schedule?.backupsStored).toBe(copies);
  });

  it.each([
    // defaults, profile, portal, the params that hold
    ['storageParams: { a: 1 }', '', '', { a: '1' }],
    ['storageParams: { a: 1 }', 'storageParams: { b: 2 }', '', { b: '2' }],
    ['storageParams: { a: 1 }', 'storageParams: { b: 2 }', 'storageParams: {}', {}],
    ['storageParams: { a: 1 }', '', 'storageType: CustomCloud', {}],
    ['storageParams: { a: 1 }', '', 'storageType: 4', { a: '1' }],
    ['storageParams: { a: 1 }', 'storageType: CustomCloud', 'storageType: DataStore', {}],
    ['storageParams: { a: 1 }', 'storageType: CustomCloud, storageParams: { c: 3 }', '', { c: '3' }],
  ])(
    'defaults {%s} < profile {%s} < portal {%s} makes storageParams %j',
    (defaults, profile, portal, params) => {
      const { schedule } = merge('', defaults, profile, portal);
      expect(Object.fromEntries(schedule?.storageParams ?? [])).toEqual(params);
    },
  );

  it('a type spelt in another way is the same type and keeps its params', () => {
    const text = `version: 1
defaults:
  storageType: ThirdPartyDocuments
  storageParams: { folderId: x }
  backupsStored: 1
  cronParams: { period: 0, hour: 1 }
portals:
  acme: { storageType: 1 }
`;
    expect(onlyTarget(read(text)).schedule?.storageParams).toEqual(new Map([['folderId', 'x']]));
  });

  it('replaces cronParams as a whole', () => {
    expect(say(readPortals('  acme: { cronParams: { hour: 5 } }').errors)).toEqual([
      '4:3 the portal has no "period": add cronParams.period here: its own cronParams replaces the inherited one as a whole',
    ]);
  });

  it('an absent portal inherits the mode and nothing else', () => {
    const text = 'version: 1\ndefaults: { mode: detect, dump: true }\nportals:\n  acme: { state: absent }\n';
    expect(onlyTarget(read(text))).toEqual({
      portal: 'acme',
      mode: 'detect',
      dump: false,
      schedule: undefined,
      allowLateFirstRun: false,
    });
    const own = 'version: 1\nmode: detect\nportals:\n  acme: { state: absent, dump: true, mode: enforce }\n';
    expect(onlyTarget(read(own))).toEqual({
      portal: 'acme',
      mode: 'enforce',
      dump: true,
      schedule: undefined,
      allowLateFirstRun: false,
    });
  });

  it('mode: detect of its own protects an absent portal', () => {
    const text = 'version: 1\nmode: enforce\nportals:\n  acme: { state: absent, mode: detect }\n';
    expect(onlyTarget(read(text)).mode).toBe('detect');
  });

  it('dump is part of the schedule that it names', () => {
    const target = onlyTarget(readPortals('  acme: { dump: true }'));
    expect([target.dump, target.schedule?.dump]).toEqual([true, true]);
  });
});

describe('the file as a whole', () => {
  it.each([
    ['nothing', new Uint8Array(), /empty/],
    ['white space', new TextEncoder().encode(' \n\t\r\n'), /empty/],
    ['comments alone', new TextEncoder().encode('# a\n  # b'), /empty/],
    ['a byte-order mark alone', Uint8Array.of(0xef, 0xbb, 0xbf), /empty/],
    ['Latin-1', Uint8Array.of(0x61, 0xe9, 0x3a), /not UTF-8/],
    ['UTF-16, little end first', Uint8Array.of(0xff, 0xfe, 0x61, 0), /not UTF-8: it looks like UTF-16/],
    ['UTF-16, big end first', Uint8Array.of(0xfe, 0xff, 0, 0x61), /not UTF-8: it looks like UTF-16/],
    ['UTF-16 without a mark', Buffer.from('version: 1', 'utf16le'), /not UTF-8: it looks like UTF-16/],
    [
      'UTF-16, big end first, without a mark',
      Buffer.from('version: 1', 'utf16le').swap16(),
      /looks like UTF-16/,
    ],
    ['UTF-32', Uint8Array.of(0x76, 0, 0, 0, 0x65, 0, 0, 0), /not UTF-8: it looks like UTF-32/],
    ['Latin-1 on a later line', Buffer.from('a: 1\nb: Z\u00fcrich\n', 'latin1'), /line 2 has a character/],
    ['a gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), /not UTF-8: it is compressed/],
    ['more than 5 MiB', new Uint8Array(5 * 1024 * 1024 + 1).fill(0x23), /bigger than 5 MiB/],
  ])('%s is told at 1:1', (_, bytes, message) => {
    const reading = readPolicy(bytes);
    expect(reading.policy).toBeUndefined();
    expect(reading.claims).toEqual([]);
    expect(reading.errors).toEqual([
      { line: 1, column: 1, message: expect.stringMatching(message), excerpt: '', caret: 0 },
    ]);
  });

  it('takes exactly 5 MiB', () => {
    const head = 'version: 1\nportals: {}\n#';
    expect(readPortals().errors).not.toEqual([]);
    expect(read(head.padEnd(5 * 1024 * 1024, '#')).errors).toEqual([]);
  });

  it("a caller's own words become an error of the file", () => {
    expect(fileError('cannot read it\u001b[2J')).toEqual({
      line: 1,
      column: 1,
      message: 'cannot read it\\u{1b}[2J',
      excerpt: '',
      caret: 0,
    });
  });
});
