import { describe, expect, it } from 'vitest';
import { DEFAULTS, read, readPortals, say } from './policy-text.ts';

const BLANK = 'it looks like a blank and is none, put a plain one in its place';
const QUOTE = `it is no quote, write " or '`;
const UNSEEN = 'it cannot be seen, drop it';

/** Portal lines from line 4 on, with the one error that is told; they are read for what was meant. */
const ALIKE: readonly (readonly [string, string, string])[] = [
  [
    'a no-break space after a colon',
    '  acme:\n    backupsStored:\u00a03',
    `5:19 U+00A0 no-break space: ${BLANK}`,
  ],
  [
    'a no-break space before a value',
    '  acme:\n    backupsStored: \u00a03',
    `5:20 U+00A0 no-break space: ${BLANK}`,
  ],
  [
    'a no-break space after a value',
    '  acme:\n    backupsStored: 3\u00a0',
    `5:21 U+00A0 no-break space: ${BLANK}`,
  ],
  [
    'a no-break space before a comment',
    '  acme:\n    dump: false\u00a0# no',
    `5:16 U+00A0 no-break space: ${BLANK}`,
  ],
  ['no-break spaces as indentation', '\u00a0\u00a0acme: {}', `4:1 U+00A0 no-break space: ${BLANK}`],
  ['one among blanks', '  acme:\n  \u00a0 backupsStored: 3', `5:3 U+00A0 no-break space: ${BLANK}`],
  ['a no-break space on a blank line', '  acme:\n\u00a0', `5:1 U+00A0 no-break space: ${BLANK}`],
  [
    'no-break spaces in a flow map',
    '  acme: {\u00a0dump: false,\u00a0mode: detect\u00a0}',
    `4:10 U+00A0 no-break space: ${BLANK}`,
  ],
  ['a no-break space after a bare portal', '  acme:\u00a0', `4:8 U+00A0 no-break space: ${BLANK}`],
  [
    'a narrow no-break space',
    '  acme: { backupsStored:\u202f3 }',
    `4:25 U+202F narrow no-break space: ${BLANK}`,
  ],
  ['a thin space', '  acme: { backupsStored:\u20093 }', `4:25 U+2009 thin space: ${BLANK}`],
  ['an em space', '  acme: { backupsStored:\u20033 }', `4:25 U+2003 em space: ${BLANK}`],
  ['an ideographic space as indentation', '\u3000acme: {}', `4:1 U+3000 ideographic space: ${BLANK}`],
  ['a line separator', '  acme:\u2028', `4:8 U+2028 line separator: ${BLANK}`],
  ['a zero-width space in a name', '  ac\u200bme:', `4:5 U+200B zero-width space: ${UNSEEN}`],
  [
    'a zero-width space in a field',
    '  acme: { backups\u200bStored: 3 }',
    `4:18 U+200B zero-width space: ${UNSEEN}`,
  ],
  [
    'a zero-width joiner in a value',
    '  acme: { storageType: Data\u200dStore }',
    `4:28 U+200D zero-width joiner: ${UNSEEN}`,
  ],
  ['a soft hyphen', '  acme: { backups\u00adStored: 3 }', `4:18 U+00AD soft hyphen: ${UNSEEN}`],
  ['a word joiner', '  acme: { dump: false\u2060 }', `4:22 U+2060 word joiner: ${UNSEEN}`],
  [
    'a byte-order mark in the middle',
    '\ufeff  acme:',
    `4:1 U+FEFF zero-width no-break space (a byte-order mark): ${UNSEEN}`,
  ],
  [
    'a right-to-left override',
    '  acme: { storageType: \u202eDataStore }',
    `4:24 U+202E right-to-left override: ${UNSEEN}`,
  ],
  ['a variation selector', '  acme\ufe0f:', `4:7 U+FE0F variation selector: ${UNSEEN}`],
  ['a full-width colon', '  acme： {}', '4:7 U+FF1A full-width colon: write ":"'],
  ['a full-width colon without a blank', '  acme：{}', '4:7 U+FF1A full-width colon: write ":"'],
  ['a full-width colon after a bare portal', '  acme：\n  other:', '4:7 U+FF1A full-width colon: write ":"'],
  [
    'a full-width colon after a field',
    '  acme:\n    backupsStored：3',
    '5:18 U+FF1A full-width colon: write ":"',
  ],
  [
    'a full-width comma',
    '  acme: { backupsStored: 3， dump: false }',
    '4:27 U+FF0C full-width comma: write ","',
  ],
  ['full-width braces', '  acme: ｛ backupsStored: 3 }', '4:9 U+FF5B full-width left brace: write "{"'],
  ['a full-width digit', '  acme: { backupsStored: ３ }', '4:26 U+FF13 full-width "3": write "3"'],
  ['a full-width letter', '  ａcme:', '4:3 U+FF41 full-width "a": write "a"'],
  ['a ratio sign', '  acme\u2236 {}', '4:7 U+2236 ratio: write ":"'],
  ['an en dash in a name', '  ac–me:', '4:5 U+2013 en dash: write "-"'],
  ['a minus sign in a name', '  ac\u2212me:', '4:5 U+2212 minus sign: write "-"'],
  [
    'a Cyrillic letter in a field',
    '  acme: { b\u0430ckupsStored: 3 }',
    '4:12 U+0430 a Cyrillic letter: it looks like another letter, write that one',
  ],
  [
    'a Greek letter in a name',
    '  \u03bfcme:',
    '4:3 U+03BF a Greek letter: it looks like another letter, write that one',
  ],
  [
    'curly quotes around a value',
    '  acme: { storageType: “DataStore” }',
    `4:24 U+201C left double curly quote: ${QUOTE}`,
  ],
  [
    'single curly quotes',
    '  acme: { storageType: ‘DataStore’ }',
    `4:24 U+2018 left single curly quote: ${QUOTE}`,
  ],
  ['German quotes', '  acme: { storageType: „DataStore“ }', `4:24 U+201E low double curly quote: ${QUOTE}`],
  [
    'French quotes',
    '  acme: { storageType: «DataStore» }',
    `4:24 U+00AB left-pointing double angle quote: ${QUOTE}`,
  ],
  ['curly quotes around a name', '  “acme”: {}', `4:3 U+201C left double curly quote: ${QUOTE}`],
  [
    'curly quotes around a param with braces',
    '  acme: { storageType: Local, storageParams: { filePath: “/b/{portal}” } }',
    `4:58 U+201C left double curly quote: ${QUOTE}`,
  ],
  [
    'curly quotes around a param with a comma',
    '  acme: { storageType: Local, storageParams: { filePath: “/b, c: d” } }',
    `4:58 U+201C left double curly quote: ${QUOTE}`,
  ],
];

