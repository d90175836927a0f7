import { AwsError, notImplemented } from './aws-error.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalS3 } from './local-s3.ts';
import { listObjects, listObjectVersions } from './s3-listings.ts';
import { deleteObject, getObject, putObject } from './s3-objects.ts';
import type { S3Target } from './s3-target.ts';
import { textElements, xmlDocument, xmlError } from './xml.ts';

type Operation = (s3: LocalS3, request: AwsRequest, target: S3Target) => AwsResponse;

/** Answers one S3 request. Throws AwsError. Nothing in it waits, so that requests take effect one after another. */
export function serveS3(s3: LocalS3, request: AwsRequest, target: S3Target): AwsResponse {
  const operation = OPERATIONS[target.operation];
  if (operation === undefined) throw notImplemented(`${request.method} ${request.path}`);
  return operation(s3, request, target);
}

export function s3ErrorAnswer(error: AwsError, request: Pick<AwsRequest, 'path' | 'requestId'>): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...error.headers },
    body: xmlError(error.code, error.message, request.path, request.requestId),
  };
}

// --- internal ---

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetObject: getObject,
  HeadObject: getObject, // the same answer, whose body the server leaves out
  PutObject: putObject,
  DeleteObject: deleteObject,
  ListObjectsV2: listObjects,
  ListObjectVersions: listObjectVersions,
  CreateBucket: (s3, _request, { bucket }) => {
    s3.createBucket(bucket);
    return { status: 200, headers: { location: `/${bucket}` } };
  },
  HeadBucket: (s3, _request, { bucket }) => {
    s3.bucket(bucket);
    return { status: 200 };
  },
  GetBucketVersioning: (s3, _request, { bucket }) => ({
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument('VersioningConfiguration', textElements({ Status: s3.bucket(bucket).versioning })),
  }),
  PutBucketVersioning: (s3, request, { bucket }) => {
    const status = /<Status>(\w+)<\/Status>/.exec(request.body.toString('utf8'))?.[1];
    if (status === 'Suspended') throw notImplemented('Suspending versioning');
    if (status !== 'Enabled')
      throw new AwsError(400, 'MalformedXML', 'The XML you provided was not well-formed');
    s3.bucket(bucket).versioning = status;
    return { status: 200 };
  },
};
