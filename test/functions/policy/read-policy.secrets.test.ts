import { describe, expect, it } from 'vitest';
import { DEFAULTS, read } from './policy-text.ts';

/** No part of this may be seen. It is no word of ours, and looks like no API key, so that only its place gives it away. */
const CANARY = 'hunter2Canary';
const API_KEY = 'sk-0123456789abcdefCANARY';

/** Places where somebody may have put a secret, each with an error or a warning on its line. */
const PLACES: readonly (readonly [string, string])[] = [
  ['a credential under a portal', `  acme: { apiKey: ${CANARY}, foo: 1 }`],
  ['a credential in a block', `  acme:\n    password: ${CANARY}`],
  ['a misspelt credential', `  acme: { Secret_Access-Key: ${CANARY} }`],
  ['a credential as a param', `  acme: { storageParams: { secretaccesskey: ${CANARY} } }`],
  ['an unknown param', `  acme: { storageParams: { foo: ${CANARY}, tenantId: 1 } }`],
  ['a param named like a field', `  acme: { storageParams: { mode: ${CANARY}, tenantId: 1 } }`],
  ['params of a misspelt map', `  acme: { storageparams: { foo: ${CANARY}, mode: ${CANARY} } }`],
  ['a double-quoted param', `  acme: { storageParams: { foo: "x ${CANARY} y", tenantId: 1 } }`],
  ['a single-quoted param', `  acme: { storageParams: { foo: 'x ${CANARY} y', tenantId: 1 } }`],
  ['a quoted key', `  acme: { storageParams: { "foo": ${CANARY}, tenantId: 1 } }`],
  ['a list in a param', `  acme: { storageParams: { foo: [${CANARY}, x] } }`],
  ['a map in a param', `  acme: { storageParams: { bucket: { x: ${CANARY} } } }`],
  ['a nested known name', `  acme: { password: { mode: ${CANARY} } }`],
  ['an unknown key', `  acme: { whatever: ${CANARY} }`],
  ['a key of one slip', `  acme: { code: ${CANARY} }`],
  ['a reserved key', `  acme: { guard: ${CANARY} }`],
  ['a portal that is a text', `  acme: ${CANARY}`],
  ['a tag', `  acme: { password: !${CANARY} x }`],
  ['an anchor', `  acme: { password: &${CANARY} x }`],
  ['an alias', `  acme: { password: *${CANARY} }`],
  ['an alias to a shown value', `  acme: { description: &d ${CANARY}, password: *d }`],
  ['a merge key', `  acme: { <<: ${CANARY} }`],
  ['a list key', `  acme: { [${CANARY}]: 1 }`],
  ['a key that lost its colon', `  acme: { password ${CANARY} }`],
  ['a key with an equals sign', `  acme: { password=${CANARY} }`],
  ['a key without a space', `  acme: { password:${CANARY} }`],
  ['a comment', `  acme: { foo: 1 } # the password is ${CANARY}`],
  ['a comment with a key', `  acme: { foo: 1 } # api_key ${CANARY}`],
  ['a control character beside it', `  acme: { password: ${CANARY}\u0007 }`],
  ['a multi-line text', `  acme:\n    storageParams:\n      foo: "x\n        ${CANARY} \u0007 y\n        z"`],
  [
    'a block text',
    `  acme:\n    storageParams:\n      foo: |\n        x\n        ${CANARY} \u0007 y\n        z`,
  ],
  ['a folded text', `  acme:\n    storageParams:\n      json: >-\n        x\n        ${CANARY} \u0007`],
  ['an unclosed quote', `  acme: { password: "${CANARY}\n  b: { foo: 1 }`],
  ['an unclosed quote that swallows', `  acme:\n    description: "x\n    password: ${CANARY}\u0007\n`],
  ['an unclosed brace', `  acme: { password: ${CANARY}\n  b: 1`],
  ['an unclosed bracket', `  acme: { storageParams: [${CANARY} }`],
  ['a second colon', `  acme: password: ${CANARY}`],
  ['a second colon after a shown field', `  acme:\n    mode: enforce password: ${CANARY}`],
  ['a tab', `  acme:\n\tpassword: ${CANARY}`],
  ['bad indentation', `  acme:\n      storageParams:\n        foo: 1\n     token: ${CANARY}`],
  ['a bad escape', `  acme: { password: "\\q${CANARY}" }`],
  ['a bad block header', `  acme:\n    password: |${CANARY}\n      x`],
  ['an at sign', `  acme: { password: @${CANARY} }`],
  ['text after a quote', `  acme: { password: "a" ${CANARY} }`],
  ['a number after a quote', `  acme: { password: "a" 20770077 }`],
  ['text after a brace', `  acme: { password: a } ${CANARY}`],
  ['a stray brace', `  acme: 1 } password: ${CANARY}`],
  ['a second document', `  acme:\n--- { password: ${CANARY} }`],
  ['text after the end', `  acme:\n... ${CANARY}`],
  ['a directive', `  acme:\n...\n%${CANARY}\n---\n`],
  ['two lines without a colon', `  acme:\n    secretaccesskey\n      ${CANARY}\n    foo: 1`],
  ['too deep', `  acme: { password: ${'['.repeat(40)}${CANARY}`],
  ['a portal list', `  - apiKey: ${CANARY}`],
  ['a credential as a portal', `  apikey: ${CANARY}`],
  ['an API key as a portal', `  ${API_KEY}:`],
  ['an API key as a key', `  acme: { ${API_KEY}: 1 }`],
  ['an API key as a value', `  acme: { profile: ${API_KEY} }`],
  ['an API key in a shown value', `  acme: { description: "x ${API_KEY}", foo: 1 }`],
  ['an API key in an escape', `  acme: { description: "x\\n${API_KEY}", foo: 1 }`],
  ['an API key in a comment', `  acme: { foo: 1 } # ${API_KEY}`],
  ['an API key after an API key', `  acme: { profile: ${API_KEY}_${API_KEY} }`],
];

