import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { CRON_FIELDS } from '../../../functions/model/cron-fields.ts';
import { GUARD_FIELDS } from '../../../functions/model/guard-fields.ts';
import { PORTAL_FIELDS, TOP_FIELDS } from '../../../functions/model/policy-fields.ts';
import { STORAGE_TYPES } from '../../../functions/model/schedule.ts';
import { SELECTOR_FIELDS } from '../../../functions/model/selector-fields.ts';
import { MODULE_PARAMS } from '../../../functions/model/storage-modules.ts';
import { policyJsonSchema } from '../../../functions/policy/policy-schema.ts';
import { validateAsEditor } from '../../editor-schema.ts';
import { DEFAULTS, read } from './policy-text.ts';

function isTaken(text: string): boolean {
  return validateAsEditor(parse(text, { uniqueKeys: false }));
}

/** Mostly good, or else hardly any policy would be. */
const mostly = (good: readonly unknown[], bad: readonly unknown[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
const text = mostly(
  [
    '',
    'acme-backups',
    '{portal}',
    'a/{portal}',
    '1234',
    'a.b',
    '_a',
    'A',
    'ö',
    'a b',
    '/x',
    'a|b',
    7,
    0,
    1.5,
    true,
  ],
  ['..', 'a/../b', '{other}', '<x>', '##x##', ' x', 'x\t', -1, null],
);
const values = {
  folderId: mostly(['1234', '{portal}', 7, 'sbox-31-|backups', ''], [-1, '<x>', null]),
  bucket: mostly(
    ['acme-backups', 'a.b', '{portal}', '7', 7, '', '_a'],
    ['a..b', '-a', 'A', 's3://x', 'x'.repeat(64)],
  ),
  region: mostly(['eu-west-1', '', 'LON', 'x'], ['eu-west1', 'EU-West-1', 'a b']),
  serviceurl: mostly(
    ['https://minio.acme.com', 'HTTPS://a.b:9000/x', ''],
    ['http://a.b', 'https://u@a.b', 'a.b'],
  ),
  sse: mostly(['none', 'AES256', 'awskms', ''], ['aes', 7]),
  usehttp: mostly([true, false, 'True', 'false', ''], ['yes', 1]),
  ...Object.fromEntries(
    [
      'filePath',
      'subdir',
      'ssekey',
      'public_container',
      'private_container',
      'acl',
      'keyboard',
      'buckets',
    ].map((name) => [name, text]),
  ),
};
const slips = fc.constantFrom(
  'SubDir',
  'publicContainer',
  'tenantId',
  'TenantID',
  'password',
  'api_key',
  'json',
  'Module',
);
const params = fc
  .tuple(
    fc.option(mostly(['s3', 'S3', 'googlecloud', 'GoogleCloud', 'rackspace', 'selectel'], ['s4', ''])),
    fc.record(values, { requiredKeys: [] }),
    fc.uniqueArray(fc.constantFrom(...Object.keys(values)), { maxLength: 3 }),
    fc.oneof(
      { weight: 9, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: slips.map((name) => ({ [name]: 'x' })) },
    ),
  )
  .map(([module, all, names, slip]) => ({
    ...(module !== null && { module }),
    ...Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))),
    ...slip,
  }));
const cron = fc.oneof(
  mostly(
    [
      { period: 'EveryDay', hour: 3 },
      { period: 0, hour: 0, day: 0 },
      { period: 'EveryWeek', hour: 23, day: 'Sunday' },
      { period: 1, hour: 3, day: 7 },
      { period: 'EveryMonth', hour: 3, day: 31 },
    ],
    [
      {},
      { hour: 3 },
      { day: 'Sunday' },
      { day: 0, hour: 1 },
      { period: 1, hour: 3 },
      { period: 2, hour: 1, day: 'Sunday' },
    ],
  ),
);
const layerFields = {
  storageType: mostly([...STORAGE_TYPES, 'ThirdPartyDocuments', 0, 1, 2, 3, 4, 5], [6, 'datastore']),
  storageParams: params,
  backupsStored: mostly([1, 7, 30], [31]),
  cronParams: cron,
  dump: fc.boolean(),
  allowLateFirstRun: fc.boolean(),
  mode: fc.constantFrom('enforce', 'detect'),
};
const layer = fc.oneof(fc.constant(null), fc.record(layerFields, { requiredKeys: [] }));
const portal = fc.oneof(
  fc.constant(null),
  fc.record(layerFields, { requiredKeys: ['storageType', 'storageParams'] }),
  fc.record({ ...layerFields, profile: mostly(['gold'], ['odd']) }, { requiredKeys: [] }),
  mostly(
    [{ state: 'absent' }, { state: 'absent', dump: true }, { state: 'present' }],
    [{ state: 'absent', backupsStored: 7 }],
  ),
);
/** Often with defaults that lack nothing. */
const anyPolicy = fc.record(
  {
    version: fc.constant(1),
    defaults: fc.oneof(
      fc.record(layerFields, { requiredKeys: ['storageType', 'backupsStored', 'cronParams'] }),
      fc.constant({
        storageType: 'DataStore',
        backupsStored: 7,
        cronParams: { period: 'EveryDay', hour: 3 },
      }),
    ),
    profiles: fc.record({ gold: layer }),
    portals: fc.dictionary(fc.constantFrom('acme', '007', '1234'), portal, { maxKeys: 2 }),
    guard: mostly([{ maxWeaken: '10%' }, { maxWeaken: 3 }, {}], [{ maxWeaken: '101%' }]),
    approve: mostly(['0123456789abcdef', 1234567890123456], ['x']),
  },
  { requiredKeys: ['version', 'portals', 'defaults'] },
);

