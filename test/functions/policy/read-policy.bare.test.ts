import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cutBarePortals } from '../../../functions/policy/reading/cut-bare-portals.ts';
import { DEFAULTS, read } from './policy-text.ts';

/** Nothing is cut out of a text with line ends of two characters: what is read of it is the measure. */
const whole = (text: string) => read(text.replaceAll('\n', '\r\n'));

/** @returns whether anything was cut, and there was nothing to tell of it */
function expectTheSame(text: string): boolean {
  const { policy } = read(text);
  expect(policy).toEqual(whole(text).policy);
  return policy !== undefined && cutBarePortals(text) !== undefined;
}

const HEAD = `version: 1\n${DEFAULTS}\n`;

/** Lines that stand under `portals:`, and some that end it, reach over their end, or are wrong. */
const LINES = [
  ...['  a:', '  b:', '  c:', '  d:', '  e:   ', '  007:', '  null:', '  x.y-z_1:', '  B:', '  -f:'],
  ...['    a:', ' a:', 'a:', '  a: {}', '  g: ~', '  a: # c', '  # c', '', '   ', '#c', '  h:', '  "i":'],
  ...[
    '    backupsStored: 9',
    '    profile: gold',
    '    state: absent',
    '    hour: 3',
    '    backupsStored: "8"',
  ],
  ...['  j: { backupsStored: 3 }', '  k: { backupsStored: 3,', '    mode: detect }', '  l: {', '  }', '}'],
  ...[
    '    storageParams: { folderId: 7 }',
    "    storageParams: { filePath: 'x",
    "'  }",
    '    storageType: Local',
  ],
  ...['    filePath: |', '    filePath: "', '      a:', '  "', "  '", '    filePath: /a', '    cronParams:'],
  ...[
    '      hour: 4',
    '      period: EveryWeek',
    '      day: Sunday',
    '  m: &x',
    '  n: *x',
    '  o: !t',
    '  - p',
    '-',
  ],
  ...[
    '  ? q',
    '  : r',
    '  s: |',
    '  t: >-',
    "  u: it's",
    "  it's: 'v",
    '  w: "\\"',
    '  x: {a: b"c, d: "x}',
    '  y:z',
  ],
  ...[
    'profiles:',
    '  gold: { backupsStored: 30 }',
    'portals:',
    'mode: detect',
    'guard:',
    '---',
    '...',
    '%',
    '\t',
  ],
  ...[
    '  z: a#b',
    '  aa: b: c',
    '  bb: [a]',
    '  cc: [',
    '  ]',
    '  dd: -',
    '  ee:\tx',
    '  ff: {}',
    '  ff:',
    '  a :',
  ],
];

const anyLines = fc.array(fc.constantFrom(...LINES), { maxLength: 12 });
/** Most of them good: faults hide what comes after them. */
const goodLines = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('  a:', '  b:', '  c:', '  d:', '  e:', '  f:', '  # c', '') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('  g:', '    backupsStored: 9', '  h: { dump: true }', '  i: {}'),
    },
    { weight: 1, arbitrary: fc.constantFrom(...LINES) },
  ),
  { maxLength: 12 },
);

describe('a policy whose bare portals are cut out before it is parsed', { timeout: 120_000 }, () => {
  it.each([
    ['any lines', anyLines, 4000, 0],
    ['lines that are mostly good', goodLines, 8000, 500],
  ])('reads as it does whole: %s', (_, lines, numRuns, leastCut) => {
    let cut = 0;
    const rest = fc.constantFrom('', 'mode: detect', 'guard: { maxWeaken: 3 }');
    fc.assert(
      fc.property(lines, rest, (body, tail) => {
        if (expectTheSame([`${HEAD}portals:`, ...body, tail, ''].join('\n'))) cut++;
      }),
      { numRuns },
    );
    expect(cut).toBeGreaterThanOrEqual(leastCut); // else nothing was tested
  });

  test.each([
    ['a portal that is cut, and stands there with fields, too', '  z:\n  a:\n  b:\n  a: {}\n'],
    ['a portal that is cut twice', '  z:\n  a:\n  b:\n  a:\n'],
    ['the first portal again', '  a:\n  b:\n  a:\n'],
    ['a text in quotes over lines', '  z:\n  y: { profile: "\n  a:\n  " }\n'],
    ['a text block', '  z:\n  y: |\n  a:\n'],
    ['a map in braces over lines', '  z:\n  y: {\n  a:\n  }\n'],
    ['a quote after an apostrophe', "  z:\n  it's: 'v\n  a:\n  '\n"],
    [
      'an escaped quote, closed in what looks like a comment',
      '  z:\n  y: { storageType: Local, storageParams: { filePath: "\\" } }\n  a:\n  # " } }\n',
    ],
    ['an escaped quote', '  z:\n  y: "\\"\n  a:\n  "\n'],
    ['a portal with something below it', '  z:\n  a:\n    backupsStored: 9\n'],
    ['a comment between a portal and what is below it', '  z:\n  a:\n# c\n    backupsStored: 9\n'],
  ])('reads as it does whole: %s', (_, body) => {
    expectTheSame(`${HEAD}portals:\n${body}`);
  });

  it('keeps the order of the file', () => {
    const body = '  d:\n  c:\n  b: { backupsStored: 9 }\n  a:\n  z:\n  e: {}\n  y:\n';
    const { policy } = read(`${HEAD}portals:\n${body}mode: detect\n`);
    expect(policy?.targets.map(({ portal }) => portal)).toEqual(['d', 'c', 'b', 'a', 'z', 'e', 'y']);
    expect(policy?.targets.every(({ mode }) => mode === 'detect')).toBe(true);
  });
});

describe('what is cut', () => {
  it('is every bare portal but the first', () => {
    const text = `${HEAD}portals:\n  a:\n  b:\n  # c\n  c: {}\n  d:\n    dump: true\n  e:\nmode: detect\n`;
    expect(cutBarePortals(text)).toEqual({
      text: `${HEAD}portals:\n  a:\n  # c\n  c: {}\n  d:\n    dump: true\nmode: detect\n`,
      portals: [
        { name: 'b', offset: text.indexOf('  b:') },
        { name: 'e', offset: text.indexOf('  e:') - '  b:\n'.length },
      ],
    });
  });

  it.each([
    ['blanks', ' '.repeat(1_000_000)],
    ['words', 'a '.repeat(500_000)],
    ['pairs in braces', `{ ${'a: b, '.repeat(150_000)}`],
    ['quotes', `"${"'".repeat(1_000_000)}"`],
  ])('is found in time that grows with the text: a line of a million %s', (_, line) => {
    // Quadratic time would be a matter of minutes: the test's own deadline tells.
    expect(cutBarePortals(`${HEAD}portals:\n  a:\n  b:\n  c: ${line}"\n`)).toBeUndefined();
  });
});
