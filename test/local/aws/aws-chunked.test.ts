import { expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../local/aws/aws-chunked.ts';

it('joins the chunks and reads the trailers', () => {
  const coded =
    '4\r\n12\r\n\r\nA;chunk-signature=ab\r\n0123456789\r\n0\r\nx-amz-checksum-CRC32: y/Q5Jg==\r\n\r\n';
  const { body, trailers } = decodeAwsChunked(Buffer.from(coded));
  expect(body.toString('latin1')).toBe('12\r\n0123456789');
  expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'y/Q5Jg==' });
});

it.each([
  ['nothing', ''],
  ['a chunk cut short', '4\r\n12'],
  ['a chunk longer than its size', '2\r\n1234\r\n0\r\n\r\n'],
  ['no last chunk', '2\r\n12\r\n'],
  ['a size that is none', 'size\r\n12\r\n0\r\n\r\n'],
])('refuses %s', (_what, coded) => {
  expect(() => decodeAwsChunked(Buffer.from(coded))).toThrow('terminated unexpectedly');
});
