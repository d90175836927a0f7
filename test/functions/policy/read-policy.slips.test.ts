import { describe, expect, it } from 'vitest';
import { read, say } from './policy-text.ts';

const HEAD = `version: 1
description: nightly
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
profiles:
  gold:
    backupsStored: 30
    cronParams:
      period: EveryWeek
      day: Sunday
      hour: 2
portals:
  plain:
  silver:
    backupsStored: 9
    cronParams:
      period: EveryDay
      hour: 4
  flat: { backupsStored: 3, cronParams: { period: EveryDay, hour: 5 } }
  tiered:
    profile: gold
`;
const PARAMS = '  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }';
const FLAT = '  flat: { backupsStored: 3, cronParams: { period: EveryDay, hour: 5 } }';

/** A fleet that is good but for one slip, with as many more good portals below. */
function fleet(from: string, to: string, portals = 40): string {
  const slipped = HEAD.replace(from, () => to);
  if (slipped === HEAD) throw new Error(`nothing to slip at: ${from}`);
  const more = Array.from({ length: portals }, (_, index) => {
    if (index % 3 === 0) return `  more-${index}:\n`;
    if (index % 3 === 1) return `  more-${index}: { backupsStored: 5 }\n`;
    return `  more-${index}:\n    profile: gold\n    backupsStored: 6\n`;
  });
  return slipped + more.join('');
}

const NAMED_BRACES = 'a text with braces or brackets in it must stand in quotes';
const NOT_FILLED = 'a variable that was not filled in: write its value here';
const NOT_CLOSED = 'the closing } is missing, or stands too far left';
const SAME_COLUMN = 'keys of one map must stand in the same column';
const NO_BLANK = 'a blank is missing after the ":"';
const NO_COLON = 'a key must stand on one line: is a ":" missing?';
const TEMPLATE = 'a template that was not filled in: write what it stands for, or drop the line';
const NO_CRON = 'a cron text is not taken: write { period: EveryDay, hour: 3 }';