describe('secrets', () => {
  it.each(PLACES)('%s: not in an error, an excerpt or a warning', (_, portals) => {
    const far = 'x'.repeat(300);
    for (const text of [
      `version: 1\n${DEFAULTS}\nportals:\n${portals}\n`,
      `version: 1\r\n${DEFAULTS}\r\nportals:\r\n${portals.replaceAll('\n', '\r\n')}\r\n`,
      `version: 1\nportals:\n${portals}\n  broken: "\n`,
      `version: 1\nportals:\n${portals}\n  broken: { a: [ }\n  a: b: c\n`,
      `version: "\nportals:\n${portals}\n`,
      `portals:\n${portals.replaceAll('acme:', `acme: # ${far}\n    `)}\n`,
      `version: 1\nportals:\n${portals.replaceAll('{ ', `{ a: ${far}, `).replaceAll(' }', `, b: ${far} }`)}\n`,
    ]) {
      const reading = read(text);
      expect(reading.errors.length, text).toBeGreaterThan(0);
      const seen = JSON.stringify([reading.errors, reading.warnings]);
      expect(seen).not.toMatch(/hunter2|CANARY|sk-0123|2077/i);
    }
  });

  it('a long key is not shown from its middle', () => {
    const { errors } = read(
      `version: 1\nportals: {}\ndescription: "sk-${'Canary'.repeat(300)} ${'y'.repeat(80)}": 1\n`,
    );
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain('Canary');
  });

  it('what is known to be harmless is shown', () => {
    const line =
      '  acme: { storageParams: { module: s3, bucket: b, region: eu }, backupsStored: 77, profile: p } # too many';
    const { errors } = read(`version: 1\n${DEFAULTS}\nportals:\n${line}\n`);
    expect(errors[0]?.excerpt).toContain(
      'module: s3, bucket: b, region: eu }, backupsStored: 77, profile: p }',
    );
    const short = read(`version: 1\n${DEFAULTS}\nportals:\n  acme: { backupsStored: 77 } # too many\n`);
    expect(short.errors[0]?.excerpt).toBe('  acme: { backupsStored: 77 } # too many');
  });

  it.each([
    ['a word', 'deKEYfaults: {}'],
    ['a digit', '7KEY: {}'],
    ['a value', 'description: forKEY'],
    ['a comment', '# forKEYfaults'],
  ])('a whole key that is glued to %s is one', (_, text) => {
    const key = `sk-${'0123456789abcdef'.repeat(4)}`;
    const { errors, warnings } = read(`version: 1\n${text.replace('KEY', key)}\nportals: {}\n`);
    expect(errors.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("a portal's API key"),
    );
    expect(JSON.stringify([errors, warnings])).not.toContain('89abcdef');
  });

  it('a name that ends in sk- is no key', () => {
    expect(read(`version: 1\n${DEFAULTS}\nportals:\n  Desk-management:\n`).errors[0]?.message).toContain(
      '"Desk-management"',
    );
  });
});
