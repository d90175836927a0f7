import { describe, expect, it } from 'vitest';
import { read, readPortals } from './policy-text.ts';

const TIME = 'backupsStored: 7, cronParams: { period: 0, hour: 3 }';

function warn(text: string): string[] {
  const { warnings, errors } = read(text);
  expect(errors).toEqual([]);
  return warnings.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

describe('SHARED_FOLDER_ID', () => {
  const shared = (defaults: string, ...portals: string[]) =>
    warn(`version: 1\ndefaults: { ${defaults}, ${TIME} }\nportals:\n${portals.join('\n')}\n`);
  const documents = 'storageType: Documents, storageParams: { folderId: 12 }';

  it('is told once, at the value that two portals inherit', () => {
    expect(shared(documents, '  a:', '  b:', '  c:')).toEqual(['2:64 SHARED_FOLDER_ID']);
    expect(shared('storageType: Local, storageParams: { filePath: /x }', '  a:', '  b:')).toEqual([
      '2:60 SHARED_FOLDER_ID',
    ]);
  });

  it('says how many portals share it', () => {
    const { warnings } = read(
      `version: 1\ndefaults: { ${documents}, ${TIME} }\nportals: { a: , b: , c: {mode: detect} }\n`,
    );
    expect(warnings[0]?.message).toMatch(/^3 portals share this folderId: /);
    expect(warnings[0]?.excerpt).toContain('folderId: 12');
  });

  it.each([
    ['one portal alone', documents, ['  a:']],
    [
      'portals with their own',
      documents,
      ['  a: { storageParams: { folderId: 12 } }', '  b: { storageParams: { folderId: 12 } }'],
    ],
    ['a placeholder', 'storageType: Local, storageParams: { filePath: "/x/{portal}" }', ['  a:', '  b:']],
    ['another type', documents, ['  a:', '  b: { storageType: DataStore }']],
    ['an absent portal', documents, ['  a:', '  b: { state: absent }']],
  ])('is not told of %s', (_, defaults, portals) => {
    expect(shared(defaults, ...portals)).toEqual([]);
  });

  it('is told of a profile and of aliases too', () => {
    const profile = `version: 1\nprofiles:\n  p: { ${documents}, ${TIME} }\nportals: { a: { profile: p }, b: { profile: p } }\n`;
    expect(warn(profile)).toEqual(['3:59 SHARED_FOLDER_ID']);
    const rest = `storageType: Documents, ${TIME}`;
    const portal = `version: 1\nportals:\n  a: &a { storageParams: { folderId: 1 }, ${rest} }\n  b: *a\n`;
    expect(warn(portal)).toEqual(['3:38 SHARED_FOLDER_ID']);
    const value = `version: 1\nportals:\n  a: { storageParams: { folderId: &f 1 }, ${rest} }\n  b: { storageParams: { folderId: *f }, ${rest} }\n`;
    expect(warn(value)).toEqual(['3:38 SHARED_FOLDER_ID']);
  });
});

describe('the other warnings', () => {
  it('NO_BACKEND, where a portal uses CustomCloud', () => {
    const text = (portals: string) =>
      `version: 1\ndefaults: { storageType: 2, ${TIME} }\nportals: { ${portals} }\n`;
    expect(warn(text('a: , b: '))).toEqual(['2:26 NO_BACKEND']);
    expect(warn(text('a: { storageType: DataStore }'))).toEqual([]);
  });

  it.each([
    ['28', []],
    ['29', ['4:47 SHORT_MONTHS']],
    ['31', ['4:47 SHORT_MONTHS']],
  ])('SHORT_MONTHS, day %s', (day, expected) => {
    const { warnings } = readPortals(`  a: { cronParams: { period: EveryMonth, day: ${day}, hour: 1 } }`);
    expect(warnings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(expected);
  });

  it('DUMP_IS_SERVER_WIDE, also for an absent portal', () => {
    expect(readPortals('  a: { dump: true }', '  b: { dump: false }').warnings).toMatchObject([
      { line: 4, column: 14, code: 'DUMP_IS_SERVER_WIDE' },
    ]);
    expect(readPortals('  a: { state: absent, dump: true }').warnings).toMatchObject([
      { line: 4, column: 29, code: 'DUMP_IS_SERVER_WIDE' },
    ]);
  });

  it('stand beside errors, a thousand at most', () => {
    const portals = Array.from({ length: 1200 }, (_, index) => `  p${index}: { dump: true }`);
    const { warnings, errors } = readPortals(...portals, '  Bad:');
    expect(errors).toHaveLength(1);
    expect(warnings).toHaveLength(1000);
    expect(warnings[999]?.message).toBe('201 more warnings: mend those above first');
  });
});
