import { describe, expect, it } from 'vitest';
import { DEFAULTS, read, readPortals, say } from './policy-text.ts';

const GOOD = `version: 1\n${DEFAULTS}\n`;

describe('the top of a policy', () => {
  it.each([
    ['portals: {}\n', '1:1 "version" is missing: begin the file with "version: 1"'],
    ['version: 2\nportals: {}\n', '1:10 "version" must be the number 1, not 2'],
    ['version: "1"\nportals: {}\n', '1:10 "version" must be the number 1, not a text: drop the quotes'],
    ['version:\nportals: {}\n', '1:1 "version" must be the number 1, not empty'],
    ['version: 1\n', '1:1 "portals" is missing: name the portals under it, or write "portals: {}"'],
    ['version: 1\nportals:\n', '2:1 "portals" is empty: name the portals under it, or write "portals: {}"'],
    ['version: 1\nportals: ~\n', '2:1 "portals" is empty: name the portals under it, or write "portals: {}"'],
    ['version: 1\nportals: [a]\n', '2:10 "portals" must be a map, not a list'],
    ['- a\n', '1:1 a policy must be a map that begins with "version: 1"'],
    ['hello\n', '1:1 a policy must be a map that begins with "version: 1"'],
    ['--- \n', '1:1 the file is empty: a policy begins with "version: 1"'],
    ['--- # nothing\n...\n', '1:1 the file is empty: a policy begins with "version: 1"'],
    ['\ufeff\ufeff', '1:1 the file is empty: a policy begins with "version: 1"'],
    ['%YAML 1.2\n', '1:1 the file is empty: a policy begins with "version: 1"'],
    ['...\n', '1:1 the file is empty: a policy begins with "version: 1"'],
    ['~\n', '1:1 a policy must be a map that begins with "version: 1"'],
    ['version: 1\nportals: {}\nportal: {}\n', '3:1 unknown key "portal": did you mean "portals"?'],
    ['version: 1\nportals: {}\nPORTALS: {}\n', '3:1 unknown key "PORTALS": did you mean "portals"?'],
    ['version: 1\nportals: {}\nwhatever: 1\n', '3:1 unknown key "whatever"'],
    ['version: 1\nportals: {}\n__proto__: 1\n', '3:1 unknown key "__proto__"'],
    ['version: 1\nportals: {}\nconstructor: 1\n', '3:1 unknown key "constructor"'],
    ['version: 1\nportals: {}\n"": 1\n', '3:1 unknown key ""'],
    ['version: 1\nportals: {}\nrollout: 1\n', '3:1 "rollout" is reserved for a later version: not yet'],
    ['version: 1\nportals: {}\nguard: 1\n', '3:8 "guard" must be a map, not a single value'],
    ['version: 1\nportals: {}\nguard:\n', '3:1 "guard" must be a map, not empty'],
    [
      'version: 1\nportals: {}\nmode: Detect\n',
      '3:7 "mode" must be either enforce or detect: did you mean "detect"?',
    ],
    ['version: 1\nportals: {}\nmode: off\n', '3:7 "mode" must be either enforce or detect'],
    [
      'version: 1\nportals: {}\ndescription: 5\n',
      '3:14 "description" must be a text, not 5: put it in quotes',
    ],
    ['version: 1\nversion: 1\nportals: {}\n', '2:1 "version" stands here twice, first on line 1'],
  ])('%j is told as %s', (text, expected) => {
    const reading = read(text);
    expect(say(reading.errors)).toEqual([expected]);
    expect(reading.policy).toBeUndefined();
  });

  it('tells all errors at once, also beside a wrong version', () => {
    expect(say(read('version: 2\nmode: x\nportals:\n  Acme:\n').errors)).toEqual([
      '1:10 "version" must be the number 1, not 2',
      '2:7 "mode" must be either enforce or detect',
      '4:3 "Acme" is no portal name: lower-case letters, digits, ".", "_" and "-" after a first letter or digit, 63 at most: did you mean "acme"?',
    ]);
  });

  it('counts neither a byte-order mark nor a carriage return as a column', () => {
    expect(say(read('\ufeffversion: 2\r\nportals: {}\r\nmode: x\r\n').errors)).toEqual([
      '1:10 "version" must be the number 1, not 2',
      '3:7 "mode" must be either enforce or detect',
    ]);
  });

  it('counts columns in UTF-16 units', () => {
    expect(say(read('{ "😀": 1, version: 1, portals: {} }').errors)).toEqual(['1:3 unknown key "😀"']);
    expect(say(read('{ description: "😀é", version: 2, portals: {} }').errors)).toEqual([
      '1:32 "version" must be the number 1, not 2',
    ]);
  });
});