describe("the editors' schema", () => {
  it('is what stands in policies/policy.schema.json (npm run schema writes it)', () => {
    expect(JSON.parse(readFileSync('policies/policy.schema.json', 'utf8'))).toEqual(policyJsonSchema());
  });

  it('describes every field that it proposes, with an example that it takes', () => {
    const described = new Set<string>();
    for (const [name, field] of proposedFields()) {
      const { title, description, markdownDescription } = field;
      const example = /```yaml\n([\s\S]*)\n```$/.exec(String(markdownDescription))?.[1] ?? 'none';
      expect(title).toBe(name);
      expect(description).toContain(` Example: ${example}`);
      expect(Object.keys(parse(example))).toEqual([name]);
      described.add(name);
      expect([example, isTakenAs(name, example)]).toEqual([example, true]);
    }
    const fields = { ...TOP_FIELDS, ...PORTAL_FIELDS, ...SELECTOR_FIELDS, ...CRON_FIELDS, ...GUARD_FIELDS };
    const params = ['from', 'to', 'folderId', 'filePath', 'module', ...Object.values(MODULE_PARAMS).flat()];
    expect([...described].sort()).toEqual([...new Set([...Object.keys(fields), ...params])].sort());
  });

  it('says of every value what it means', () => {
    const lists = [...parts(policyJsonSchema())].filter((part) => Array.isArray(part.enum));
    expect(lists.length).toBeGreaterThan(5);
    for (const { enum: values, enumDescriptions } of lists) {
      expect(enumDescriptions).toHaveLength((values as unknown[]).length);
      expect(values).not.toContain('ThridpartyDocuments');
      expect((values as unknown[]).filter((value) => typeof value !== 'string')).toEqual([]);
    }
  });

  it('takes all that reading takes', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const text = stringify(policy);
        if (read(text).policy === undefined) return;
        taken += 1;
        expect([text, validateAsEditor(parse(text)), validateAsEditor.errors]).toEqual([text, true, null]);
      }),
      { numRuns: 500, seed: 17 },
    );
    // Else it would be no test.
    expect(taken).toBeGreaterThan(120);
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
    expect([isTaken(text), validateAsEditor.errors]).toEqual([true, null]);
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
      'half a window of hours',
      'version: 1\nportals: { a: { cronParams: { period: 0, hour: { from: 1 } } } }',
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
    ['a selector without match', 'version: 1\nselect: [{ mode: detect }]'],
    ['a bad pattern', 'version: 1\nselect: [{ match: EU-* }]'],
    ['no portals and no selectors', 'version: 1\ndescription: x'],
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

type Part = Readonly<Record<string, unknown>>;

/** Every schema in a schema, but conditions: nobody is shown these. */
function* parts(schema: unknown): Generator<Part> {
  if (typeof schema !== 'object' || schema === null) return;
  if (Array.isArray(schema)) {
    for (const part of schema) yield* parts(part);
    return;
  }
  yield schema as Part;
  for (const [key, part] of Object.entries(schema)) if (!['if', 'not'].includes(key)) yield* parts(part);
}

function* proposedFields(): Generator<readonly [string, Part]> {
  const schema = policyJsonSchema();
  const definitions = schema.definitions as Readonly<Record<string, Part>>;
  for (const { properties = {} } of parts(schema) as Iterable<{ properties?: Part }>) {
    for (const [name, field] of Object.entries(properties) as [string, Part][]) {
      const reference =
        typeof field.$ref === 'string' ? definitions[field.$ref.split('/').at(-1) ?? ''] : field;
      if (reference && !reference.doNotSuggest) yield [name, reference];
    }
  }
}

/** Whether the schema takes a field's example where the field belongs. */
function isTakenAs(name: string, example: string): boolean {
  const indent = (by: number) =>
    example
      .split('\n')
      .map((line) => `${' '.repeat(by)}${line}`)
      .join('\n');
  const top =
    name === 'version'
      ? `${example}\nportals: {}`
      : `version: 1\n${example}${name === 'portals' ? '' : '\nportals: {}'}`;
  const places = [
    top,
    `version: 1\nportals:\n  acme:\n${indent(4)}`,
    `version: 1\ndefaults:\n  cronParams:\n${indent(4)}\nportals: {}`,
    `version: 1\ndefaults:\n  cronParams:\n    hour:\n${indent(6)}\n${name === 'from' ? '      to: 5' : '      from: 1'}\nportals: {}`,
    `version: 1\nselect:\n  -\n${indent(4)}`,
    `version: 1\nselect:\n  - match: acme\n${indent(4)}`,
    `version: 1\nguard:\n${indent(2)}\nportals: {}`,
    ...['Documents', 'Local'].map(
      (type) => `version: 1\nportals:\n  acme:\n    storageType: ${type}\n    storageParams:\n${indent(6)}`,
    ),
    ...['s3', 'rackspace'].map((module) => {
      const known = example.startsWith('module:') ? '' : `      module: ${module}\n`;
      return `version: 1\nportals:\n  acme:\n    storageType: 5\n    storageParams:\n${known}${indent(6)}`;
    }),
  ];
  return places.some(isTaken);
}
