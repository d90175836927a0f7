import { describe, expect, test } from 'vitest';
import { fitsPattern, isPattern } from '../../../functions/model/name-pattern.ts';

describe('a pattern of names', () => {
  test.each([
    ['acme', 'acme', true],
    ['acme', 'acm', false],
    ['eu-acme', 'eu-*', true],
    ['eu-', 'eu-*', true],
    ['us-acme', 'eu-*', false],
    ['my-eu-acme', 'eu-*', false],
    ['acme-eu', '*-eu', true],
    ['acme-eu-1', '*-eu', false],
    ['a-b-c', 'a*b*c', true],
    ['a-c-b', 'a*b*c', false],
    ['ab', 'ab*ab', false],
    ['abab', 'ab*ab', true],
    ['aXbXa', 'a*a', true],
    ['a', 'a*a', false],
    ['anything', '*', true],
    ['anything', '**', true],
    ['a.b', 'a?b', false],
    ['axb', 'a.b', false],
    ['a+b', 'a+*', true],
  ])('%s fits %s: %s', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  test('is told from a name by its star', () => {
    expect(isPattern('eu-*')).toBe(true);
    expect(isPattern('eu-1')).toBe(false);
  });

  test('goes through a name once, whatever the pattern: this ends', () => {
    expect(fitsPattern('a'.repeat(60_000), `${'*a'.repeat(20_000)}b`)).toBe(false);
    expect(fitsPattern('a'.repeat(60_000), `${'*a'.repeat(20_000)}*b*`)).toBe(false);
  });
});