describe('fields of a portal', () => {
  it.each([
    ['backupsStored: 31', '5:20 "backupsStored" must be a whole number from 1 to 30, not 31'],
    ['backupsStored: 0', '5:20 "backupsStored" must be a whole number from 1 to 30, not 0'],
    ['backupsStored: 7.5', '5:20 "backupsStored" must be a whole number from 1 to 30, not 7.5'],
    ['backupsStored: .nan', '5:20 "backupsStored" must be a whole number from 1 to 30, not .nan'],
    [
      'backupsStored: "7"',
      '5:20 "backupsStored" must be a whole number from 1 to 30, not a text: drop the quotes',
    ],
    ['backupsStored: seven', '5:20 "backupsStored" must be a whole number from 1 to 30, not a text'],
    ['backupsStored:', '5:5 "backupsStored" must be a whole number from 1 to 30, not empty'],
    ['backupsStored: [7]', '5:20 "backupsStored" must be a whole number from 1 to 30, not a list'],
    ['backupsStored: {a: 1}', '5:20 "backupsStored" must be a whole number from 1 to 30, not a map'],
    ['backupStored: 7', '5:5 unknown key "backupStored": did you mean "backupsStored"?'],
    ['backupsStroed: 7', '5:5 unknown key "backupsStroed": did you mean "backupsStored"?'],
    ['BACKUPSSTORED: 7', '5:5 unknown key "BACKUPSSTORED": did you mean "backupsStored"?'],
    ['hour: 7', '5:5 unknown key "hour": it belongs into "cronParams"'],
    ['bucket: b', '5:5 unknown key "bucket": it belongs into "storageParams"'],
    ['apiKey: x', '5:5 unknown key "apiKey": credentials have no place in a policy'],
    [
      'guard: { maxWeaken: 1 }',
      '5:5 "guard" stands at the top of a policy alone: it is about all its portals',
    ],
    [
      'approve: 0123456789abcdef',
      '5:5 "approve" stands at the top of a policy alone: it is about all its portals',
    ],
    ['labels: [a]', '5:5 "labels" is reserved for a later version: not yet'],
    ['dump: yes', '5:11 "dump" must be true or false, not a text: write true'],
    ['dump: "true"', '5:11 "dump" must be true or false, not a text: drop the quotes'],
    ['dump: 1', '5:11 "dump" must be true or false, not 1: write true'],
    ['storageType: 6', /^5:18 "storageType" must be one of .*, not 6$/],
    ['storageType: "4"', /^5:18 "storageType" must be one of .*, not a text: drop the quotes$/],
    ['storageType: datastore', /^5:18 "storageType" must be one of .*: did you mean "DataStore"\?$/],
    ['storageType: true', /^5:18 "storageType" must be one of .*, not a boolean$/],
    ['state: gone', '5:12 "state" must be either present or absent'],
    ['profile: gold', '5:14 there is no profile "gold"'],
    ['profile:', '5:5 "profile" must be a name, not empty'],
    ['cronParams:', '5:5 "cronParams" must be a map, not empty'],
    ['cronParams: daily', '5:17 "cronParams" must be a map, not a single value'],
    [
      'cronParams: { period: 0, hour: 24 }',
      '5:36 "hour" must be a whole number from 0 to 23, not 24: write 0',
    ],
    [
      'cronParams: { period: 0, hour: { from: 1, to: 24 } }',
      '5:51 "to" must be a whole number from 0 to 23, not 24: write 0',
    ],
    ['cronParams: { period: 0, hour: { from: 1, until: 5, to: 3 } }', '5:47 unknown key "until"'],
    ['cronParams: { period: 0, hour: 3, minute: 3 }', '5:39 unknown key "minute"'],
    [
      'cronParams: { period: 0, hour: { from: 1 } }',
      '5:36 "hour" as a window needs both ends: { from: 1, to: 5 }',
    ],
    [
      'cronParams: { period: daily, hour: 3 }',
      '5:27 "period" must be one of EveryDay, EveryWeek, EveryMonth: write EveryDay',
    ],
    [
      'cronParams: { period: 3, hour: 3 }',
      '5:27 "period" must be one of EveryDay, EveryWeek, EveryMonth, not 3',
    ],
    ['storageParams: [a]', '5:20 "storageParams" must be a map, not a list'],
    ['storageParams: { a: [x] }', '5:25 storage param "a" must be a text, not a list'],
    ['storageParams: { a: }', '5:22 storage param "a" is empty: give a text, in quotes if it is to be empty'],
    [
      'storageParams: { a: ~ }',
      '5:25 storage param "a" is empty: give a text, in quotes if it is to be empty',
    ],
    ['storageParams: { tenantId: 1 }', '5:22 "tenantId" is set by the server itself: drop it'],
    [
      'storageParams: { secretaccesskey: x }',
      /^5:22 "secretaccesskey" looks like a credential: .*storage settings/,
    ],
    ['storageParams: { folderId: 5 }', /^5:22 "folderId" goes with Documents and ThirdPartyDocuments alone/],
  ])('%s is told as %s', (field, expected) => {
    const reading = readPortals('  acme:', `    ${field}`);
    expect(say(reading.errors)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
    expect(reading.claims).toEqual(['acme']);
  });

  it.each([
    ['EveryDay', '3', /"day" has no place beside EveryDay: drop it/],
    ['EveryDay', 'Sunday', /"day" has no place beside EveryDay: drop it/],
    ['EveryWeek', '0', /from 1 \(Sunday\) to 7, not 0/],
    ['EveryWeek', '8', /from 1 \(Sunday\) to 7, not 8/],
    ['EveryWeek', 'sunday', /did you mean "Sunday"\?/],
    ['EveryWeek', 'Sonntag', /must be a weekday \(Sunday to Saturday\) or a whole number, not a text/],
    ['EveryWeek', '"1"', /not a text: drop the quotes/],
    ['EveryMonth', '0', /from 1 to 31, not 0/],
    ['EveryMonth', '32', /from 1 to 31, not 32/],
    ['EveryMonth', 'Sunday', /from 1 to 31, not a weekday/],
    ['EveryMonth', '1.5', /not 1.5/],
    ['x', '40', /must be one of/],
  ])('with %s, day %s is an error at the day', (period, day, message) => {
    const { errors } = readPortals(`  acme: { cronParams: { day: ${day}, hour: 3, period: ${period} } }`);
    expect(say(errors)[0]).toMatch(/^4:(?:30|5\d|4\d) /);
    expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  });

  it('tells a wrong day once, also in a profile that no portal uses', () => {
    const profile = 'profiles:\n  p: { cronParams: { period: EveryWeek, hour: 1, day: 9 } }\n';
    const once = [expect.stringMatching(/^4:55 "day" must be/)];
    expect(say(read(`${GOOD}${profile}portals: {}\n`).errors)).toEqual(once);
    expect(say(read(`${GOOD}${profile}portals: { a: { profile: p }, b: { profile: p } }\n`).errors)).toEqual(
      once,
    );
  });

  it.each([
    ['', ['storageType', 'backupsStored', 'period', 'hour']],
    ['storageType: DataStore, backupsStored: 1, cronParams: { period: EveryWeek, hour: 1 }', ['day']],
    ['storageType: DataStore, backupsStored: 1, cronParams: { period: EveryMonth }', ['hour', 'day']],
    ['storageType: Documents, backupsStored: 1, cronParams: { period: 0, hour: 0 }', ['folderId']],
    ['storageType: 1, backupsStored: 1, cronParams: { period: 0, hour: 0 }', ['folderId']],
    [
      'storageType: Local, storageParams: { filePath: "" }, backupsStored: 1, cronParams: { period: 0, hour: 0 }',
      ['filePath'],
    ],
    ['storageType: 5, backupsStored: 1, cronParams: { period: 0, hour: 0 }', ['module']],
    [
      'storageType: 5, storageParams: { module: s3 }, backupsStored: 1, cronParams: { period: 0, hour: 0 }',
      ['bucket'],
    ],
    [
      'storageType: 5, storageParams: { module: GoogleCloud }, backupsStored: 1, cronParams: { period: 0, hour: 0 }',
      [],
    ],
  ])('{ %s } lacks %j, told at the portal', (fields, lacking) => {
    const { errors } = read(`version: 1\nportals:\n  acme: { ${fields} }\n`);
    expect(errors.map(({ line, column }) => [line, column])).toEqual(lacking.map(() => [3, 3]));
    expect(errors.map(({ message }) => /^the portal has no "(\w+)": /.exec(message)?.[1])).toEqual(lacking);
  });

  it('says where a missing field could stand', () => {
    expect(say(read('version: 1\nportals:\n  acme: { storageType: 4, backupsStored: 1 }\n').errors)).toEqual([
      '3:3 the portal has no "period": add cronParams.period here, in its profile or in defaults',
      '3:3 the portal has no "hour": add cronParams.hour here, in its profile or in defaults',
    ]);
  });

  it.each(['folderid', 'folder_id', 'FolderId'])('asks whether %s means folderId', (name) => {
    const { errors } = readPortals(`  acme: { storageType: Documents, storageParams: { ${name}: 1 } }`);
    expect(say(errors)).toEqual([
      `4:3 the portal has no "folderId": is it meant by "${name}" in storageParams?`,
    ]);
  });

  it.each(['12x', '-1', '"{portal}"', '1 2'])('the folderId of Documents is no %s', (folderId) => {
    const { errors } = readPortals(
      `  acme: { storageType: Documents, storageParams: { folderId: ${folderId} } }`,
    );
    expect(say(errors)).toEqual(['4:62 "folderId" of Documents must be a folder\'s number: digits alone']);
  });

  it('a portal whose name is a number may be its own folderId', () => {
    const lines = '  007: { storageType: Documents, storageParams: { folderId: "{portal}" } }';
    expect(readPortals(lines).policy?.targets[0]?.schedule?.storageParams.get('folderId')).toBe('007');
  });
});

describe('what stands in the wrong place', () => {
  it.each(['defaults', 'profile'])('state and profile are refused in %s', (place) => {
    const layer = '{ state: absent, profile: p }';
    const text =
      place === 'defaults'
        ? `version: 1\ndefaults: ${layer}\nportals: {}\n`
        : `version: 1\nprofiles: { p: ${layer} }\nportals: {}\n`;
    expect(read(text).errors.map(({ message }) => message)).toEqual([
      '"state" stands under a portal alone: in defaults or a profile one line would delete the schedules of a whole fleet',
      '"profile" stands under a portal alone: defaults and profiles have no profile of their own',
    ]);
  });

  it('nothing but dump and mode goes with state: absent', () => {
    const line =
      '  acme: { state: absent, backupsStored: 7, profile: p, cronParams: {}, dump: false, mode: enforce }';
    expect(say(readPortals(line).errors)).toEqual([
      '4:26 "backupsStored" has no place beside "state: absent": only "dump" and "mode" go with it',
      '4:44 "profile" has no place beside "state: absent": only "dump" and "mode" go with it',
      '4:53 there is no profile "p"',
      '4:56 "cronParams" has no place beside "state: absent": only "dump" and "mode" go with it',
    ]);
  });

  it.each(['Acme', '-a', '.a', '_a', 'a b', 'ä', 'a/b', 'a'.repeat(64), '__proto__'])(
    '%s is no portal name',
    (name) => {
      const reading = readPortals(`  ${name}:`, '  good:');
      expect(say(reading.errors)).toEqual([expect.stringMatching(/^4:3 ".*" is no portal name: /)]);
      expect(reading.claims).toEqual(['good']);
    },
  );

  it('the same name twice is told, however it is quoted', () => {
    expect(say(readPortals('  007:', '  "007":', "  '007': {}").errors)).toEqual([
      '5:3 "007" stands here twice, first on line 4',
      '6:3 "007" stands here twice, first on line 4',
    ]);
  });

  it('suggests a near profile', () => {
    const text = `${GOOD}profiles:\n  gold: {}\nportals:\n  acme: { profile: glod }\n  b: { profile: Gold }\n`;
    expect(say(read(text).errors)).toEqual([
      '6:20 there is no profile "glod": did you mean "gold"?',
      '7:17 there is no profile "Gold": did you mean "gold"?',
    ]);
  });

  it.each([
    [
      'a misspelt field in defaults',
      'version: 1\ndefaults: { storageType: 4, backupStored: 7, cronParams: { period: 0, hour: 1 } }\n',
    ],
    ['misspelt defaults', `version: 1\n${DEFAULTS.replace('defaults', 'defalts')}\n`],
    ['defaults that are no map', 'version: 1\ndefaults: 5\n'],
    ['an unreadable value in defaults', `version: 1\n${DEFAULTS.replace('7', '70')}\n`],
  ])('%s: told once, and not as missing at every portal', (_, head) => {
    expect(read(`${head}portals: { a: , b: , c: }\n`).errors.map(({ line }) => line)).toEqual([2]);
  });
});

describe('how many errors are told', () => {
  it('a thousand at most, the first ones, and the last says how many more', () => {
    const portals = Array.from({ length: 1500 }, (_, index) => `  Bad${index}:`);
    const { errors } = readPortals(...portals);
    expect(errors).toHaveLength(1000);
    expect(errors[998]?.line).toBe(3 + 999);
    expect(errors[999]?.message).toBe('501 more errors: mend those above first');
    expect(errors[999]?.line).toBe(3 + 1000);
  });

  it('a thousand are told in full', () => {
    const portals = Array.from({ length: 1000 }, (_, index) => `  Bad${index}:`);
    const { errors } = readPortals(...portals);
    expect(errors).toHaveLength(1000);
    expect(errors[999]?.message).toMatch(/is no portal name/);
  });

  it('sorts by position', () => {
    const { errors } = read('mode: x\nportals:\n  A:\ndefaults:\n  dump: 3\nversion: 3\n');
    expect(errors.map(({ line }) => line)).toEqual([1, 3, 5, 6]);
  });

  it('an error at a node that many portals share is told once', () => {
    const text = `${GOOD}portals:\n  a: &a { backupsStored: 99, cronParams: { period: 1, hour: 1, day: 9 } }\n  b: *a\n  c: *a\n`;
    expect(say(read(text).errors)).toHaveLength(2);
  });
});
