import { expect, it } from 'vitest';
import { computeChecksum, proveChecksums } from '../../../local/aws/checksums.ts';

const CHECK = Buffer.from('123456789');

// The check values that the definitions of these algorithms give for this text.
it.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const)('computes %s', (algorithm, hex) => {
  const value = Buffer.from(hex, 'hex').toString('base64');
  expect(computeChecksum(algorithm, CHECK)).toEqual({ algorithm, value });
  expect(proveChecksums({ [`x-amz-checksum-${algorithm}`]: value }, CHECK)).toEqual({ algorithm, value });
});

it.each([
  ['a wrong checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
  ['a wrong Content-MD5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
  [
    'two checksums',
    { 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-crc32c': '4waSgw==' },
    'InvalidRequest',
  ],
  ['a checksum it cannot compute', { 'x-amz-checksum-crc64nvme': 'rosUhgp5mIg=' }, 'NotImplemented'],
])('refuses %s', (_what, headers, name) => {
  expect(() => proveChecksums(headers, CHECK)).toThrow(expect.objectContaining({ name }));
});

it('asks for none, and takes the headers about checksums for none', () => {
  const headers = { 'x-amz-checksum-mode': 'ENABLED', 'x-amz-sdk-checksum-algorithm': 'CRC32' };
  expect(proveChecksums(headers, CHECK)).toBeUndefined();
});
