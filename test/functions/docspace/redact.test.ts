import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor } from '../../../functions/docspace/redact.ts';

const KEY = 'sk-0123456789abcdef0123456789abcdef';

describe('a key in a text of the portal’s', () => {
  test.each([
    ['plain', KEY],
    ['percent-encoded', encodeURIComponent('p@ss/w=rd+of some length'), 'p@ss/w=rd+of some length'],
    ['in base64', Buffer.from(KEY).toString('base64url')],
    ['in capitals', KEY.toUpperCase()],
    ['cut short', KEY.slice(0, 20)],
    ['without its beginning', KEY.slice(10)],
    ['short', 'abc', 'abc'],
  ])('%s is cut out', (_, text, key = KEY) => {
    const out = redactor(key)(`the key ${text} is unknown`);
    expect(out).toBe('the key *** is unknown');
  });

  test('is cut out wherever it stands, and the rest stays', () => {
    const words = fc.string({ unit: fc.constantFrom('x', ' ', 'ü', '-'), maxLength: 30 });
    fc.assert(
      fc.property(words, words, (before, after) => {
        expect(redactor(KEY)(`${before}|${KEY}|${after}`)).toBe(`${before}|***|${after}`);
      }),
    );
  });

  test('is cut out from any place of it to any other, wherever that stands, in any form', () => {
    const secret = 'p@ss/w=rd+of some length';
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')];
    const words = fc.string({ unit: fc.constantFrom('x', ' ', 'ü', '-'), maxLength: 30 });
    const part = fc.record({ form: fc.constantFrom(...forms), start: fc.nat(11), more: fc.nat(20) });
    fc.assert(
      fc.property(words, part, words, (before, { form, start, more }, after) => {
        const shown = form.slice(start, start + 12 + more);
        expect(redactor(secret)(`${before}|${shown}|${after}`)).toBe(`${before}|***|${after}`);
      }),
    );
  });

  test('is cut out of another portal’s, too, if it looks like a key', () => {
    expect(redactor('other')('sk-aaaaaaaaaaaa')).toBe('***');
  });
});
