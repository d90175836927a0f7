import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { policyJsonSchema } from '../../../functions/policy/policy-schema.ts';
import { DEFAULTS, read } from './policy-text.ts';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(policyJsonSchema());

function isTaken(text: string): boolean {
  return validate(parse(text, { uniqueKeys: false }));
}

describe("the editors' schema", () => {
  it('is what stands in policies/policy.schema.json (npm run schema writes it)', () => {
    expect(JSON.parse(readFileSync('policies/policy.schema.json', 'utf8'))).toEqual(policyJsonSchema());
  });

  it('describes every field for completion and hover', () => {
    const lacking: string[] = [];
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [name, field] of Object.entries((schema as { properties?: object }).properties ?? {})) {
        const isBare = !('$ref' in field) && !('description' in field);
        if (isBare && !/allOf|if|then/.test(path)) lacking.push(`${path}.${name}`);
      }
      for (const [key, value] of Object.entries(schema)) visit(value, `${path}.${key}`);
    };
    visit(policyJsonSchema(), '$');
    expect(lacking).toEqual([]);
  });

  it.each([
    ['bare portals', 'version: 1\nportals: { acme: , b: {} }'],
    ['null parts', 'version: 1\ndefaults:\nprofiles: { gold: }\nportals: {}'],
    [
      'numbers for names',
      'version: 1\nportals: { a: { storageType: 4, cronParams: { period: 1, day: 7, hour: 0 } } }',
    ],
    ['the right spelling of a wrong one', 'version: 1\nportals: { a: { storageType: ThirdPartyDocuments } }'],
    ['weekdays', 'version: 1\nportals: { a: { cronParams: { period: EveryWeek, day: Sunday, hour: 0 } } }'],
    ['params of any scalar', 'version: 1\nportals: { a: { storageParams: { a: 1, b: true, c: x } } }'],
    ...['s3', 'S3', 'GoogleCloud', 'RACKSPACE', 'selectel'].map((module) => [
      `module ${module}`,
      `version: 1\nportals: { a: { storageType: 5, storageParams: { module: ${module}, bucket: b } } }`,
    ]),
    ['an absent portal', 'version: 1\nportals: { a: { state: absent, dump: true, mode: detect } }'],
  ])('takes %s', (_, text) => {
    expect([isTaken(text), validate.errors]).toEqual([true, null]);
  });

  it.each([
    ['no version', 'portals: {}'],
    ['another version', 'version: 2\nportals: {}'],
    ['no portals', 'version: 1'],
    ['a misspelt key', 'version: 1\nportals: { a: { backupStored: 7 } }'],
    ['too many copies', 'version: 1\nportals: { a: { backupsStored: 31 } }'],
    ['a quoted number', 'version: 1\nportals: { a: { backupsStored: "7" } }'],
    ['a wrong type', 'version: 1\nportals: { a: { storageType: datastore } }'],
    ['hour 24', 'version: 1\nportals: { a: { cronParams: { period: 0, hour: 24 } } }'],
    [
      'hour as a window',
      'version: 1\nportals: { a: { cronParams: { period: 0, hour: { from: 1, to: 2 } } } }',
    ],
    ['weekly day 8', 'version: 1\nportals: { a: { cronParams: { period: EveryWeek, day: 8, hour: 1 } } }'],
    [
      'a weekday every month',
      'version: 1\nportals: { a: { cronParams: { period: 2, day: Sunday, hour: 1 } } }',
    ],
    ['a day every day', 'version: 1\nportals: { a: { cronParams: { period: EveryDay, day: 1, hour: 1 } } }'],
    ['state in defaults', 'version: 1\ndefaults: { state: absent }\nportals: {}'],
    ['profile in a profile', 'version: 1\nprofiles: { a: { profile: b } }\nportals: {}'],
    ['fields beside state: absent', 'version: 1\nportals: { a: { state: absent, backupsStored: 7 } }'],
    ['a bad portal name', 'version: 1\nportals: { Acme: {} }'],
    ['tenantId', 'version: 1\nportals: { a: { storageParams: { tenantId: 1 } } }'],
    ['a module that there is not', 'version: 1\nportals: { a: { storageParams: { module: S4 } } }'],
    ['a null param', 'version: 1\nportals: { a: { storageParams: { a: } } }'],
    ['a reserved key', 'version: 1\nrollout: {}\nportals: {}'],
    ['null portals', 'version: 1\nportals:'],
  ])('refuses %s, as reading does', (_, text) => {
    expect(isTaken(text)).toBe(false);
    const withDefaults = text.includes('defaults')
      ? text
      : text.replace('version: 1', `version: 1\n${DEFAULTS}`);
    expect(read(withDefaults).policy).toBeUndefined();
  });
});
