import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys, encodeKey } from '../../../local/aws/s3-key.ts';

const key = fc.string({ unit: 'binary' });

it('orders any two keys as their UTF-8 bytes', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it('encodes any key so that a form decoder gives it back', () => {
  fc.assert(
    fc.property(key, (text) => {
      const encoded = encodeKey(text);
      expect(encoded).toMatch(/^[\w.*+%/-]*$/);
      expect(new URLSearchParams(`key=${encoded}`).get('key')).toBe(text);
    }),
  );
});
