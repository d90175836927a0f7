import { AwsError, notImplemented } from './aws-error.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalS3 } from './local-s3.ts';
import type { S3Bucket, S3Version } from './s3-bucket.ts';
import { compareKeys, encodeKey } from './s3-key.ts';
import { type Page, type Row, takePage } from './s3-page.ts';
import type { S3Target } from './s3-target.ts';
import { element, textElements, xmlDocument } from './xml.ts';

export function listObjects(s3: LocalS3, { query }: AwsRequest, target: S3Target): AwsResponse {
  if (query.get('list-type') !== '2') throw notImplemented('ListObjects of another version than 2');
  const ask = readAsk(s3, query);
  const token = query.get('continuation-token');
  const from: Marker = token === undefined ? { after: query.get('start-after') ?? '' } : readToken(token);
  const bucket = s3.bucket(target.bucket);
  const page = takePage(currentVersions(bucket, ask.prefix, from.after), {
    ...ask,
    toldPrefix: from.toldPrefix,
  });
  return xml('ListBucketResult', [
    ...textElements({
      Name: bucket.name,
      Prefix: ask.encode(ask.prefix),
      StartAfter: encoded(ask, query.get('start-after')),
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? writeToken(page) : undefined,
      KeyCount: page.rows.length,
      MaxKeys: ask.maxRows,
      Delimiter: ask.delimiter === '' ? undefined : ask.encode(ask.delimiter),
      EncodingType: query.get('encoding-type'),
      IsTruncated: page.truncated,
    }),
    ...page.rows.map((row) => objectRow(row, ask.encode)),
  ]);
}

export function listObjectVersions(s3: LocalS3, { query }: AwsRequest, target: S3Target): AwsResponse {
  const ask = readAsk(s3, query);
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker');
  if (versionIdMarker !== undefined && keyMarker === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw new AwsError(400, 'InvalidArgument', message);
  }
  const bucket = s3.bucket(target.bucket);
  const toldPrefix = ask.delimiter !== '' && keyMarker.endsWith(ask.delimiter) ? keyMarker : undefined;
  const versions = allVersions(bucket, ask.prefix, keyMarker, versionIdMarker);
  const page = takePage(versions, { ...ask, toldPrefix });
  const last = page.truncated ? page.rows.at(-1) : undefined;
  return xml('ListVersionsResult', [
    ...textElements({
      Name: bucket.name,
      Prefix: ask.encode(ask.prefix),
      KeyMarker: ask.encode(keyMarker),
      VersionIdMarker: versionIdMarker ?? '',
      NextKeyMarker: encoded(ask, last?.kind === 'entry' ? last.entry.key : last?.prefix),
      NextVersionIdMarker: last?.kind === 'entry' ? last.entry.versionId : undefined,
      MaxKeys: ask.maxRows,
      Delimiter: ask.delimiter === '' ? undefined : ask.encode(ask.delimiter),
      EncodingType: query.get('encoding-type'),
      IsTruncated: page.truncated,
    }),
    ...page.rows.map((row) => versionRow(row, bucket, ask.encode)),
  ]);
}

// --- internal ---

type Encode = (text: string) => string;
type Ask = { prefix: string; delimiter: string; maxRows: number; encode: Encode };
/** Where a page begins: behind this key, and with this common prefix told already. */
type Marker = { readonly after: string; readonly toldPrefix?: string };

function readAsk(s3: LocalS3, query: AwsRequest['query']): Ask {
  if (s3.hideMissing) throw new AwsError(403, 'AccessDenied', 'Access Denied');
  const maxKeys = query.get('max-keys') ?? '1000';
  if (!/^\d{1,10}$/.test(maxKeys)) {
    throw new AwsError(400, 'InvalidArgument', 'Provided max-keys not an integer or within integer range');
  }
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    throw new AwsError(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxRows: Math.min(Number(maxKeys), 1000),
    encode: encoding === 'url' ? encodeKey : (text) => text,
  };
}

function* currentVersions(bucket: S3Bucket, prefix: string, after: string): Generator<S3Version> {
  for (const key of bucket.keysFrom(later(prefix, after))) {
    const version = key === after ? undefined : bucket.current(key);
    if (version) yield version;
  }
}

/** All versions behind a marker. Without a version id the marker means: behind all versions of that key. */
function* allVersions(
  bucket: S3Bucket,
  prefix: string,
  keyMarker: string,
  versionIdMarker: string | undefined,
): Generator<S3Version> {
  for (const key of bucket.keysFrom(later(prefix, keyMarker))) {
    const versions = bucket.versions(key);
    if (key !== keyMarker) yield* versions;
    else if (versionIdMarker !== undefined) {
      yield* versions.slice(versions.findIndex(({ versionId }) => versionId === versionIdMarker) + 1);
    }
  }
}

function later(a: string, b: string): string {
  return compareKeys(a, b) < 0 ? b : a;
}

function writeToken({ rows }: Page<S3Version>): string {
  const last = rows.at(-1);
  const marker: Marker =
    last?.kind === 'prefix'
      ? { after: last.prefix, toldPrefix: last.prefix }
      : { after: last?.entry.key ?? '' };
  return Buffer.from(JSON.stringify(marker)).toString('base64');
}

function readToken(token: string): Marker {
  try {
    const marker: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (typeof marker === 'object' && marker !== null && 'after' in marker) return marker as Marker;
  } catch {
    // Not ours: told below.
  }
  throw new AwsError(400, 'InvalidArgument', 'The continuation token provided is incorrect');
}

function encoded(ask: Ask, text: string | undefined): string | undefined {
  return text === undefined ? undefined : ask.encode(text);
}

function xml(root: string, children: readonly string[]): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: xmlDocument(root, children) };
}

function objectRow(row: Row<S3Version>, encode: Encode): string {
  return row.kind === 'prefix'
    ? prefixRow(row.prefix, encode)
    : element('Contents', entryFields(row.entry, encode));
}

function versionRow(row: Row<S3Version>, bucket: S3Bucket, encode: Encode): string {
  if (row.kind === 'prefix') return prefixRow(row.prefix, encode);
  const { entry } = row;
  const isLatest = bucket.versions(entry.key)[0] === entry;
  const own = textElements({ VersionId: entry.versionId, IsLatest: isLatest });
  return element(entry.deleteMarker ? 'DeleteMarker' : 'Version', [...entryFields(entry, encode), ...own]);
}

function prefixRow(prefix: string, encode: Encode): string {
  return element('CommonPrefixes', textElements({ Prefix: encode(prefix) }));
}

function entryFields(entry: S3Version, encode: Encode): string[] {
  const fields = { Key: encode(entry.key), LastModified: new Date(entry.lastModified).toISOString() };
  if (entry.deleteMarker) return textElements(fields);
  return textElements({
    ...fields,
    ETag: `"${entry.etag}"`,
    ChecksumAlgorithm: entry.checksum?.algorithm.toUpperCase(),
    Size: entry.body.length,
    StorageClass: 'STANDARD',
  });
}