describe('characters that look like others', () => {
  it.each(ALIKE)('%s: named at its place, once', (_, portals, expected) => {
    const { errors, claims } = readPortals(portals, '  last:');
    expect(say(errors)).toEqual([expected]);
    expect(claims).toContain('last');
  });

  it.each(ALIKE.slice(0, 9))('among 3,000 portals: %s', (_, portals, expected) => {
    const more = Array.from({ length: 3000 }, (_, index) => `  p${index}:`);
    expect(say(readPortals(portals, ...more).errors)).toEqual([expected]);
  });

  it('hide no portal', () => {
    expect(readPortals('\u00a0\u00a0acme: {}', '  ac\u200bde:', '  b：').claims).toEqual([
      'acme',
      'acde',
      'b',
    ]);
  });

  it('a wrong value beside one is told too', () => {
    expect(say(readPortals('  acme: { backupsStored:\u00a099 }').errors)).toEqual([
      `4:25 U+00A0 no-break space: ${BLANK}`,
      '4:26 "backupsStored" must be a whole number from 1 to 30, not 99',
    ]);
  });

  it('are shown as escapes where nobody could see them', () => {
    const [error] = readPortals('  acme: { backupsStored:\u00a099 }').errors;
    expect(error).toMatchObject({ excerpt: '  acme: { backupsStored:\\u{a0}99 }', caret: 24 });
  });

  it('on a hundred lines: ten are told, the last with how many more', () => {
    const { errors } = readPortals(...Array.from({ length: 100 }, (_, index) => `\u00a0 p${index}:`));
    expect(errors).toHaveLength(10);
    expect(errors.at(-1)?.message).toContain('no-break space');
    expect(errors.at(-1)?.message).toContain('(and on 90 more lines)');
  });

  it.each([
    ['in a comment', '  acme: # “x”\u00a0y'],
    ['in a quoted param', '  acme: { storageType: Local, storageParams: { filePath: "/b“\u00a0”" } }'],
    ['within a plain param', '  acme: { storageType: Local, storageParams: { filePath: /a\u00a0“b” } }'],
    [
      'in a block',
      '  acme:\n    storageType: Local\n    storageParams:\n      filePath: |-\n        “x”\u00a0y',
    ],
  ])('%s they are text like any', (_, portals) => {
    expect(say(readPortals(portals).errors)).toEqual([]);
  });

  it.each(['“Nightly” backups', 'Sauvegarde\u00a0de nuit', 'fleet – Europe', '夜：備份', 'It’s ours'])(
    'in a description they are text like any: %s',
    (description) => {
      const reading = read(`version: 1\ndescription: ${description}\n${DEFAULTS}\nportals: {}\n`);
      expect(reading.policy?.description).toBe(description);
    },
  );

  it.each([
    [
      'a field',
      '  acme: { "dump\u200b": false }',
      /^4:11 unknown key "dump\\u\{200b\}", with U\+200B zero-width space in it: did you mean "dump"\?$/,
    ],
    ['a name', '  "ac\u00a0me":', /^4:3 "ac\u00a0me" is no portal name, with U\+00A0 no-break space in it: /],
    [
      'a choice',
      '  acme: { mode: "detect\u200b" }',
      /, with U\+200B zero-width space in it: did you mean "detect"\?$/,
    ],
  ])('in a quoted text that is %s they are named in the message', (_, portals, expected) => {
    expect(say(readPortals(portals).errors)).toEqual([expect.stringMatching(expected)]);
  });
});