const SLIPS: readonly (readonly [string, string, string, string])[] = [
  // Braces, brackets, commas, quotes in a flow map
  ['a placeholder without quotes', '"{portal}"', 'x/{portal}', `5:81 ${NAMED_BRACES}`],
  ['a variable nobody replaced', 'eu-west-1', `\${AWS_REGION}`, `5:62 ${NOT_FILLED}`],
  [
    'a backtick as a quote',
    '"{portal}"',
    '`{portal}`',
    '5:81 a text that begins with this character must stand in quotes',
  ],
  [
    'a brace too many',
    FLAT,
    '  flat: { backupsStored: 3 }}',
    '22:29 one "}" too many: nothing is open that it could close',
  ],
  [
    'a bracket too many',
    FLAT,
    '  flat: { backupsStored: 3 }]',
    '22:29 one "]" too many: nothing is open that it could close',
  ],
  [
    'a brace on a line of its own',
    '  flat:',
    '  }\n  flat:',
    '22:3 one "}" too many: nothing is open that it could close',
  ],
  ['a brace too few', 'hour: 5 } }', 'hour: 5 }', `22:70 ${NOT_CLOSED}`],
  ['a brace too few in defaults', '"{portal}" }', '"{portal}"', `5:91 ${NOT_CLOSED}`],
  ['a bracket for a brace', 'hour: 5 } }', 'hour: 5 } ]', `22:70 ${NOT_CLOSED}`],
  ['no comma', '3, cron', '3 cron', '22:26 a "," is missing'],
  ['two commas', '3, cron', '3,, cron', '22:28 this "," is one too many'],
  ['a semicolon', '3, cron', '3; cron', '22:26 write "," in place of ";"'],
  ['no closing quote', '"{portal}"', '"{portal}', '5:81 the closing " of this text is missing'],
  ['a quote too many', '"{portal}"', '"{portal}""', '5:91 the closing " of this text is missing'],
  [
    'an open quote in a block',
    'profile: gold',
    "profile: 'gold",
    "24:14 the closing ' of this text is missing",
  ],
  ['an open quote at the top', 'nightly', '"nightly', '2:14 the closing " of this text is missing'],
  ['an open brace above a block', 'portals:', 'portals: {', '15:10 the closing } is missing'],
  ['an open brace above defaults', 'defaults:', 'defaults: {', '3:11 the closing } is missing'],
  [
    'an open brace over lines',
    PARAMS,
    '  storageParams: {\n    module: s3,\n    bucket: acme-backups',
    '5:18 the closing } is missing',
  ],
  // Quotes in texts
  [
    'an apostrophe',
    'nightly',
    "'Let's back up'",
    "2:19 the apostrophe ended the quoted text: write it twice (''), or put the text in double quotes",
  ],
  [
    'a quote in quotes',
    'nightly',
    '"the "big" fleet"',
    '2:20 the " ended the quoted text: write \\" for one that belongs to it, or use single quotes',
  ],
  [
    'a colon in a text',
    'nightly',
    'fleet: nightly',
    '2:14 a ":" too many: put the text in quotes, or mend the indentation',
  ],
  // Colons
  ['no blank after a colon', 'backupsStored: 9', 'backupsStored:9', `18:18 ${NO_BLANK}`],
  ['no blank after a colon in a map below', 'period: EveryDay\n', 'period:EveryDay\n', `20:13 ${NO_BLANK}`],
  ['no blank after a colon at the top', 'version: 1', 'version:1', `1:8 ${NO_BLANK}`],
  ['no blank before a brace', 'flat: {', 'flat:{', `22:7 ${NO_BLANK}`],
  ['an equals sign', 'backupsStored: 9', 'backupsStored = 9', '18:19 write ":" in place of "="'],
  ['no colon before a value', 'backupsStored: 9', 'backupsStored 9', `18:5 ${NO_COLON}`],
  ['no colon after a portal', '  plain:', '  plain', `16:3 ${NO_COLON}`],
  ['no colon above a block', '  silver:', '  silver', `17:3 ${NO_COLON}`],
  [
    'no colon after cronParams',
    '    cronParams:\n      period: EveryDay',
    '    cronParams\n      period: EveryDay',
    `19:5 ${NO_COLON}`,
  ],
  ['no colon after portals', 'portals:', 'portals', `15:1 ${NO_COLON}`],
  ['no colon after defaults', 'defaults:', 'defaults', `3:1 ${NO_COLON}`],
  [
    'a value above a block',
    '  silver:',
    '  silver: gold',
    '17:11 a ":" too many: put the text in quotes, or mend the indentation',
  ],
  // Indentation
  ['a portal a blank to the left', '  flat:', ' flat:', `22:2 ${SAME_COLUMN}`],
  ['a portal with fields to the left', '  tiered:', ' tiered:', `23:2 ${SAME_COLUMN}`],
  ['a portal a blank to the right', '  tiered:', '   tiered:', `23:4 ${SAME_COLUMN}`],
  ['a field a blank to the left', '    backupsStored: 9', '   backupsStored: 9', `18:4 ${SAME_COLUMN}`],
  ['a field a blank to the right', '    backupsStored: 9', '     backupsStored: 9', `19:5 ${SAME_COLUMN}`],
  [
    'a map to the left',
    '    cronParams:\n      period: EveryDay',
    '   cronParams:\n      period: EveryDay',
    `19:4 ${SAME_COLUMN}`,
  ],
  [
    'a map to the right',
    '    cronParams:\n      period: EveryDay',
    '     cronParams:\n      period: EveryDay',
    `19:6 ${SAME_COLUMN}`,
  ],
  ['an hour to the right', '      hour: 4', '        hour: 4', `21:9 ${SAME_COLUMN}`],
  ['an hour to the left', '      hour: 4', '     hour: 4', `21:6 ${SAME_COLUMN}`],
  ['a default to the left', '  backupsStored: 7', ' backupsStored: 7', `6:2 ${SAME_COLUMN}`],
  ['a default to the right', '  backupsStored: 7', '   backupsStored: 7', `6:4 ${SAME_COLUMN}`],
  ['a tab', '    backupsStored: 9', '\tbackupsStored: 9', '18:1 a tab cannot indent: use spaces'],
  [
    'a tab after blanks',
    '    backupsStored: 9',
    '  \tbackupsStored: 9',
    '18:3 a tab cannot indent: use spaces',
  ],
  // What other tools leave behind
  [
    'a merge conflict',
    '  flat:',
    '<<<<<<< HEAD\n  one:\n=======\n  two:\n>>>>>>> branch\n  flat:',
    '22:1 a merge conflict left its marks (<<<<<<<, =======, >>>>>>>): choose one side and drop them',
  ],
  ['a template', '  flat:', '  {{ include "x" . }}\n  flat:', `22:3 ${TEMPLATE}`],
  ['a loop', '  flat:', '  {% for x in y %}\n  flat:\n  {% endfor %}\n  other:', `22:3 ${TEMPLATE}`],
  ['a code fence', 'version: 1', '```yaml\nversion: 1', '1:1 a code fence is no part of YAML: drop the line'],
  ['a comment of another language', '  flat:', '  // all of them\n  flat:', '22:3 a comment begins with "#"'],
  [
    'a cron text with a star',
    'cronParams: { period: EveryDay, hour: 5 }',
    'cronParams: */5 * * * *',
    `22:41 ${NO_CRON}`,
  ],
  [
    'a cron text with a star alone',
    'cronParams: { period: EveryDay, hour: 3 }',
    'cronParams: * 3 * * *',
    `7:15 ${NO_CRON}`,
  ],
];

