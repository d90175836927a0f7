import { describe, expect, it } from 'vitest';
import { DEFAULTS, read, readPortals, say } from './policy-text.ts';

const S3 = 'write ThirdPartyConsumer, with module: s3 in storageParams';

describe('a value that is near something', () => {
  it.each([
    ['storageType: S3', S3],
    ['storageType: s3', S3],
    ['storageType: AmazonS3', S3],
    ['storageType: aws', S3],
    ['storageType: GoogleCloud', 'write ThirdPartyConsumer, with module: googlecloud in storageParams'],
    ['storageType: disk', 'write Local, with filePath in storageParams'],
    ['storageType: Google Drive', 'write ThirdPartyDocuments, with folderId in storageParams'],
    ['storageType: documents', 'did you mean "Documents"?'],
    ['storageType: Third_Party_Consumer', 'did you mean "ThirdPartyConsumer"?'],
    ['cronParams: { hour: 3, period: Daily }', 'write EveryDay'],
    ['cronParams: { hour: 3, period: daily }', 'write EveryDay'],
    ['cronParams: { hour: 3, period: nightly }', 'write EveryDay'],
    ['cronParams: { hour: 3, period: 1d }', 'write EveryDay'],
    ['cronParams: { hour: 3, period: Weekly }', 'write EveryWeek'],
    ['cronParams: { hour: 3, period: Monthly }', 'write EveryMonth'],
    ['cronParams: { hour: 3, period: every day }', 'did you mean "EveryDay"?'],
    ['cronParams: { hour: 3, period: EVERY_DAY }', 'did you mean "EveryDay"?'],
    ['cronParams: { period: EveryDay, hour: 03:00 }', 'write 3'],
    ['cronParams: { period: EveryDay, hour: "03:00" }', 'write 3'],
    ['cronParams: { period: EveryDay, hour: 3:30 }', 'backups begin at full hours, write 3'],
    ['cronParams: { period: EveryDay, hour: 03:00:00 }', 'write 3'],
    ['cronParams: { period: EveryDay, hour: 3am }', 'write 3'],
    ['cronParams: { period: EveryDay, hour: 12 AM }', 'write 0'],
    ['cronParams: { period: EveryDay, hour: 11 p.m. }', 'write 23'],
    ['cronParams: { period: EveryDay, hour: 3h }', 'write 3'],
    ['cronParams: { period: EveryDay, hour: noon }', 'write 12'],
    ['cronParams: { period: EveryDay, hour: 24 }', 'write 0'],
    ['cronParams: { period: EveryDay, hour: "3" }', 'drop the quotes'],
    [
      'cronParams: { period: EveryDay, hour: 0 4 * * * }',
      'a cron text is not taken, write cronParams: { period: EveryDay, hour: 4 }',
    ],
    ['cronParams: 0 3 * * *', 'a cron text is not taken, write cronParams: { period: EveryDay, hour: 3 }'],
    [
      'cronParams: "30 4 * * 1"',
      'a cron text is not taken, write cronParams: { period: EveryWeek, day: Monday, hour: 4 }',
    ],
    [
      'cronParams: "0 5 15 * *"',
      'a cron text is not taken, write cronParams: { period: EveryMonth, day: 15, hour: 5 }',
    ],
    [
      'cronParams: { hour: 3, period: 0 6 * * SUN }',
      'a cron text is not taken, write cronParams: { period: EveryWeek, day: Sunday, hour: 6 }',
    ],
    ['cronParams: { period: EveryWeek, hour: 3, day: Mon }', 'write Monday'],
    ['cronParams: { period: EveryWeek, hour: 3, day: tues }', 'write Tuesday'],
    ['cronParams: { period: EveryWeek, hour: 3, day: Fr }', 'write Friday'],
    ['cronParams: { period: EveryWeek, hour: 3, day: SATURDAY }', 'did you mean "Saturday"?'],
    ['cronParams: { period: EveryMonth, hour: 3, day: 1st }', 'write 1'],
    [
      'cronParams: { period: EveryMonth, hour: 3, day: last }',
      'there is no last day, 28 is the last that every month has',
    ],
    ['backupsStored: 7 copies', 'write 7'],
    ['backupsStored: "7"', 'drop the quotes'],
    ['dump: yes', 'write true'],
    ['dump: "no"', 'write false'],
    ['dump: on', 'write true'],
    ['dump: Off', 'write false'],
    ['dump: 0', 'write false'],
    ['mode: Detect', 'did you mean "detect"?'],
    ['mode: dry-run', 'write detect'],
    ['mode: enforced', 'write enforce'],
    ['backups_stored: 7', 'did you mean "backupsStored"?'],
    ['backups-stored: 7', 'did you mean "backupsStored"?'],
    ['BackupsStored: 7', 'did you mean "backupsStored"?'],
    ['storage_type: DataStore', 'did you mean "storageType"?'],
    ['cron-params: {}', 'did you mean "cronParams"?'],
    ['retention: 7', 'did you mean "backupsStored"?'],
    ['schedule: 0 3 * * *', 'did you mean "cronParams"?'],
  ])('%s gets it: %s', (field, advice) => {
    const { errors } = readPortals(`  acme: { ${field} }`);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message.endsWith(`: ${advice}`)).toBe(true);
  });

  it.each([
    ['storageType: Azure'],
    ['cronParams: { hour: 3, period: hourly }'],
    ['cronParams: { period: EveryDay, hour: 3.5 }'],
    ['cronParams: { period: EveryDay, hour: 25:00 }'],
    ['cronParams: { period: EveryDay, hour: 13pm }'],
    ['cronParams: { period: EveryWeek, hour: 3, day: S }'],
    ['dump: maybe'],
    ['mode: off'],
    ['state: gone'],
  ])('%s is near nothing: no advice is better than a wrong one', (field) => {
    const { errors } = readPortals(`  acme: { ${field} }`);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).not.toMatch(/write|mean/);
  });
});

