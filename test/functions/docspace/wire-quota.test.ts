import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backupsCountFromWire,
  freeBackupsFromWire,
  serviceStateFromWire,
  storagesFromWire,
} from '../../../functions/docspace/wire-quota.ts';

const wrap = (response: unknown, count = 1) => ({ response, count, links: [], status: 0, statusCode: 200 });

describe('the storages', () => {
  test('are their names and whether they have credentials, and never the credentials', () => {
    const properties = [{ name: 'acesskey', value: 'AKIA', title: 'Access key' }];
    const s3 = { id: 's3', title: 'Amazon', properties, current: true, isSet: true };
    const said = storagesFromWire(wrap([s3, { id: 'rackspace', isSet: false }], 2));
    expect(said).toEqual({
      value: [
        { id: 's3', isSet: true },
        { id: 'rackspace', isSet: false },
      ],
    });
    expect(JSON.stringify(said)).not.toContain('AKIA');
  });

  test('may be none', () => {
    expect(storagesFromWire(wrap([], 0))).toEqual({ value: [] });
    expect(storagesFromWire(wrap(undefined, 0))).toEqual({ value: [] });
  });

  test.each([
    ['one that does not say whether it is set', [{ id: 's3' }]],
    ['one without a name', [{ isSet: true }]],
    ['one of an endless name', [{ id: 's'.repeat(65), isSet: true }]],
    ['a great many', Array.from({ length: 101 }, () => ({ id: 's3', isSet: true }))],
    ['no list', {}],
  ])('are foreign with %s', (_, response) => {
    expect(storagesFromWire(wrap(response))).toHaveProperty('foreign');
  });
});

test.each([
  [{ enabled: true }, { value: true }],
  [{ enabled: false }, { value: false }],
  [{}, { foreign: expect.any(String) }],
  [{ enabled: 'true' }, { foreign: expect.any(String) }],
  [true, { foreign: expect.any(String) }],
])('the paid service %j is %j', (response, said) => {
  expect(serviceStateFromWire(wrap(response))).toEqual(said);
});

test.each([
  [0, { value: 0 }],
  [12, { value: 12 }],
  [-1, { foreign: expect.any(String) }],
  [1.5, { foreign: expect.any(String) }],
  ['2', { foreign: expect.any(String) }],
  [null, { foreign: expect.any(String) }],
])('the backups counted %j are %j', (response, said) => {
  expect(backupsCountFromWire(wrap(response))).toEqual(said);
});

describe('the free backups of a plan', () => {
  const features = (value: unknown) => [
    { id: 'audit', value: true },
    { id: 'free_backup', value },
  ];
  test.each([
    [2, { value: 2 }],
    [0, { value: 0 }],
    [-1, { value: -1 }],
    [-2, { foreign: expect.any(String) }],
    ['2', { foreign: expect.any(String) }],
    [undefined, { foreign: expect.any(String) }],
  ])('of the value %j are %j', (value, said) => {
    expect(freeBackupsFromWire(wrap({ features: features(value), price: { value: 0 } }))).toEqual(said);
  });

  test('are not known where the plan names none, and foreign without features', () => {
    expect(freeBackupsFromWire(wrap({ features: [{ id: 'audit', value: true }] }))).toEqual({
      value: undefined,
    });
    expect(freeBackupsFromWire(wrap({}))).toHaveProperty('foreign');
    expect(freeBackupsFromWire(wrap({ features: [5] }))).toHaveProperty('foreign');
  });
});

test('whatever an answer holds, it is understood or foreign', () => {
  const bodies = fc.oneof(
    fc.anything(),
    fc.anything().map((response) => wrap(response)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      for (const parse of [
        storagesFromWire,
        serviceStateFromWire,
        backupsCountFromWire,
        freeBackupsFromWire,
      ]) {
        const said = parse(body);
        expect('value' in said || typeof said.foreign === 'string').toBe(true);
      }
    }),
  );
});
