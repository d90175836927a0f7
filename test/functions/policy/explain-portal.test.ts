import { describe, expect, test } from 'vitest';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import { explainPortal } from '../../../functions/policy/explain-portal.ts';
import { read } from './policy-text.ts';

const FLEET = `version: 1
mode: detect
defaults:
  storageType: ThirdPartyConsumer
  storageParams:
    module: s3
    bucket: acme-backups
    region: eu-west-1
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
profiles:
  gold:
    backupsStored: 30
    storageParams: { module: s3, bucket: "{portal}" }
portals:
  acme:
  globex:
    profile: gold
    mode: enforce
    backupsStored: 10
    cronParams:
      period: EveryWeek
      day: Sunday
      hour: 2
  initech:
    storageType: Local
    storageParams: { filePath: /x, frob: canary }
  hooli:
    storageType: DataStore
  umbrella: { state: absent, mode: enforce }
`;

function explain(portal: string, text = FLEET) {
  expect(read(text).errors).toEqual([]);
  const explanation = explainPortal(new TextEncoder().encode(text), portal);
  if (!explanation) throw new Error('not named');
  return explanation;
}

/** `field value layer:line <- overridden layer:line`, as a table is easier to hold against the file above. */
function rows(portal: string): string[] {
  return explain(portal).fields.map(({ field, value, from, overrode }) => {
    const others = overrode.map((other) => ` <- ${other.value} ${other.layer}:${other.line}`).join('');
    return `${field} ${value} ${from ? `${from.layer}:${from.line}` : '-'}${others}`;
  });
}

describe('the explanation of a portal', () => {
  test('that says nothing itself points at the defaults and the top', () => {
    expect(rows('acme')).toEqual([
      'storageType ThirdPartyConsumer defaults:4',
      'storageParams.module s3 defaults:6',
      'storageParams.bucket acme-backups defaults:7',
      'storageParams.region eu-west-1 defaults:8',
      'backupsStored 7 defaults:9',
      'cronParams.period EveryDay defaults:10',
      'cronParams.hour 3 defaults:10',
      'mode detect top:2',
      'dump false -',
    ]);
    expect(explain('acme')).toMatchObject({ line: 16, column: 3, state: 'present', dropped: [] });
  });

  test('tells what its profile and it itself overrode, the strongest first, and what was replaced with it', () => {
    expect(rows('globex')).toEqual([
      'storageType ThirdPartyConsumer defaults:4',
      'storageParams.module s3 profile:14 <- s3 defaults:6',
      'storageParams.bucket globex profile:14 <- acme-backups defaults:7',
      'backupsStored 10 portal:20 <- 30 profile:13 <- 7 defaults:9',
      'cronParams.period EveryWeek portal:22 <- EveryDay defaults:10',
      'cronParams.hour 2 portal:24 <- 3 defaults:10',
      'cronParams.day 1 portal:23',
      'mode enforce portal:19 <- detect top:2',
      'dump false -',
    ]);
    const { profile, fields, dropped } = explain('globex');
    expect(profile).toBe('gold');
    expect(fields[1]?.from).toEqual({ layer: 'profile', profile: 'gold', line: 14, column: 22 });
    expect(dropped).toEqual([
      {
        field: 'storageParams.region',
        value: 'eu-west-1',
        layer: 'defaults',
        line: 8,
        column: 5,
        reason: 'replaced',
      },
    ]);
  });

  test('masks the value of a param that may be a secret', () => {
    expect(rows('initech')).toContain('storageParams.frob *** portal:27');
    expect(JSON.stringify(explain('initech'))).not.toContain('canary');
  });

  test('tells the params that another storage type does not take along', () => {
    const { fields, dropped } = explain('hooli');
    expect(fields.map(({ field }) => field)).not.toContain('storageParams.bucket');
    expect(dropped.map(({ field, line, reason }) => [field, line, reason])).toEqual([
      ['storageParams.module', 6, 'storageType'],
      ['storageParams.bucket', 7, 'storageType'],
      ['storageParams.region', 8, 'storageType'],
    ]);
  });

  test('of one that shall have no schedule has no field of one', () => {
    expect(explain('umbrella').state).toBe('absent');
    expect(rows('umbrella')).toEqual(['mode enforce portal:30 <- detect top:2', 'dump false -']);
  });

  test('says of every field what the policy is read as', () => {
    for (const target of read(FLEET).policy?.targets ?? []) {
      const { fields } = explain(target.portal);
      const said = new Map(fields.map(({ field, value }) => [field, value === '***' ? 'canary' : value]));
      expect(said).toEqual(new Map(fieldsOf(target)));
    }
  });

  test('follows an alias to where the value stands', () => {
    const text = FLEET.replace('EveryDay, hour: 3 }', 'EveryDay, hour: 3 }\n  dump: &no false').replace(
      '  hooli:\n',
      '  hooli:\n    dump: *no\n',
    );
    expect(explain('hooli', text).fields.at(-1)).toEqual({
      field: 'dump',
      value: false,
      from: { layer: 'portal', line: 30, column: 5 },
      overrode: [{ value: false, layer: 'defaults', line: 11, column: 3 }],
    });
  });

  test('is not there for a portal that the policy does not name, and for no policy', () => {
    expect(explainPortal(new TextEncoder().encode(FLEET), 'gold')).toBeUndefined();
    expect(explainPortal(new Uint8Array([0xff]), 'acme')).toBeUndefined();
    expect(explainPortal(new TextEncoder().encode('portals: [acme]'), 'acme')).toBeUndefined();
  });
});

function fieldsOf({ schedule, mode, dump }: PortalTarget): [string, unknown][] {
  const { period, hour, day } = schedule?.cronParams ?? {};
  return [
    ...(schedule
      ? ([
          ['storageType', schedule.storageType],
          ...Array.from(schedule.storageParams, ([name, text]) => [`storageParams.${name}`, text]),
          ['backupsStored', schedule.backupsStored],
          ['cronParams.period', period],
          ['cronParams.hour', hour],
          ...(day === 0 ? [] : [['cronParams.day', day]]),
        ] as [string, unknown][])
      : []),
    ['mode', mode],
    ['dump', dump],
  ];
}