describe('a key and its value that ran together', () => {
  it.each([
    ['{ backupsStored:3 }', '4:24 a blank is missing after the ":"'],
    ['{ dump: false, mode:detect }', '4:28 a blank is missing after the ":"'],
    ['{ storageType: Local, storageParams: { filePath:/x } }', '4:56 a blank is missing after the ":"'],
    ['{ backupsStored=3 }', '4:24 write ":" in place of "="'],
    ['{ backupsStored = 3 }', '4:25 write ":" in place of "="'],
    ['{ backupsStored 3 }', '4:24 a ":" is missing after "backupsStored"'],
  ])('%s', (portal, expected) => {
    expect(say(readPortals(`  acme: ${portal}`).errors)).toEqual([expected]);
  });
});

describe('what stands one level too high, or under another name', () => {
  it('is told once, and not as missing where it belongs', () => {
    expect(
      say(readPortals('  acme:', '    cronParams:', '      period: EveryDay', '    hour: 4').errors),
    ).toEqual(['7:5 unknown key "hour": it belongs into "cronParams"']);
    const params = ['    module: s3', '    bucket: acme', '    region: eu-west-1'];
    expect(say(readPortals('  acme:', '    storageType: ThirdPartyConsumer', ...params).errors)).toEqual([
      '6:5 unknown keys "module", "bucket", "region": they belong into "storageParams"',
    ]);
    expect(say(read(`version: 1\nbackupsStored: 7\n${DEFAULTS}\nportals: {}\n`).errors)).toEqual([
      '2:1 unknown key "backupsStored": it belongs into "defaults"',
    ]);
  });

  it('a first portal too far left makes no error of each that follows', () => {
    const more = Array.from({ length: 3000 }, (_, index) => `  p${index}:`);
    expect(say(readPortals(' acme:', ...more).errors)).toEqual([
      '5:3 unknown key "p0", as 2999 more keys of this map: is it a portal? Then it must stand in the same column as the one above it',
    ]);
  });

  it('a field that nobody knows may be the one that is missing', () => {
    const defaults =
      'defaults: { storageType: DataStore, numberOfArchives: 7, cronParams: { period: 0, hour: 3 } }';
    expect(say(read(`version: 1\n${defaults}\nportals: { a: , b: }\n`).errors)).toEqual([
      '2:37 unknown key "numberOfArchives"',
    ]);
    expect(
      say(read(`version: 1\nfallback: { storageType: DataStore }\nportals: { a: , b: }\n`).errors),
    ).toEqual(['2:1 unknown key "fallback"']);
  });
});

describe('what many portals lack', () => {
  it('for want of one default is told once, with their names', () => {
    const text = `version: 1\n${DEFAULTS.replace(', hour: 3', '')}\nportals: { a: , b: , c: , d: , e: }\n`;
    expect(say(read(text).errors)).toEqual([
      '3:12 the portal has no "hour": add cronParams.hour in defaults, or a whole cronParams here or in its profile (the same goes for 4 more portals: b, c, d, e)',
    ]);
  });

  it('of their own doing is told at each', () => {
    const lines = ['a', 'b'].map((name) => `  ${name}: { cronParams: { period: EveryDay } }`);
    expect(readPortals(...lines, '  c:').errors.map(({ line }) => line)).toEqual([4, 5]);
  });

  it('for want of it in a profile is told once a profile', () => {
    const profiles = 'profiles: { p: { cronParams: { period: 0 } }, q: { cronParams: { period: 0 } } }';
    const text = `version: 1\n${DEFAULTS}\n${profiles}\nportals:\n  a: { profile: p }\n  b: { profile: p }\n  c: { profile: q }\n`;
    expect(read(text).errors.map(({ line }) => line)).toEqual([5, 7]);
  });
});
