import { describe, expect, it } from 'vitest';
import { NOTHING_SAID } from '../../../functions/model/guard.ts';
import { read, say } from './policy-text.ts';

const policy = (...lines: string[]) => read(['version: 1', 'portals: {}', ...lines, ''].join('\n'));
const percent = (value: number) => ({ kind: 'percent', value });
const count = (value: number) => ({ kind: 'count', value });

describe('the guard of a policy', () => {
  it.each([
    ['guard: { maxWeaken: 10% }', { maxWeaken: percent(10) }],
    ['guard: { maxWeaken: "0%", maxRemove: 100% }', { maxWeaken: percent(0), maxRemove: percent(100) }],
    ['guard: { maxChange: 3, maxRunAtOnce: "0" }', { maxChange: count(3), maxRunAtOnce: count(0) }],
    ['guard: { maxChange: 0x10, maxRemove: -0 }', { maxChange: count(16), maxRemove: count(0) }],
    ['guard: {}', {}],
    ['description: no guard', {}],
  ])('%s', (text, said) => {
    const reading = policy(text);
    expect(say(reading.errors)).toEqual([]);
    expect(reading.policy?.guard).toEqual({ ...NOTHING_SAID, ...said });
  });

  const wanted = 'must be a whole number, or a whole percent from 0% to 100%';
  it.each([
    ['guard: { maxWeaken: 101% }', `3:21 "maxWeaken" ${wanted}`],
    ['guard: { maxWeaken: 10 % }', `3:21 "maxWeaken" ${wanted}`],
    ['guard: { maxWeaken: 1.5% }', `3:21 "maxWeaken" ${wanted}`],
    ['guard: { maxWeaken: -1 }', `3:21 "maxWeaken" ${wanted}, not -1`],
    ['guard: { maxWeaken: 1.5 }', `3:21 "maxWeaken" ${wanted}, not 1.5`],
    ['guard: { maxWeaken: all }', `3:21 "maxWeaken" ${wanted}`],
    ['guard: { maxWeaken: }', `3:10 "maxWeaken" ${wanted}, not empty`],
    ['guard: { maxWeaken: true }', `3:21 "maxWeaken" ${wanted}, not a boolean`],
    ['guard: { maxWeaken: [1] }', `3:21 "maxWeaken" ${wanted}, not a list`],
    ['guard: { maxWeakens: 1 }', '3:10 unknown key "maxWeakens": did you mean "maxWeaken"?'],
    ['guard: { hour: 1 }', '3:10 unknown key "hour"'],
    ['guard: [maxWeaken]', '3:8 "guard" must be a map, not a list'],
  ])('%s is told', (text, error) => {
    expect(say(policy(text).errors)).toEqual([error]);
  });

  it('stays hidden where it may be a secret', () => {
    const { errors } = policy('guard: { maxWeakens: hunter2Canary, password: hunter2Canary }');
    expect(errors).toHaveLength(2);
    expect(JSON.stringify(errors)).not.toContain('hunter2Canary');
  });
});

describe('the approval of a policy', () => {
  it.each([
    ['approve: 0123456789012345', '0123456789012345'],
    ['approve: 1234567890123456', '1234567890123456'],
    ['approve: 1e12345678901234', '1e12345678901234'],
    ['approve: "0123456789abcdef"', '0123456789abcdef'],
    ['approve: 0123456789ABCDEF # upper case', '0123456789abcdef'],
    ['approve: 0123456789ABCDEF-2', '0123456789abcdef-2'],
    ['approve: 0123456789012345-12', '0123456789012345-12'],
    ['description: none', undefined],
  ])('%s', (text, approve) => {
    const reading = policy(text);
    expect(say(reading.errors)).toEqual([]);
    expect(reading.policy?.approve).toBe(approve);
  });

  it.each([
    ['approve: 0123456789abcde', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve: 0123456789abcdef0', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve: 0x12345678901234', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve: 0123456789abcdef-0', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve: 0123456789abcdef-', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve: yes', '3:10 "approve" must be the 16 hex digits that plan prints'],
    ['approve:', '3:1 "approve" must be the 16 hex digits that plan prints, not empty'],
    ['approve: {}', '3:10 "approve" must be the 16 hex digits that plan prints, not a map'],
    ['aprove: 0123456789abcdef', '3:1 unknown key "aprove": did you mean "approve"?'],
  ])('%s is told', (text, error) => {
    expect(say(policy(text).errors)).toEqual([error]);
  });

  it('stands at the top alone, as the guard does', () => {
    const { errors } = policy('defaults: { approve: 1 }', 'profiles: { gold: { guard: {} } }');
    expect(say(errors)).toEqual([
      '3:13 "approve" stands at the top of a policy alone: it is about all its portals',
      '4:21 "guard" stands at the top of a policy alone: it is about all its portals',
    ]);
  });
});
