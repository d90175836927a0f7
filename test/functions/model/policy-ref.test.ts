import { describe, expect, it } from 'vitest';
import { policyNameOf } from '../../../functions/model/policy-ref.ts';

describe('policyNameOf', () => {
  it.each([
    ['policies/fleet.yaml', 'fleet'],
    ['policies/eu/fleet.yml', 'eu/fleet'],
    [`policies/${'a'.repeat(512)}.yaml`, 'a'.repeat(512)],
    [`policies/${'ä'.repeat(256)}.yaml`, 'ä'.repeat(256)],
  ])('%s holds a policy', (key, name) => {
    expect(policyNameOf(key)).toBe(name);
  });

  it.each([
    ['policies/fleet.json'],
    ['policies/.yaml'],
    ['policies/eu/'],
    ['reports/fleet.yaml'],
    [`policies/${'a'.repeat(513)}.yaml`],
    [`policies/${'ä'.repeat(257)}.yaml`],
    [`policies/eu/sk-${'0123456789abcdef'.repeat(4)}.yaml`],
  ])('%s holds none', (key) => {
    expect(policyNameOf(key)).toBeUndefined();
  });
});
