import { describe, expect, it } from 'vitest';
import { DEFAULTS, read, say } from './policy-text.ts';

const selecting = (...lines: string[]) =>
  ['version: 1', DEFAULTS, 'profiles:', '  gold: { backupsStored: 30 }', 'select:', ...lines, ''].join('\n');

describe('selectors', () => {
  it('say what is wanted of portals that nobody names, and need no portals beside them', () => {
    const { policy, errors } = read(
      selecting(
        '  - match: "eu-*"',
        '    tags: { tier: gold, 7: 007 }',
        '    profile: gold',
        '  - { match: [acme, "us-*", 007], mode: detect }',
      ),
    );
    expect(say(errors)).toEqual([]);
    expect(policy?.targets).toEqual([]);
    const line = selecting().split('\n').length;
    expect(policy?.selectors).toMatchObject([
      {
        match: ['eu-*'],
        tags: new Map([
          ['tier', 'gold'],
          ['7', '007'],
        ]),
        line,
        wanted: { mode: 'enforce' },
      },
      { match: ['acme', 'us-*', '007'], tags: new Map(), line: line + 3, wanted: { mode: 'detect' } },
    ]);
    expect(policy?.selectors.map(({ wanted }) => wanted.schedule?.backupsStored)).toEqual([30, 7]);
  });

  it.each([
    ['  - match: EU-*', '"match" must be names of portals, or patterns of them'],
    ['  - match: []', '"match" is an empty list'],
    ['  - match: [acme, null]', '"match" must be names of portals'],
    ['  - tags: { tier: gold }', 'a selector needs "match"'],
    ['  - { match: acme, profile: silver }', 'there is no profile "silver"'],
    ['  - { match: acme, mode: watch }', '"mode" must be either enforce or detect'],
    ['  - { match: acme, backupsStored: 3 }', 'unknown key "backupsStored"'],
    ['  - { match: acme, tags: { tier: [gold] } }', 'tag "tier" must be a text, not a list'],
    ['  - { match: acme, tags: gold }', '"tags" must be a map'],
    ['  - { match: acme, state: absent }', 'unknown key "state"'],
    ['  - acme', 'a selector must be a map with "match", not a single value'],
    ['  match: acme', '"select" must be a list'],
    ['', '"select" is empty'],
  ])('%s is refused', (line, message) => {
    const { errors } = read(selecting(line));
    expect(say(errors)).toEqual([expect.stringContaining(message)]);
  });

  it('tell what lacks in what they bring, once for all that lack the same', () => {
    const { errors } = read(
      'version: 1\ndefaults: { storageType: DataStore, cronParams: { period: EveryDay, hour: 3 } }\nselect:\n  - match: a\n  - match: b\n',
    );
    expect(say(errors)).toEqual([
      expect.stringMatching(
        /^4:5 what it selects has no "backupsStored": add backupsStored in its profile or in defaults$/,
      ),
    ]);
  });

  it('warn of one folder for all that they bring', () => {
    const { warnings } = read(
      'version: 1\ndefaults: { storageType: Documents, storageParams: { folderId: 7 }, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }\nselect:\n  - match: a*\n',
    );
    expect(warnings.map(({ code }) => code)).toEqual(['SHARED_FOLDER_ID']);
  });

  it('are at most a thousand names and patterns', () => {
    const many = Array.from({ length: 1001 }, (_, at) => `p${at}`).join(', ');
    expect(say(read(selecting(`  - match: [${many}]`)).errors)).toEqual([
      expect.stringContaining('1000 at most'),
    ]);
  });
});
