import { describe, expect, it } from 'vitest';
import { DEFAULTS, read, readPortals, say } from './policy-text.ts';

const END = 'version: 1\nportals: {}\n';

describe('the part of YAML that policies use', () => {
  it.each([
    ['!x', 'version: 1\nportals: !x {}\n', ['2:10 tags (!...) are not allowed: drop it']],
    ['!!str', 'version: !!int 1\nportals: {}\n', ['1:10 tags (!...) are not allowed: drop it']],
    ['!<tag:x>', 'version: !<tag:x> 1\nportals: {}\n', ['1:10 tags (!...) are not allowed: drop it']],
    ['a merge key', `${END}<<: {}\n`, ['3:1 merge keys (<<) are not allowed: use defaults and profiles']],
    ['a list as a key', `${END}[a]: 1\n`, ['3:1 a map or list cannot be a key']],
    ['a map as a key', `${END}{a: 1}: 1\n`, ['3:1 a map or list cannot be a key']],
    ['a ? list', `${END}? - a\n: 1\n`, ['3:3 a map or list cannot be a key']],
    ['an alias as a key', `version: &a 1\nportals: {}\n*a : 1\n`, ['3:1 an alias cannot be a key']],
    ['YAML 1.1', `%YAML 1.1\n---\n${END}`, ['1:1 only YAML 1.2 is read here: drop this line']],
    ['YAML 1.3', `%YAML 1.3\n---\n${END}`, ['1:1 only YAML 1.2 is read here: drop this line']],
    ['%TAG', `%TAG ! tag:x,2000:\n---\n${END}`, ['1:1 directives (%...) are not allowed: drop this line']],
    ['an unknown directive', `%FOO\n---\n${END}`, ['1:1 directives (%...) are not allowed: drop this line']],
    [
      'a second document',
      `${END}---\n${END}`,
      ['3:1 a second document begins here: one file holds one policy'],
    ],
    [
      'an empty second document',
      `${END}---\n`,
      ['3:1 a second document begins here: one file holds one policy'],
    ],
    [
      'content after the end',
      `${END}...\n\n# c\n  foo: 1\n`,
      ['6:3 a second document begins here: one file holds one policy'],
    ],
    [
      'a control character',
      `${END}# bell \u0007\n`,
      [expect.stringMatching(/^3:8 a raw control character \(U\+0007\)/)],
    ],
    [
      'a C1 control character',
      `${END}# \u0085\n`,
      [expect.stringMatching(/^3:3 a raw control character \(U\+0085\)/)],
    ],
    ['DEL', `${END}# \u007f\n`, [expect.stringMatching(/^3:3 a raw control character \(U\+007F\)/)]],
    [
      'a lone carriage return',
      `${END}# a\rb: 1\n`,
      [expect.stringMatching(/^3:4 a carriage return without/)],
    ],
    ['an unknown alias', 'version: *a\nportals: {}\n', ['1:10 this alias has no anchor before it']],
    [
      'an alias before its anchor',
      'description: *a\nversion: 1\nportals: &a {}\n',
      ['1:14 this alias has no anchor before it'],
    ],
    [
      'an alias of itself',
      'version: 1\nportals: &a\n  x: *a\n',
      ['3:6 this alias stands inside its own anchor'],
    ],
  ])('%s is an error', (_, text, expected) => {
    const reading = read(text);
    expect(say(reading.errors)).toEqual(expected);
    expect(reading.policy).toBeUndefined();
  });

  it("the lexer's own signs are control characters like others", () => {
    const { errors } = read(`${END}# \u0002 \u0018 \u001f\n`);
    expect(errors.map(({ line, column }) => `${line}:${column}`)).toEqual(['3:3', '3:5', '3:7']);
  });

  it('each tag of a line is told, and what else is wrong there', () => {
    expect(say(readPortals('  a: !x { backupsStored: !!str 99 }').errors)).toEqual([
      '4:6 tags (!...) are not allowed: drop it',
      '4:26 tags (!...) are not allowed: drop it',
      '4:32 "backupsStored" must be a whole number from 1 to 30, not 99',
    ]);
  });

  it.each([String.raw`"x\"`, String.raw`"x\\\"`, `'x''`, `'x''''`, `"`, `'`, `"x`])(
    '%s has no closing quote',
    (text) => {
      expect(say(read(`version: 1\nportals: {}\ndescription: ${text}`).errors)).toEqual([
        `3:14 the closing ${text[0]} of this text is missing`,
      ]);
    },
  );

  it.each([String.raw`"x\\"`, String.raw`"\""`, `'x'''`, `''''`, `""`, `''`])(
    '%s has a closing quote',
    (text) => {
      expect(say(read(`version: 1\nportals: {}\ndescription: ${text}`).errors)).toEqual([]);
    },
  );

  it('reads no document but the first', () => {
    expect(say(read(`version: 2\nportals: {}\n---\nfoo: 1\n`).errors)).toEqual([
      '1:10 "version" must be the number 1, not 2',
      '3:1 a second document begins here: one file holds one policy',
    ]);
  });

  it('takes aliases', () => {
    const text = `version: 1
defaults: &all { storageType: DataStore, backupsStored: &n 7, cronParams: &daily { period: EveryDay, hour: 3 } }
profiles: { p: *all }
portals:
  a: &a { cronParams: *daily, backupsStored: *n }
  b: *a
`;
    const { policy, errors } = read(text);
    expect(say(errors)).toEqual([]);
    expect(policy?.targets[1]).toEqual({ ...policy?.targets[0], portal: 'b' });
  });

  it('takes nesting to 32 levels, and no deeper', () => {
    const nest = (levels: number) =>
      `version: 1\nportals: {}\nx: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
    expect(say(read(nest(31)).errors)).toEqual(['3:1 unknown key "x"']);
    expect(say(read(nest(32)).errors)).toContain('3:35 nested deeper than 32 levels');
  });

  it('takes 100,000 aliases, and no more', { timeout: 60_000 }, () => {
    const portals = (count: number) => Array.from({ length: count }, (_, index) => `  p${index}: *a`);
    expect(say(readPortals('  a: &a {}', ...portals(100_000)).errors)).toEqual([]);
    expect(say(readPortals('  a: &a {}', ...portals(100_001)).errors)).toEqual([
      '100005:12 more than 100,000 aliases: split the file',
    ]);
  });

  it('an alias bomb is told where it goes off', () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} {${'abcdefghij'.replaceAll(/./g, (c) => `${c}: ${of}, `)}}\n`;
    const bomb = [
      level('a', '1'),
      ...[...'bcdefghi'].map((name, index) => level(name, `*${'abcdefgh'[index]}`)),
    ].join('');
    const messages = read(`${END}${bomb}`).errors.map(({ message }) => message);
    expect(messages).toContain('an alias bomb: written out, more than 10 million values');
  });
});