describe('one slip in a fleet is one error', () => {
  it.each(SLIPS)('%s', (_, from, to, expected) => {
    const { errors, claims } = read(fleet(from, to));
    expect(say(errors)).toEqual([expected]);
    expect(claims).toEqual(expect.arrayContaining(['plain', 'silver', 'tiered', 'more-0', 'more-39']));
  });

  it.each(SLIPS)('with Windows line ends: %s', (_, from, to, expected) => {
    expect(say(read(fleet(from, to, 5).replaceAll('\n', '\r\n')).errors)).toEqual([expected]);
  });

  it.each([
    ['a variable', 'eu-west-1', `\${AWS_REGION}`],
    ['a brace too many', FLAT, '  flat: { backupsStored: 3 }}'],
    ['an open brace above 3,000 portals', 'portals:', 'portals: {'],
    ['an open quote', '"{portal}"', '"{portal}'],
    ['a portal to the left', '  tiered:', ' tiered:'],
  ])('among 3,000 portals: %s', (_, from, to) => {
    expect(read(fleet(from, to, 3000)).errors).toHaveLength(1);
  });

  it('all of the lines indented by tabs are one slip', () => {
    const tabbed = fleet('nightly', 'daily').replace(/^ {4}/gm, '\t');
    expect(say(read(tabbed).errors)).toEqual([
      expect.stringMatching(/^10:1 a tab cannot indent: use spaces \(here and on \d+ more lines\)$/),
    ]);
  });

  it('two slips are two errors, and wrong values between them are told too', () => {
    const text = fleet('"{portal}"', '"{portal}')
      .replace('hour: 5 } }', 'hour: 5 }')
      .replace('backupsStored: 9', 'backupsStored: 99');
    expect(say(read(text).errors)).toEqual([
      '5:81 the closing " of this text is missing',
      '18:20 "backupsStored" must be a whole number from 1 to 30, not 99',
      `22:70 ${NOT_CLOSED}`,
    ]);
  });

  it('more slips than are mended: the first that is left is told, and no echo of it', () => {
    const portals = Array.from({ length: 60 }, (_, index) => `  p${index}: { dump: false }}`);
    const { errors } = read(`version: 1\nportals:\n${portals.join('\n')}\n`);
    expect(errors).toHaveLength(21);
    expect(errors.at(-1)?.line).toBe(23);
  });
});
