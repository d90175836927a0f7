import { expect, test } from 'vitest';
import { takeRange } from '../../../local/aws/s3-range.ts';

const BODY = Buffer.from('0123456789');

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=4-4', '4', 'bytes 4-4/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
])('%s gives %s', (range, body, contentRange) => {
  const taken = takeRange(BODY, range);
  expect([taken.body.toString(), taken.contentRange]).toEqual([body, contentRange]);
});

test('what is not there is refused, and so is a form that is not known here', () => {
  expect(() => takeRange(BODY, 'bytes=10-11')).toThrow(
    expect.objectContaining({ status: 416, code: 'InvalidRange' }),
  );
  expect(() => takeRange(Buffer.alloc(0), 'bytes=0-1')).toThrow(expect.objectContaining({ status: 416 }));
  expect(() => takeRange(BODY, 'bytes=-5')).toThrow(expect.objectContaining({ status: 501 }));
});
