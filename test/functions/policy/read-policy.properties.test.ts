import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, parseDocument } from 'yaml';
import { type PolicyReading, readPolicy } from '../../../functions/policy/read-policy.ts';
import { YAML_SIGNS } from '../../yaml-signs.ts';
import { read } from './policy-text.ts';

/** Pieces that YAML and policies are made of: joined at random they reach far more of the reader than random text. */
const PIECES = [
  ...['version: 1', 'portals:', 'defaults:', 'profiles:', 'acme:', 'gold:', 'profile: gold', 'state: absent'],
  ...[
    'storageType: ',
    'storageParams: ',
    'folderId: ',
    'backupsStored: ',
    'cronParams: ',
    'period: ',
    'hour: ',
  ],
  ...[
    'day: ',
    'dump: true',
    'mode: detect',
    'Documents',
    'EveryWeek',
    'EveryMonth',
    'Sunday',
    '7',
    '31',
    '007',
  ],
  ...[...YAML_SIGNS, ' # c'],
  ...[
    '\n',
    '\n  ',
    '\n    ',
    '\n      ',
    '\r\n',
    '\r',
    '\t',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\\',
    '\u0000',
    '\u001f',
  ],
  ...[
    '\u0002',
    '\u0018',
    '\ufeff',
    '\u2028',
    '😀',
    '\ud800',
    'password: x',
    '{portal}',
    '""',
    '~',
    '1e3',
    'tenantId: 1',
  ],
];

const VALID = `version: 1
description: "a fleet"
defaults: &d
  storageType: Documents
  storageParams: { folderId: 12, subdir: '{portal}' }
  backupsStored: 7
  cronParams: { period: EveryMonth, hour: 3, day: 31 }
profiles:
  gold: { backupsStored: 30 }
portals:
  acme: # nothing
  globex:
    profile: gold
    storageType: 3
    storageParams:
      filePath: |-
        /backups
  umbrella: { state: absent, dump: true }
`;

const anyYaml = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const mutated = fc
  .array(fc.tuple(fc.nat(VALID.length), fc.nat(12), fc.constantFrom('', ...PIECES)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((edits) =>
    edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), VALID),
  );

/** What holds of every reading, whatever was read. */
function checkReading(text: string, reading: PolicyReading): void {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const lines = source.toWellFormed().split('\n');
  expect(reading.policy === undefined).toBe(reading.errors.length > 0);
  expect(reading.errors.length).toBeLessThanOrEqual(1000);
  let last = [1, 1];
  for (const { line, column, message, excerpt, caret } of reading.errors) {
    expect(line >= 1 && line <= lines.length).toBe(true);
    expect(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1).toBe(true);
    expect(caret >= 0 && caret <= excerpt.length).toBe(true);
    expect(line > (last[0] ?? 0) || (line === last[0] && column >= (last[1] ?? 0))).toBe(true);
    last = [line, column];
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|undefined|\[object/u);
    expect(excerpt).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(excerpt.length).toBeLessThan(2000);
  }
  if (reading.policy) checkAgainstLibrary(source.toWellFormed(), reading.policy.targets.length);
  for (const { portal, schedule } of reading.policy?.targets ?? []) {
    expect(reading.claims).toContain(portal);
    if (schedule === undefined) continue;
    expect(schedule.backupsStored).toBeGreaterThanOrEqual(1);
    expect(schedule.backupsStored).toBeLessThanOrEqual(30);
    expect(schedule.cronParams.hour >= 0 && schedule.cronParams.hour <= 23).toBe(true);
    expect(schedule.cronParams.day === 0).toBe(schedule.cronParams.period === 'EveryDay');
    expect([...schedule.storageParams.keys()]).not.toContain('tenantId');
  }
}

/** What we take, the whole library takes too, with all its checks, and sees as many portals. */
function checkAgainstLibrary(text: string, portals: number): void {
  const document = parseDocument(text, { prettyErrors: false });
  const faults = document.errors.filter(({ message }) => !message.startsWith('Map comment with trailing'));
  expect(faults).toEqual([]);
  const map = document.get('portals');
  expect(isMap(map) && map.items.length).toBe(portals);
}

describe('whatever the file holds, reading ends in a policy or in errors that lie in it', {
  timeout: 60_000,
}, () => {
  it('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reading = readPolicy(bytes);
        expect(reading.policy === undefined).toBe(reading.errors.length > 0);
      }),
    );
  });

  it('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => checkReading(text, read(text))),
    );
  });

  it('any heap of YAML', () => {
    fc.assert(
      fc.property(anyYaml, (text) => checkReading(text, read(text))),
      { numRuns: 1500 },
    );
  });

  it('any small damage to a valid policy', () => {
    expect(read(VALID).errors).toEqual([]);
    fc.assert(
      fc.property(mutated, (text) => checkReading(text, read(text))),
      { numRuns: 1500 },
    );
  });
});

describe('secrets in any surroundings', { timeout: 60_000 }, () => {
  it('the value of a credential is never seen, however the file is broken', () => {
    const name = fc.constantFrom('apiKey', 'password', 'secretaccesskey', '"token"', 'my_secret');
    fc.assert(
      fc.property(mutated, fc.nat(VALID.length), name, fc.boolean(), (text, at, key, isFlow) => {
        const lineEnd = text.indexOf('\n', at);
        if (lineEnd < 0) return;
        const secret = isFlow ? `{ ${key}: hunter2Canary }` : `${key}: hunter2Canary`;
        const planted = `${text.slice(0, lineEnd + 1)}    ${secret}\n${text.slice(lineEnd + 1)}`;
        const { errors, warnings } = read(planted);
        expect(JSON.stringify([errors, warnings])).not.toMatch(/hunter2Canary/);
      }),
      { numRuns: 3000 },
    );
  });
});
