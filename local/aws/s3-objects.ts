import { decodeAwsChunked } from './aws-chunked.ts';
import { AwsError, notImplemented } from './aws-error.ts';
import { proveChecksums } from './checksums.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalS3 } from './local-s3.ts';
import type { S3Bucket, S3Version } from './s3-bucket.ts';
import { checkReadConditions, checkWriteConditions } from './s3-conditions.ts';
import { takeRange } from './s3-range.ts';
import type { S3Target } from './s3-target.ts';

export function putObject(s3: LocalS3, request: AwsRequest, target: S3Target): AwsResponse {
  const bucket = s3.bucket(target.bucket);
  const { body, trailers } = decodeBody(request);
  const checksum = proveChecksums({ ...request.headers, ...trailers }, body);
  checkWriteConditions(bucket.current(target.key), request.headers);
  const tagging = request.headers['x-amz-tagging'];
  const version = s3.put(target.bucket, target.key, body, {
    headers: keptHeaders(request),
    requestId: request.requestId,
    ...(checksum && { checksum }),
    ...(tagging !== undefined && { tagging }),
  });
  return {
    status: 200,
    headers: { etag: `"${version.etag}"`, ...versionHeader(bucket, version), ...checksumHeaders(version) },
  };
}

/** Answers HeadObject too. */
export function getObject(s3: LocalS3, request: AwsRequest, target: S3Target): AwsResponse {
  const bucket = s3.bucket(target.bucket);
  const version = findVersion(s3, bucket, target.key, request.query.get('versionId'));
  const headers = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    ...versionHeader(bucket, version),
  };
  if (checkReadConditions(version, request.headers) === 'not-modified') return { status: 304, headers };
  const { range } = request.headers;
  if (range !== undefined) {
    const { body, contentRange } = takeRange(version.body, range);
    return { status: 206, headers: { ...version.headers, ...headers, 'content-range': contentRange }, body };
  }
  const checked = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
  return {
    status: 200,
    headers: { ...version.headers, ...headers, ...(checked && checksumHeaders(version)) },
    body: version.body,
  };
}

/** Deleting what is not there succeeds, as often as one likes. */
export function deleteObject(s3: LocalS3, request: AwsRequest, target: S3Target): AwsResponse {
  if (request.headers['if-match'] !== undefined) throw notImplemented('DeleteObject with If-Match');
  const bucket = s3.bucket(target.bucket);
  const versionId = request.query.get('versionId');
  if (versionId !== undefined) checkVersionId(versionId);
  const { requestId } = request;
  const removed = s3.remove(target.bucket, target.key, {
    requestId,
    ...(versionId !== undefined && { versionId }),
  });
  return {
    status: 204,
    headers: {
      ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
      ...(removed && versionHeader(bucket, removed)),
      ...(removed?.deleteMarker && { 'x-amz-delete-marker': 'true' }),
    },
  };
}

// --- internal ---

function findVersion(s3: LocalS3, bucket: S3Bucket, key: string, versionId: string | undefined): S3Version {
  if (versionId === undefined) {
    const newest = bucket.versions(key)[0];
    if (newest && !newest.deleteMarker) return newest;
    if (s3.hideMissing) throw new AwsError(403, 'AccessDenied', 'Access Denied');
    throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.', markerHeaders(newest));
  }
  checkVersionId(versionId);
  const found = bucket.versions(key).find((version) => version.versionId === versionId);
  if (found === undefined) {
    if (s3.hideMissing) throw new AwsError(403, 'AccessDenied', 'Access Denied');
    throw new AwsError(404, 'NoSuchVersion', 'The specified version does not exist.');
  }
  if (!found.deleteMarker) return found;
  const lastModified = new Date(found.lastModified).toUTCString();
  const headers = { allow: 'DELETE', 'last-modified': lastModified, ...markerHeaders(found) };
  const message = 'The specified method is not allowed against this resource.';
  throw new AwsError(405, 'MethodNotAllowed', message, headers);
}

function checkVersionId(versionId: string): void {
  if (versionId === 'null' || /^[\w.]{32}$/.test(versionId)) return;
  throw new AwsError(400, 'InvalidArgument', 'Invalid version id specified');
}

function markerHeaders(marker: S3Version | undefined): Record<string, string> {
  return marker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId } : {};
}

function decodeBody(request: AwsRequest): { body: Buffer; trailers: Readonly<Record<string, string>> } {
  const { headers, body } = request;
  if (!headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return { body, trailers: {} };
  const decoded = decodeAwsChunked(body);
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== decoded.body.length) {
    throw new AwsError(
      400,
      'IncompleteBody',
      'The body is not as long as x-amz-decoded-content-length says.',
    );
  }
  const missing = headers['x-amz-trailer']?.split(',').find((name) => !(name.trim() in decoded.trailers));
  if (missing === undefined) return decoded;
  throw new AwsError(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed.',
  );
}

/** What a PUT says of its object and every GET says again. */
function keptHeaders({ headers }: AwsRequest): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && (name.startsWith('x-amz-meta-') || KEPT.has(name))) kept[name] = value;
  }
  const encoding = headers['content-encoding']
    ?.split(',')
    .filter((coding) => coding.trim() !== 'aws-chunked');
  if (encoding && encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  return kept;
}

const KEPT = new Set(['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires']);

function versionHeader(bucket: S3Bucket, version: S3Version): Record<string, string> {
  return bucket.versioning ? { 'x-amz-version-id': version.versionId } : {};
}

function checksumHeaders({ checksum }: S3Version): Record<string, string> {
  if (checksum === undefined) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}
