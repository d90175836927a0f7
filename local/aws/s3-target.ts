import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './http-message.ts';

/** What a request is about. `operation` is `Unknown` where it is none of those served here. */
export type S3Target = { readonly operation: string; readonly bucket: string; readonly key: string };

/**
 * The bucket stands in the path (`/bucket/key`) or in the host (`bucket.localhost`). Throws InvalidURI on a path
 * that is no percent-encoded UTF-8.
 */
export function s3Target(
  request: Pick<AwsRequest, 'method' | 'host' | 'path' | 'query' | 'headers'>,
): S3Target {
  const label = /^(.+)\.localhost(:\d+)?$/i.exec(request.host)?.[1];
  const rest = request.path.replace(/^\//, '');
  const slash = rest.indexOf('/');
  const bucket = label ?? decode(slash < 0 ? rest : rest.slice(0, slash));
  const key = decode(label !== undefined ? rest : slash < 0 ? '' : rest.slice(slash + 1));
  if (Buffer.byteLength(key) > 1024) throw new AwsError(400, 'KeyTooLongError', 'Your key is too long');
  return { operation: operationOf(request, bucket, key), bucket, key };
}

// --- internal ---

/** The query names that choose another operation on the same address, with what is served of them. */
const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  'PUT ': 'CreateBucket',
  'HEAD ': 'HeadBucket',
  'PUT versioning': 'PutBucketVersioning',
  'GET versioning': 'GetBucketVersioning',
  'GET versions': 'ListObjectVersions',
  'GET list-type': 'ListObjectsV2',
};
const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  'PUT ': 'PutObject',
  'GET ': 'GetObject',
  'HEAD ': 'HeadObject',
  'DELETE ': 'DeleteObject',
};
/** Query names that only qualify an operation. */
const QUALIFIERS = new Set(
  'x-id versionId prefix delimiter start-after max-keys continuation-token encoding-type fetch-owner key-marker version-id-marker'.split(
    ' ',
  ),
);

function operationOf(
  { method, query, headers }: Pick<AwsRequest, 'method' | 'query' | 'headers'>,
  bucket: string,
  key: string,
): string {
  // A copy is a PUT too: taken as a plain one it would make an empty object.
  if (bucket === '' || headers['x-amz-copy-source'] !== undefined) return 'Unknown';
  const selectors = [...query.keys()].filter((name) => !QUALIFIERS.has(name));
  const table = key === '' ? BUCKET_OPERATIONS : OBJECT_OPERATIONS;
  return table[`${method} ${selectors.join(' ')}`] ?? 'Unknown';
}

/** As S3 does: a plus in a path is a plus, and nothing is folded. */
function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new AwsError(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
