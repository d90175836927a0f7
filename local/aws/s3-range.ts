import { AwsError, notImplemented } from './aws-error.ts';

export type ByteRange = { readonly body: Buffer; readonly contentRange: string };

/**
 * The part of an object that `Range` asks for; the form `bytes=first-last` alone is known here.
 * @throws AwsError 416 where nothing of the object is in it: an empty object has no first byte
 */
export function takeRange(body: Buffer, range: string): ByteRange {
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === '') throw notImplemented(`Range: ${range}`);
  const start = Number(first);
  if (start >= body.length) {
    throw new AwsError(416, 'InvalidRange', 'The requested range is not satisfiable');
  }
  const end = Math.min(Number(last), body.length - 1);
  return { body: body.subarray(start, end + 1), contentRange: `bytes ${start}-${end}/${body.length}` };
}
