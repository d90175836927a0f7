import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limit, limitText, NOTHING_SAID, parseLimit } from '../../../functions/model/guard.ts';
import { readSettings } from '../../../functions/model/settings.ts';

describe('a limit', () => {
  it.each<[string | number, Limit | undefined]>([
    ['10%', { kind: 'percent', value: 10 }],
    ['0%', { kind: 'percent', value: 0 }],
    ['100%', { kind: 'percent', value: 100 }],
    ['3', { kind: 'count', value: 3 }],
    [3, { kind: 'count', value: 3 }],
    [0, { kind: 'count', value: 0 }],
    [-0, { kind: 'count', value: 0 }],
    ['101%', undefined],
    ['010%', undefined],
    ['1.5%', undefined],
    ['-1%', undefined],
    ['%', undefined],
    ['', undefined],
    [' 3', undefined],
    ['3\n', undefined],
    ['10 %', undefined],
    [-1, undefined],
    [1.5, undefined],
    [1e21, undefined],
    [Number.NaN, undefined],
  ])('%j is %j', (written, limit) => {
    expect(parseLimit(written)).toEqual(limit);
  });

  it('reads back as it is written', () => {
    const percent = fc.integer({ min: 0, max: 100 }).map((value): Limit => ({ kind: 'percent', value }));
    const count = fc.nat(999_999_999).map((value): Limit => ({ kind: 'count', value }));
    fc.assert(
      fc.property(fc.oneof(percent, count), (limit) => {
        expect(parseLimit(limitText(limit))).toEqual(limit);
      }),
    );
  });
});

describe('the guard of a deployment', () => {
  const guardOf = (GUARD: string | undefined) => readSettings({ POLICY_BUCKET: 'acme', GUARD }).guard;

  it.each([
    [undefined, {}],
    ['', {}],
    ['{}', {}],
    ['{"maxWeaken": "5%"}', { maxWeaken: { kind: 'percent', value: 5 } }],
    [
      '{"maxRemove": 0, "maxChange": "50%"}',
      { maxRemove: { kind: 'count', value: 0 }, maxChange: { kind: 'percent', value: 50 } },
    ],
  ])('%s', (text, said) => {
    expect(guardOf(text)).toEqual({ ...NOTHING_SAID, ...said });
  });

  it.each([
    '{',
    '[]',
    'null',
    '5',
    '{"maxWeakens": 1}',
    '{"maxWeaken": null}',
    '{"maxWeaken": "5 %"}',
    '{"__proto__": 1}',
  ])('%s is told', (text) => {
    expect(() => guardOf(text)).toThrow(
      'the settings are wrong: GUARD must be a JSON object of maxWeaken, maxRemove, maxChange and maxRunAtOnce with whole numbers, or percents such as "10%"',
    );
  });
});