describe('broken syntax', () => {
  it.each([
    [
      'an unclosed double quote',
      '  acme: { profile: "x }\n  b:\n',
      /^4:20 the closing " of this text is missing$/,
    ],
    ['an unclosed single quote', "  acme: { profile: 'x }\n", /^4:20 the closing ' of this text is missing$/],
    ['an unclosed brace', '  acme: { backupsStored: 7\n  b:\n', /^4:27 the closing } is missing/],
    ['an unclosed bracket', '  acme: [ a\n  b:\n', /^4:12 the closing \] is missing/],
    ['a tab', '  acme:\n\tbackupsStored: 7\n', /^5:1 a tab cannot indent: use spaces$/],
    [
      'bad indentation',
      '  acme:\n    dump: false\n   mode: detect\n',
      /^6:4 keys of one map must stand in the same column$/,
    ],
    ['a second colon', '  acme: b: c\n', /^4:9 a ":" too many: put the text in quotes/],
    ['no colon', '  acme\n  b:\n', /^4:3 a key must stand on one line: is a ":" missing\?$/],
    ['an unknown escape', '  acme: { profile: "\\q" }\n', /^4:21 unknown escape in double quotes/],
    ['an at sign', '  acme: @x\n', /^4:9 a text that begins with this character must stand in quotes$/],
    ['a stray brace', '  acme: }\n', /^4:9 one "}" too many: nothing is open that it could close$/],
    ['two commas', '  acme: { dump: false,, mode: detect }\n', /^4:23 this "," is one too many$/],
    ['text after a quote', '  acme: { profile: "a" b }\n', /^4:24 this is not expected here$/],
  ])('%s is told in plain words, once', (_, portal, expected) => {
    const { errors } = read(`version: 1\n${DEFAULTS}\nportals:\n${portal}`);
    expect(say(errors)).toEqual([expect.stringMatching(expected)]);
  });

  it('tells what else is certainly wrong, and nothing as missing', () => {
    const text =
      'version: 2\nportals:\n  acme: { backupsStored: 99\n  b: { backupStored: 1, foo: 1 }\n  c: {dump: 5}\n';
    expect(say(read(text).errors)).toEqual([
      '1:10 "version" must be the number 1, not 2',
      '3:28 the closing } is missing, or stands too far left',
      '4:8 unknown key "backupStored": did you mean "backupsStored"?',
      '4:25 unknown key "foo"',
      '5:13 "dump" must be true or false, not 5',
    ]);
  });

  it('a fault that stays where it is hides no other', () => {
    const text = 'version: 1\ndescription: "\\q"\nportals:\n  acme: { dump: 1 }\n';
    expect(read(text).errors.map(({ line }) => line)).toEqual([2, 4, 4, 4, 4, 4]);
  });

  it('still claims the portals that can be seen', () => {
    expect(readPortals('  acme:', '  b: { backupsStored: "7 }', '  c:').claims).toEqual(['acme', 'b', 'c']);
    expect(readPortals('  acme: { x: 1', '  b:', '  Bad:').claims).toEqual(['acme', 'b']);
  });
});
